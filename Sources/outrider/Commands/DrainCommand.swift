import Config

/// `outrider drain`: begins a drain and waits for its end; the sidecar's own preStop.
enum DrainCommand {
    static let syntax = Syntax(
        summary: "begin a drain at the local admin port and wait for its end",
        operands: "[URL]",
        operandCount: 0...1,
        flags: [.timeout(default: "600s")],
        details: """
            Sends POST /drain, then asks /wait-for-drain until the last request has ended. URL is
            that of the admin port, such as http://127.0.0.1:4001 or unix:/run/admin.sock; without
            one it is found as `outrider probe` finds it. Exits with 0 once drained, else with 1.

              preStop: { exec: { command: ["/outrider", "drain"] } }
            """
    )

    /// Milliseconds between two questions, when one was answered too early.
    private static let pause: Int32 = 200

    /// Drains and waits.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        var url = try LocalURL.parse(
            arguments.operands.first ?? "/drain",
            admin: LocalAdmin.address(environment: Environment.read()),
            fallbackPath: "/drain"
        )
        url.path = "/drain"
        let deadline = Deadline(inMilliseconds: try arguments.timeout(default: 600_000))
        do throws(LocalRequest.Failure) {
            let status = try LocalRequest(method: "POST", url: url).send(by: deadline)
            guard (200...299).contains(status) else {
                Terminal.complain("\(url.address)/drain: status \(status)")
                return .failed
            }
            url.path = "/wait-for-drain"
            return try wait(at: url, by: deadline)
        } catch {
            Terminal.complain("\(url.address)\(url.path): \(error.message)")
            return .failed
        }
    }

    private static func wait(
        at url: LocalURL,
        by deadline: Deadline
    ) throws(LocalRequest.Failure) -> ExitStatus {
        while true {
            let status = try LocalRequest(method: "GET", url: url).send(by: deadline)
            if status == 200 { return .done }
            guard deadline.remaining > 0 else { throw .socket(.timeout) }
            deadline.sleep(milliseconds: pause)
        }
    }
}
