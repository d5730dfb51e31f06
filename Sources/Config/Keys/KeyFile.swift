package import Access
package import Base

/// The records of API keys in a file of their own.
package struct KeyFile: Sendable {
    package enum Limits {
        /// Ten thousand records are about 3 MiB.
        package static let size = ByteCount.mebibytes(32)
        /// Records in one file.
        package static let records = 100_000
        /// Secrets of one record.
        package static let secrets = 16
    }

    /// As problems name it.
    package var path: String
    package var records: [KeyRecord] = []

    package init(path: String) {
        self.path = path
    }

    /// What reading a file of records has brought.
    package enum Reading: Sendable {
        case records(KeyFile)
        case problems([ConfigProblem])
    }

    /// Reads the records that `bytes` write.
    package static func read(_ bytes: [UInt8], path: String) -> Reading {
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        let file = decoder.decodeKeyFile(bytes, path: path)
        return decoder.problems.isEmpty ? .records(file) : .problems(decoder.problems)
    }
}

extension ConfigDecoder {
    /// Decodes a file of records; its problems name places in it.
    fileprivate mutating func decodeKeyFile(_ bytes: [UInt8], path: String) -> KeyFile {
        var file = KeyFile(path: path)
        let reading = JSON5Reader.read(bytes, limit: KeyFile.Limits.size)
        for problem in reading.problems {
            let origin = ConfigOrigin.file(name: path, problem.position)
            report(at: origin, problem.keyPath, problem.message)
        }
        if let root = reading.root {
            decode(file: path, root, by: ConfigKey<KeyFile>.all, into: &file)
        }
        checkTwins(in: file)
        return file
    }

    /// Ids tell keys apart, and one secret must not prove two of them.
    private mutating func checkTwins(in file: KeyFile) {
        var ids: Set<String> = []
        var hashes: Set<[UInt8]> = []
        for (index, record) in file.records.enumerated() {
            let path = "keys[\(index)]"
            if !ids.insert(record.id).inserted {
                report(at: origin(of: path + ".id"), path + ".id", "\"\(record.id)\" is taken")
            }
            for (place, secret) in record.secrets.enumerated()
            where !hashes.insert(secret.hash).inserted {
                let path = "\(path).secrets[\(place)].hash"
                report(at: origin(of: path), path, "another secret has the same hash")
            }
        }
    }
}

extension ConfigType<KeyFile> {
    /// `{ file }`, or the path alone; the records are read with the configuration.
    static let keyFile = ConfigType(
        name: "object or string",
        bound: "`{ file }`",
        schema: [
            .init(
                "oneOf",
                .list([.object([.init("type", .text("string"))]), .secretSource("file")])
            )
        ],
        decode: { node, decoder in
            var source = node
            if case .text = node.value {
                let member = JSON5Node.Member(name: "file", position: node.position, value: node)
                source = JSON5Node(.object([member]), at: node.position)
            }
            let limit = KeyFile.Limits.size.bytes
            guard let (path, bytes) = decoder.readNamedFile(source, upTo: limit) else { return nil }
            switch KeyFile.read(bytes, path: path) {
            case .records(let file): return file
            case .problems(let problems):
                for problem in problems {
                    decoder.report(at: problem.origin, problem.keyPath, problem.message)
                }
                return nil
            }
        },
        show: { .object([.init("file", .text($0.path))]) }
    )
}
