package import Crypto
import Foundation

/// An authority that lives as long as a test, and what it signs: nothing here can expire.
///
/// Made with the `openssl` command, so that what we read was not written by ourselves.
package struct TestAuthority: Sendable {
    /// A certificate and its key.
    package struct Pair: Sendable {
        package let chain: PEMFile
        package let key: PEMFile
    }

    /// What the command said when it failed.
    struct Failure: Error {
        let arguments: [String]
        let output: String
    }

    /// Its own certificate.
    package let own: Pair
    private let name: String

    package init(_ name: String = "authority") throws {
        self.name = name
        own = try Self.inFolder { folder in
            try Self.openssl(
                folder,
                ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", "cert.pem"]
                    + ["-addext", "basicConstraints=critical,CA:TRUE"] + Self.newKey
            )
            return try Self.pair(folder, name)
        }
    }

    /// A certificate for `names`, written as `DNS:…`, `IP:…` or `URI:…`.
    package func issue(
        _ names: [String],
        subject: String = "/CN=leaf",
        days: Int = 2
    ) throws -> Pair {
        try Self.inFolder { folder in
            try Data(own.chain.bytes).write(to: folder.appending(path: "ca.pem"))
            try Data(own.key.bytes).write(to: folder.appending(path: "ca.key"))
            let extensions =
                names.isEmpty ? [] : ["-addext", "subjectAltName=" + names.joined(separator: ",")]
            try Self.openssl(
                folder,
                ["req", "-utf8", "-subj", subject, "-out", "request.pem"] + extensions + Self.newKey
            )
            try Self.openssl(
                folder,
                ["x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key"]
                    + ["-copy_extensions", "copy", "-days", "\(days)", "-out", "cert.pem"]
            )
            return try Self.pair(folder, names.first ?? subject)
        }
    }

    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem",
    ]

    private static func pair(_ folder: URL, _ name: String) throws -> Pair {
        let chain = try Data(contentsOf: folder.appending(path: "cert.pem"))
        let key = try Data(contentsOf: folder.appending(path: "key.pem"))
        return Pair(
            chain: PEMFile(name: "\(name).pem", bytes: [UInt8](chain)),
            key: PEMFile(name: "\(name).key", bytes: [UInt8](key))
        )
    }

    private static func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private static func openssl(_ folder: URL, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(arguments: arguments, output: String(decoding: text, as: UTF8.self))
        }
    }
}

extension TLSServer.Identity {
    /// A server with that certificate, which asks for none.
    package init(_ pair: TestAuthority.Pair) {
        self.init(chain: pair.chain, key: pair.key)
    }
}
