import Base
import Testing

@testable import outrider

@Suite struct TourAnswerReaderTests {
    private static let stream =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        + "9\r\ndata: a\n\n\r\n9\r\ndata: b\n\n\r\n0\r\n\r\n"

    private func read(
        _ text: String,
        piece: Int,
        isEnded: Bool
    ) -> (state: TourAnswerReader.State, answer: TourAnswer) {
        var reader = TourAnswerReader(begun: Instant(nanoseconds: 0))
        var rest = Array(text.utf8)[...]
        var now = Instant(nanoseconds: 0)
        while !rest.isEmpty {
            now = now.advanced(by: .milliseconds(1))
            _ = reader.take(Array(rest.prefix(piece)), now: now)
            rest = rest.dropFirst(piece)
        }
        if isEnded { _ = reader.take([], now: now) }
        return (reader.state, reader.answer)
    }

    @Test(arguments: [1, 2, 7, 50, 4_096]) func `a stream is whole in any pieces`(_ piece: Int) {
        let (state, answer) = read(Self.stream, piece: piece, isEnded: false)

        #expect(state == .whole)
        #expect(answer.status == 200)
        #expect(answer.events.map(\.data) == ["a", "b"])
        #expect(answer.events.first?.after ?? .zero <= answer.duration)
    }

    @Test func `each event has the time at which it was complete`() {
        let (_, answer) = read(Self.stream, piece: 1, isEnded: false)

        let times = answer.events.map(\.after.count)
        #expect(times == times.sorted() && Set(times).count == 2)
    }

    @Test(arguments: 1..<stream.utf8.count) func `a stream that is cut is never whole`(
        _ length: Int
    ) {
        let (state, _) = read(
            String(decoding: Self.stream.utf8.prefix(length), as: UTF8.self),
            piece: 64,
            isEnded: true
        )

        #expect(state == .broken)
    }

    @Test func `what is not HTTP is broken`() {
        #expect(read("SSH-2.0-OpenSSH\r\n\r\n", piece: 64, isEnded: false).state == .broken)
    }
}
