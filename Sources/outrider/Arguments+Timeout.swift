import Base
import Config

extension Syntax.Flag {
    /// `--timeout`, for the commands that wait.
    static func timeout(default text: String) -> Syntax.Flag {
        Syntax.Flag(
            name: "timeout",
            placeholder: "TIME",
            summary: "wait no longer than this, such as 500ms or 5s; \(text) unless given"
        )
    }
}

extension Arguments {
    /// What `--timeout` says, in milliseconds.
    func timeout(default milliseconds: Int) throws(UsageError) -> Int {
        guard let text = value(of: "timeout") else { return milliseconds }
        guard let span = Nanoseconds(text), span >= .milliseconds(1), span <= .seconds(86_400)
        else {
            throw UsageError(message: "--timeout: \"\(text)\" is not a time such as 500ms or 5s")
        }
        return Int(clamping: span.millisecondsRoundedUp)
    }
}
