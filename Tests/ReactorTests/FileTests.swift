import Glibc
import Reactor
import Testing

@Suite struct FileTests {
    @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
    func `a file comes whole, up to its limit`(_ size: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write("f", String(repeating: "x", count: size))

        let bytes = try File.read(folder.file("f"), limit: size)

        #expect(bytes == [UInt8](repeating: UInt8(ascii: "x"), count: size))
    }

    @Test func `a byte over the limit is too large`() throws {
        let folder = try TemporaryFolder()
        try folder.write("f", "12345")

        #expect(throws: File.Failure.tooLarge(limit: 4)) {
            try File.read(folder.file("f"), limit: 4)
        }
    }

    @Test func `an endless file is not read for ever`() {
        #expect(throws: File.Failure.tooLarge(limit: 10_000)) {
            try File.read("/dev/zero", limit: 10_000)
        }
    }

    @Test func `a missing file and a folder say why`() {
        #expect(throws: File.Failure.system(SystemError(code: ENOENT))) {
            try File.read("/nonexistent/file", limit: 10)
        }
        #expect(throws: File.Failure.system(SystemError(code: EISDIR))) {
            try File.read("/", limit: 10)
        }
    }
}
