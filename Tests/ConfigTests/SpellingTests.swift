import Testing

@testable import Config

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("", "abc", 3), ("openFr", "openFor", 1),
        ("kitten", "sitting", 3),
        ("listne", "listen", 1), ("ca", "abc", 3),
    ])
    func `distance counts edits and swaps, either way round`(
        _ first: String,
        _ second: String,
        _ distance: Int
    ) {
        #expect(Spelling.distance(from: first, to: second) == distance)
        #expect(Spelling.distance(from: second, to: first) == distance)
    }

    @Test(arguments: [
        ("openFr", "openFor"), ("OPENFOR", "openFor"), ("jiter", "jitter"), ("windows", "window"),
    ])
    func `the nearest candidate is found`(_ word: String, _ nearest: String) {
        let candidates = ["openFor", "maxOpenFor", "jitter", "window"]

        #expect(Spelling.nearest(to: word, among: candidates) == nearest)
    }

    @Test func `nothing is suggested when nothing is near`() {
        #expect(Spelling.nearest(to: "elephant", among: ["uri", "tls"]) == nil)
        #expect(Spelling.nearest(to: "xyz", among: ["uri", "tls"]) == nil)
        let long = String(repeating: "a", count: 100_000)
        #expect(Spelling.nearest(to: long, among: ["a"]) == nil)
    }
}
