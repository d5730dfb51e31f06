import Base
import Config

/// A file of records on disk; changes are whole or not at all.
struct KeyStore {
    enum Failure: Error {
        case unreadable(String)
        case problems([ConfigProblem])
        case refused(KeyFile.Failure)
        case unwritable(String)

        /// What is wrong, one line each.
        var lines: [String] {
            switch self {
            case .unreadable(let message), .unwritable(let message): [message]
            case .problems(let problems): problems.map(\.description)
            case .refused(let failure): [failure.message]
            }
        }
    }

    let path: String

    /// The records of the file.
    func read() throws(Failure) -> KeyFile {
        let bytes: [UInt8]
        do throws(FileReader.Failure) {
            bytes = try FileReader.read(path, upTo: KeyFile.Limits.size.bytes + 1)
        } catch {
            throw .unreadable("\(path): cannot be read: \(error.message)")
        }
        switch KeyFile.read(bytes, path: path) {
        case .records(let file): return file
        case .problems(let problems): throw .problems(problems)
        }
    }

    /// Changes the records and writes them back; a file that is not there yet is empty.
    func change(_ body: (inout KeyFile) throws(KeyFile.Failure) -> Void) throws(Failure) {
        let replacement: FileReplacement
        do throws(FileReader.Failure) {
            replacement = try FileReplacement(of: path)
        } catch {
            throw .unwritable("\(path): cannot be changed: \(error.message)")
        }
        var file = replacement.isNew ? KeyFile(path: path) : try read()
        do throws(KeyFile.Failure) {
            try body(&file)
        } catch {
            throw .refused(error)
        }
        do throws(FileReader.Failure) {
            try replacement.write(Array(file.text.utf8))
        } catch {
            throw .unwritable("\(path): cannot be written: \(error.message)")
        }
    }
}
