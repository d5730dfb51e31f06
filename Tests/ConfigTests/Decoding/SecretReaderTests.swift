import Testing

@testable import Config

@Suite struct SecretReaderTests {
    private let reader = SecretReader(
        environment: ["A": "secret", "EMPTY": ""],
        readFile: {
            switch $0 {
            case "/a": Array("secret\r\n\n".utf8)
            case "/binary": [0xff, 0xfe]
            case "/long": [UInt8](repeating: 97, count: 5_000)
            default: nil
            }
        }
    )

    @Test(arguments: [("env", "A"), ("file", "/a")])
    func `a secret is found where it lies, without its line end`(
        _ kind: String,
        _ name: String
    )
        throws
    {
        #expect(try reader.read(source(kind, name)) == "secret")
    }

    @Test(arguments: [
        ("env", "B", SecretReader.Failure.noVariable("B")), ("env", "EMPTY", .badLength),
        ("file", "/b", .noFile("/b")), ("file", "/binary", .notText("/binary")),
        ("file", "/long", .badLength), ("vault", "x", .notASecret),
    ])
    func `a secret that is not there is a problem`(
        _ kind: String,
        _ name: String,
        _ failure: SecretReader.Failure
    ) {
        #expect(throws: failure) { try reader.read(source(kind, name)) }
    }

    private func source(_ kind: String, _ name: String) -> JSON5Node {
        let member = JSON5Node.Member(name: kind, position: .start, value: JSON5Node(.text(name)))
        return JSON5Node(.object([member]))
    }
}
