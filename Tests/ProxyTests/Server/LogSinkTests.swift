import Base
import Foundation
import Reactor
import Telemetry
import Testing

@testable import Proxy

@Suite struct LogSinkTests {
    @Test func `what waits is written before the sink ends`() throws {
        let path = NSTemporaryDirectory() + "log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sink = try LogSink(dropped: MetricCells(version: "0").process.logLinesDropped)
        var lines = buffer("one\ntwo\n")

        sink.write(&lines)
        sink.close()
        sink.run(try LogFile(path: path)) { _ in Issue.record("cannot write") }

        let isEmpty = lines.isEmpty
        #expect(isEmpty)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
    }

    @Test func `beyond the bound lines are dropped and counted`() throws {
        let dropped = MetricCells(version: "0").process.logLinesDropped
        let sink = try LogSink(dropped: dropped)
        var big = buffer(String(repeating: "x", count: LogSink.waitingBytes - 1) + "\n")
        var small = buffer("a\nb\n")

        sink.write(&big)
        let before = dropped.value
        sink.write(&small)

        let isEmpty = small.isEmpty
        #expect(before == 0)
        #expect(dropped.value == 2)
        #expect(isEmpty)
    }

    @Test func `a full disk is said once and the lines are counted`() throws {
        let dropped = MetricCells(version: "0").process.logLinesDropped
        let sink = try LogSink(dropped: dropped)
        var lines = buffer("a\nb\nc\n")
        var complaints = 0

        sink.write(&lines)
        sink.close()
        sink.run(try LogFile(path: "/dev/full")) { _ in complaints += 1 }

        #expect(complaints == 1)
        #expect(dropped.value == 3)
    }

    private func buffer(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.append(text)
        return buffer
    }
}
