import Base
import Testing

@testable import Wire

@Suite struct AbuseGuardTests {
    private static let start = Instant(nanoseconds: 1)

    @Test func `resets are abuse above a number and above half of the streams`() {
        let few = firstAbuse(of: 200) { try $0.noteReset() }
        let many = firstAbuse(of: 1_000) { try $0.noteReset() }
        let shared = firstAbuse(of: 1_000) { counts in
            counts.noteOpened()
            counts.noteOpened()
            try counts.noteReset()
        }

        #expect(few == nil)
        #expect(many == .init(.rapidReset, at: 201))
        #expect(shared == nil)
    }

    @Test func `slow streams are abuse above a number and above half of the streams`() {
        let alone = firstAbuse(of: 100) { try $0.noteSlow() }
        let among = firstAbuse(of: 100) { counts throws(HTTP2Violation) in
            counts.noteOpened()
            counts.noteOpened()
            try counts.noteSlow()
        }

        #expect(alone == .init(.slowStreams, at: 21))
        #expect(among == nil)
    }

    @Test func `measuring by PING is allowed as often as frames are sent`() {
        let flood = firstAbuse(of: 1_000) { try $0.notePing() }
        let measuring = firstAbuse(of: 900) { counts in
            counts.noteSent()
            try counts.notePing()
        }

        #expect(flood == .init(.pingFlood, at: 201))
        #expect(measuring == nil)
    }

    @Test func `what is acknowledged must be read`() {
        let unread = firstAbuse(of: 2_000) { counts in
            counts.noteSent()
            try counts.notePing()
        }
        let read = firstAbuse(of: 2_000) { counts in
            counts.noteSent()
            counts.begin(Self.start, waiting: 5)
            try counts.notePing()
            counts.end(waiting: 22)
        }

        #expect(unread == .init(.unreadOutput, at: 1_001))
        #expect(read == nil)
    }

    @Test func `every other kind of frame has its bound`() {
        let settings = firstAbuse(of: 2_000) { try $0.noteSettings() }
        let ignored = firstAbuse(of: 2_000) { try $0.noteIgnored() }
        let updates = firstAbuse(of: 2_000) { try $0.noteWindowUpdate() }
        let empty = firstAbuse(of: 2_000) { try $0.noteEmptyFrame() }

        #expect(settings == .init(.settingsFlood, at: 101))
        #expect(ignored == .init(.priorityFlood, at: 201))
        #expect(updates == .init(.windowUpdateFlood, at: 1_001))
        #expect(empty == .init(.emptyFrames, at: 101))
    }

    @Test func `a new period forgets`() {
        let found = firstAbuse(of: 1_000, every: .milliseconds(100)) { try $0.noteReset() }

        #expect(found == nil)
    }

    @Test func `names of abuses are those of a label`() {
        for abuse in HTTP2Abuse.allCases {
            let isLabel = "\(abuse.name)".allSatisfy { $0.isLowercase || $0 == "_" }
            #expect(isLabel)
        }
    }

    private struct Found: Equatable {
        var abuse: HTTP2Abuse
        var count: Int

        init(_ abuse: HTTP2Abuse, at count: Int) {
            self.abuse = abuse
            self.count = count
        }
    }

    private func firstAbuse(
        of count: Int,
        every span: Nanoseconds = .zero,
        _ note: (inout AbuseGuard) throws -> Void
    ) -> Found? {
        var counts = AbuseGuard(HTTP2Limits())
        var now = Self.start
        for number in 1...count {
            counts.begin(now, waiting: 100)
            now = now.advanced(by: span)
            do {
                try note(&counts)
            } catch {
                guard case .abuse(let abuse) = error as? HTTP2Violation else { return nil }
                return Found(abuse, at: number)
            }
        }
        return nil
    }
}
