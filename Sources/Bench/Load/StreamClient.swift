import Base
import Reactor

/// Opens many streams of events and measures how long each event was under way.
///
/// Events hold the time at which they were sent (`"t":`), by the clock that this host shares.
struct StreamClient {
    private let request: [UInt8]
    private let streams: Int

    init(path: String, streams: Int) {
        request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        self.streams = streams
    }

    private struct Stream: ~Copyable {
        let socket: Socket
        var input = ByteBuffer()
        var isAsked = false

        init(_ socket: consuming Socket) {
            self.socket = socket
        }
    }

    /// What has been seen so far.
    private struct Tally {
        var delays: [UInt64] = []
        var ended = 0
        var errors = 0
    }

    /// Opens the streams within the ramp, waits for their ends and prints one line of JSON.
    func run(port: UInt16, rampMilliseconds: Int) {
        _ = Descriptors.raiseLimit(wanted: 65_536)
        let start = Clock.now()
        var tally: Tally
        do throws(SystemError) {
            tally = try follow(port: port, ramp: .milliseconds(UInt64(rampMilliseconds)))
        } catch {
            leave("cannot ask 127.0.0.1:\(port): \(error)")
        }
        let microseconds = Clock.now().since(start).count / 1_000
        tally.delays.sort()
        let half = Report.quantile(0.5, of: tally.delays) / 1_000
        let most = Report.quantile(0.99, of: tally.delays) / 1_000
        Report.line(
            """
            {"streams":\(streams),"events":\(tally.delays.count),"errors":\(tally.errors),\
            "us":\(microseconds),"p50":\(half),"p99":\(most)}
            """
        )
    }

    private func follow(port: UInt16, ramp: Nanoseconds) throws(SystemError) -> Tally {
        var poller = try Poller()
        var open = Slots<Stream>(kind: 1, capacity: streams)
        var tally = Tally()
        let start = Clock.now()
        var opened = 0
        while tally.ended + tally.errors < streams {
            let passed = Clock.now().since(start).count
            while opened < streams, passed >= ramp.count / UInt64(streams) * UInt64(opened) {
                try begin(port: port, &open, &poller)
                opened += 1
            }
            let count = poller.wait(timeout: opened < streams ? .milliseconds(1) : .seconds(10))
            if count == 0, opened == streams {
                tally.errors = streams - tally.ended
                break
            }
            for index in 0..<count {
                let event = poller.event(index)
                let handle = Handle<Stream>(bits: event.data)
                if open.contains(handle), !advance(&open[handle], event, &tally) {
                    _ = open.remove(handle)
                }
            }
        }
        return tally
    }

    private func begin(
        port: UInt16,
        _ open: inout Slots<Stream>,
        _ poller: inout Poller
    ) throws(SystemError) {
        let socket = try Socket.open(to: .local(port))
        let descriptor = socket.descriptor
        if case .inserted(let handle) = open.insert(Stream(socket)) {
            try poller.add(descriptor, data: handle.bits)
        }
    }

    /// Asks once, then reads; `false` when the stream is over.
    private func advance(
        _ stream: inout Stream,
        _ event: Poller.Event,
        _ tally: inout Tally
    ) -> Bool {
        if event.isWritable, !event.isFailed, !stream.isAsked {
            stream.isAsked = true
            let sent = request.withUnsafeBytes { stream.socket.send($0) }
            if sent != .transferred(request.count) { return end(&tally, isError: true) }
        }
        while true {
            switch stream.socket.read(into: &stream.input, room: 8_192) {
            case .transferred(let count):
                if read(&stream, at: Clock.now(), &tally) { return end(&tally, isError: false) }
                if count < 8_192 { return true }
            case .wouldBlock: return event.isFailed ? end(&tally, isError: true) : true
            case .ended, .failed: return end(&tally, isError: true)
            }
        }
    }

    private func end(_ tally: inout Tally, isError: Bool) -> Bool {
        if isError { tally.errors += 1 } else { tally.ended += 1 }
        return false
    }

    /// Takes the lines that have come whole; `true` when the last chunk is among them.
    private func read(_ stream: inout Stream, at now: Instant, _ tally: inout Tally) -> Bool {
        var isOver = false
        var used = 0
        stream.input.withReadable { bytes in
            while let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: used) {
                let line = used..<end
                used = end + 1
                if let sent = Self.sendTime(bytes, line) {
                    tally.delays.append(now.nanoseconds &- min(sent, now.nanoseconds))
                } else if bytes.equals("0\r", line) {
                    isOver = true
                }
            }
        }
        stream.input.consume(used)
        return isOver
    }

    /// The number behind `"t":` of an event's line.
    private static func sendTime(_ bytes: Span<UInt8>, _ line: Range<Int>) -> UInt64? {
        guard line.count > 5, bytes.equals("data:", line.lowerBound..<line.lowerBound + 5) else {
            return nil
        }
        var index = line.lowerBound + 5
        while index + 4 < line.upperBound {
            if bytes.equals("\"t\":", index..<index + 4) {
                var end = index + 4
                while end < line.upperBound, bytes[end] >= 48, bytes[end] <= 57 { end += 1 }
                return bytes.decimal(index + 4..<end)
            }
            index += 1
        }
        return nil
    }
}
