import Base
import Testing

@testable import Reactor

@Suite struct ProcessStatsTests {
    @Test func `this process is alive and costs something`() throws {
        let stats = try #require(ProcessStats.now())

        #expect(stats.residentBytes > 100_000)
        #expect(stats.startSeconds > 1_577_836_800)
        #expect(stats.startSeconds <= Clock.wall() / 1_000_000_000 + 1)
    }

    @Test func `a name with parentheses and spaces is stepped over`() {
        let stats = ProcessStats(
            statm: "1000 25 3 4 5 6 0\n",
            stat: "7 (a) b (c)) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 9 0 6000 4096 25 0\n",
            machine: "cpu 1 2 3\nbtime 1700000000\nprocesses 5\n",
            pageSize: 4096,
            ticksPerSecond: 100
        )

        #expect(stats?.residentBytes == 102_400)
        #expect(stats?.cpuTime == .seconds(2))
        #expect(stats?.startSeconds == 1_700_000_060)
    }

    @Test(arguments: ["", "7 (a) S 1", ")", "7 a S 1 2 3 4 5 6 7 8 9"])
    func `a text of another form is no answer`(_ stat: String) {
        let stats = ProcessStats(
            statm: "1000 25",
            stat: stat,
            machine: "btime 1",
            pageSize: 4096,
            ticksPerSecond: 100
        )

        #expect(stats == nil)
    }
}
