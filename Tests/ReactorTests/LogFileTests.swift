import Base
import Glibc
import Reactor
import Testing

@Suite struct LogFileTests {
    @Test func `lines are appended to what is there`() throws {
        let folder = try TemporaryFolder()
        try folder.write("log", "old\n")
        let log = try LogFile(path: folder.file("log"))

        try log.append(line("a\n"))
        try log.append(line("b\n"))
        let text = try folder.read("log")

        #expect(text == "old\na\nb\n")
    }

    @Test func `a full disk is reported`() throws {
        let log = try LogFile(path: "/dev/full")
        let error = failure { () throws(SystemError) in try log.append(line("a\n")) }

        #expect(error == SystemError(code: ENOSPC))
    }

    @Test func `a folder that is missing is reported`() {
        let error = failure { () throws(SystemError) in try LogFile(path: "/nonexistent/log") }

        #expect(error == SystemError(code: ENOENT))
    }

    private func line(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.append(text)
        return buffer
    }
}
