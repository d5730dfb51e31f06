import Glibc
import Reactor

/// Counts what primitives cost, and plays the two ends of a proxy under load.
///
/// `Bench list`, `Bench count [NAME…]` (under callgrind), `Bench upstream [PORT|PATH]`,
/// `Bench load PORT PATH CONNECTIONS REQUESTS` and `Bench streams PORT PATH STREAMS RAMP_MS`;
/// `Bench relay PORT PORT|PATH [PORT PORT|PATH…]` stands between them and does nothing.
@main struct Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.map { Int($0) ?? -1 }
        switch (arguments.first, arguments.count) {
        case ("list", 1):
            for one in Case.all { print(one.name) }
        case ("count", _):
            count(Array(arguments.dropFirst()))
        case ("upstream", 1...2):
            ModelServer.serve(at: address(arguments.dropFirst().first ?? "0"))
        case ("relay", let count) where count > 2 && count % 2 == 1:
            let doors = stride(from: 1, to: count, by: 2).map { index in
                let model = address(arguments[index + 1])
                return Relay.Door(port: UInt16(clamping: numbers[index]), model: model)
            }
            Relay.serve(doors)
        case ("load", 5):
            let client = LoadClient(path: arguments[2], requests: max(0, numbers[4]))
            client.run(port: UInt16(clamping: numbers[1]), connections: max(1, numbers[3]))
        case ("streams", 5):
            let client = StreamClient(path: arguments[2], streams: max(1, numbers[3]))
            client.run(port: UInt16(clamping: numbers[1]), rampMilliseconds: max(0, numbers[4]))
        default:
            leave(
                """
                usage: Bench list | count [NAME…] | upstream [PORT|PATH]
                       | load PORT PATH CONNECTIONS REQUESTS | streams PORT PATH STREAMS RAMP_MS
                       | relay PORT PORT|PATH [PORT PORT|PATH…]
                """
            )
        }
    }

    /// Where a model is: a port of this machine, or the path of a unix socket.
    private static func address(_ place: String) -> SocketAddress {
        UInt16(place).map { .local($0) } ?? .unix(path: place)
    }

    /// Runs each case twice, for a few operations and for many more: the difference is their cost.
    private static func count(_ names: [String]) {
        for one in names.isEmpty ? Case.all : Case.all.filter({ names.contains($0.name) }) {
            // What is made only once, such as tables of the standard library, is made here.
            one.run(Case.few)
            measured(one.run, Case.few)
            measured(one.run, Case.many)
            print("\(one.name)\t\(Case.few)\t\(Case.many)")
        }
    }
}

/// One line to standard error, and a status that says that it went wrong.
func leave(_ message: String) -> Never {
    let bytes = Array("Bench: \(message)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
    exit(1)
}
