import Base
import Reactor
import Telemetry

/// One line on standard error, for what an operator must know.
package enum Complaint {
    /// Writes `outrider: message`; whatever goes wrong with that, nobody could be told.
    package static func write(_ message: String) {
        var line = ByteBuffer()
        LogLine.append(message, to: &line)
        try? LogFile.standardError().append(line)
    }
}
