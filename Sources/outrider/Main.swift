import Crypto
import Reactor

/// Arguments in, exit status out.
@main enum Main {
    static func main() {
        ProgramMemory.bound()
        OpenSSL.ignoreSystemConfiguration()
        let status = run(Array(CommandLine.arguments.dropFirst()))
        status.exit()
    }

    private static func run(_ words: [String]) -> ExitStatus {
        do throws(UsageError) {
            let (command, rest) = try Command.parse(words)
            let arguments = try Arguments.parse(rest, by: command.syntax)
            if arguments.has("help") {
                Terminal.write(HelpCommand.text(of: command))
                return .done
            }
            return try command.run(arguments)
        } catch {
            Terminal.complain(error.message)
            return .usage
        }
    }
}
