import Testing

@testable import Config

@Suite struct ConfigPathTests {
    @Test func `a path names members and elements, and leaves as it entered`() {
        var path = ConfigPath()
        path.enter("outbound")
        path.enter(index: 0)
        path.enter("retry")
        let inside = path.description
        path.leave()
        path.leave()

        #expect(inside == "outbound[0].retry")
        #expect(path.description == "outbound")
    }

    @Test func `a name that is no plain word is quoted`() {
        #expect(ConfigPath.member("1.4.0", of: "a.versions") == "a.versions[\"1.4.0\"]")
        #expect(ConfigPath.member("x-y_z", of: "a") == "a.x-y_z")
        #expect(ConfigPath.member("a b", of: "") == "[\"a b\"]")
    }

    @Test func `leaving more often than entering stays at the top`() {
        var path = ConfigPath()

        path.leave()

        #expect(path.description.isEmpty)
    }
}
