/// `outrider demo`: everything in one process, to look at.
enum DemoCommand {
    static let syntax = Syntax(
        summary: "run a sidecar before an embedded model service",
        flags: [.init(name: "once", summary: "send a few requests, show the answers, and exit")]
    )

    /// Runs the demonstration.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        Terminal.complain("the demonstration is not part of this build")
        return .failed
    }
}
