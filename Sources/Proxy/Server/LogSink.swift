package import Base
package import Reactor
import Synchronization
package import Telemetry

/// Takes finished log lines from the workers and writes them on a thread of its own.
///
/// A full disk or a slow reader never holds a worker back: beyond a bound, lines are dropped and
/// counted. Workers append under the lock; the writer swaps the whole buffer out.
package final class LogSink: Sendable {
    /// Bytes that may wait to be written.
    package static let waitingBytes = 1 << 20

    private struct State {
        var waiting: [UInt8] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake: Mailbox<Void>
    private let dropped: Counter

    package init(dropped: Counter) throws(SystemError) {
        self.dropped = dropped
        wake = try Mailbox()
    }

    /// Takes all of `lines`, or drops them when too many wait already; `lines` is empty after.
    package func write(_ lines: inout ByteBuffer) {
        let isFirst = state.withLock { state in
            let isFirst = state.waiting.isEmpty
            if state.waiting.count + lines.readableCount > Self.waitingBytes {
                dropped.add(UInt64(Self.lineCount(lines)))
            } else {
                lines.withReadable { state.waiting.append($0) }
            }
            return isFirst
        }
        lines.clear()
        if isFirst { wake.post(()) }
    }

    /// Writes what waits until `close`; a failure is said once, until it succeeds again.
    package func run(_ file: consuming LogFile, complain: (SystemError) -> Void) {
        var hasFailed = false
        var signals: [Void] = []
        while true {
            wake.wait()
            wake.drain(into: &signals)
            signals.removeAll(keepingCapacity: true)
            var taken: [UInt8] = []
            let isClosed = state.withLock { state in
                swap(&taken, &state.waiting)
                return state.isClosed
            }
            var lines = ByteBuffer()
            lines.append(taken)
            do throws(SystemError) {
                if !lines.isEmpty { try file.append(lines) }
                if !lines.isEmpty { hasFailed = false }
            } catch {
                dropped.add(UInt64(Self.lineCount(lines)))
                if !hasFailed { complain(error) }
                hasFailed = true
            }
            if isClosed { return }
        }
    }

    /// Lets `run` write what waits and return.
    package func close() {
        state.withLock { $0.isClosed = true }
        wake.post(())
    }

    private static func lineCount(_ lines: borrowing ByteBuffer) -> Int {
        lines.withReadable { bytes in
            var count = 0
            var start = 0
            while let index = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) {
                count += 1
                start = index + 1
            }
            return count
        }
    }
}
