import Glibc

/// `Fuzz list`, `Fuzz seeds TARGET FOLDER` and `Fuzz TARGET …`.
///
/// Built with libFuzzer, the last form takes its options and folders; otherwise it replays the
/// files and folders that are named, and fails on the first that breaks a property.
@main struct Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "list": for target in FuzzTarget.all { print(target.name) }
        case "seeds" where arguments.count == 3: writeSeeds(arguments[1], to: arguments[2])
        case .some(let name):
            guard let target = FuzzTarget.named(name) else { leave("no target named \(name)") }
            run(target, Array(arguments.dropFirst()))
        case nil: leave("usage: Fuzz list | Fuzz seeds TARGET FOLDER | Fuzz TARGET [FILE…]")
        }
    }

    private static func writeSeeds(_ name: String, to folder: String) {
        guard let target = FuzzTarget.named(name) else { leave("no target named \(name)") }
        for (index, seed) in target.beginnings.enumerated() {
            Disk.write(seed, to: "\(folder)/seed-\(index)")
        }
        let lines = target.words.map { "\"\(escaped($0))\"\n" }.joined()
        Disk.write(Array(lines.utf8), to: "\(folder)/../\(name).dict")
    }

    /// A word as libFuzzer reads it.
    private static func escaped(_ word: String) -> String {
        word.utf8.map { byte in
            let isPlain = byte > 32 && byte < 127 && byte != 0x22 && byte != 0x5c
            let digits = String(byte, radix: 16)
            let code = digits.count == 1 ? "0" + digits : digits
            return isPlain ? String(Unicode.Scalar(byte)) : "\\x\(code)"
        }.joined()
    }

    #if LIBFUZZER
    private static func run(_ target: FuzzTarget, _ arguments: [String]) {
        LibFuzzer.run(target, arguments)
    }
    #else
    private static func run(_ target: FuzzTarget, _ paths: [String]) {
        var count = 0
        for path in paths.flatMap(Disk.files) {
            guard let bytes = Disk.read(path) else { leave("\(path) cannot be read") }
            do throws(Broken) {
                try target.check(bytes)
            } catch {
                leave("\(path): \(error)")
            }
            count += 1
        }
        print("\(target.name): \(count) inputs replayed")
    }
    #endif

    private static func leave(_ message: String) -> Never {
        Disk.complain("Fuzz: \(message)")
        exit(1)
    }
}
