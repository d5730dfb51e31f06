import Base
import Testing

@testable import Wire

@Suite struct AbuseGuardTests {
    private static let start = Instant(nanoseconds: 1)

    @Test func `resets are abuse above a number and above half of the streams`() {
        let few = firstAbuse(of: 200) { try $0.noteReset($1) }
        let many = firstAbuse(of: 1_000) { try $0.noteReset($1) }
        let shared = firstAbuse(of: 1_000) { counts, limits in
            counts.noteOpened()
            counts.noteOpened()
            try counts.noteReset(limits)
        }

        #expect(few == nil)
        #expect(many == .init(.rapidReset, at: 201))
        #expect(shared == nil)
    }

    @Test func `measuring by PING is allowed as often as frames are sent`() {
        let flood = firstAbuse(of: 1_000) { try $0.notePing($1) }
        let measuring = firstAbuse(of: 900) { counts, limits in
            counts.noteSent()
            try counts.notePing(limits)
        }

        #expect(flood == .init(.pingFlood, at: 201))
        #expect(measuring == nil)
    }

    @Test func `what is acknowledged must be read`() {
        let unread = firstAbuse(of: 2_000) { counts, limits in
            counts.noteSent()
            try counts.notePing(limits)
        }
        let read = firstAbuse(of: 2_000) { counts, limits in
            counts.noteSent()
            counts.noteOutput(5)
            try counts.notePing(limits)
            counts.keepOutput(22)
        }

        #expect(unread == .init(.unreadOutput, at: 1_001))
        #expect(read == nil)
    }

    @Test func `every other kind of frame has its bound`() {
        let settings = firstAbuse(of: 2_000) { try $0.noteSettings($1) }
        let ignored = firstAbuse(of: 2_000) { try $0.noteIgnored($1) }
        let updates = firstAbuse(of: 2_000) { try $0.noteWindowUpdate($1) }
        let empty = firstAbuse(of: 2_000) { try $0.noteEmptyFrame($1) }

        #expect(settings == .init(.settingsFlood, at: 101))
        #expect(ignored == .init(.priorityFlood, at: 201))
        #expect(updates == .init(.windowUpdateFlood, at: 1_001))
        #expect(empty == .init(.emptyFrames, at: 101))
    }

    @Test func `a new period forgets`() {
        let found = firstAbuse(of: 1_000, every: .milliseconds(100)) { try $0.noteReset($1) }

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
        _ note: (inout AbuseGuard, HTTP2Limits) throws -> Void
    ) -> Found? {
        var counts = AbuseGuard()
        var now = Self.start
        for number in 1...count {
            counts.begin(now, HTTP2Limits())
            now = now.advanced(by: span)
            do {
                try note(&counts, HTTP2Limits())
            } catch {
                guard case .abuse(let abuse) = error as? HTTP2Violation else { return nil }
                return Found(abuse, at: number)
            }
        }
        return nil
    }
}
