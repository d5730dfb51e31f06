import Reactor

/// `outrider demo`: sample models behind their sidecars and a gateway, to look at.
enum DemoCommand {
    static let syntax = Syntax(
        summary: "run a gateway before two sample models, each behind its own sidecar",
        flags: [
            .init(name: "once", summary: "make the tour, show what each step showed, and exit")
        ],
        details: """
            Starts a sentiment model in two versions and a chat model, all plainly samples, with a
            sidecar before each and a gateway before them all, makes keys for two callers, and
            prints lines to copy that show what they do. Ctrl-C ends everything.

            With --once it makes that tour itself, in less than a minute, and exits with 0 only if
            every step showed what it should.
            """
    )

    /// Runs the demonstration.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let demo: Demo
        do throws(SystemError) {
            demo = try Demo(environment: Environment.read())
        } catch {
            Terminal.complain("cannot start the demonstration: \(error)")
            return .failed
        }
        return arguments.has("once") ? demo.runOnce() : demo.run()
    }
}
