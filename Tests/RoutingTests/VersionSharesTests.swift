import Testing

@testable import Routing

@Suite struct VersionSharesTests {
    private let versions = ["1.0.0", "2.0.0", "3.0.0"].compactMap { SemanticVersion($0) }

    @Test func `the line is divided, the lowest version first`() {
        let shares = VersionShares(.percent([50, 25, 25]), versions: versions)

        #expect(shares.version(at: 0) == 0)
        #expect(shares.version(at: 1 << 63 - 1) == 0)
        #expect(shares.version(at: 1 << 63) == 1)
        #expect(shares.version(at: 3 << 62 - 1) == 1)
        #expect(shares.version(at: 3 << 62) == 2)
        #expect(shares.version(at: .max) == 2)
        #expect(shares.main == 0)
    }

    @Test func `a version without share has no point of the line`() {
        let shares = VersionShares(.percent([0, 100, 0]), versions: versions)

        #expect(shares.version(at: 0) == 1)
        #expect(shares.version(at: .max) == 1)
        #expect(shares.main == 1)
    }

    @Test func `shares that do not sum up leave no point out`() {
        #expect(VersionShares(.percent([10, 10]), versions: versions).version(at: .max) == 1)
        #expect(VersionShares(.percent([90, 90]), versions: versions).version(at: .max) == 1)
        #expect(VersionShares(.percent([]), versions: []).version(at: 5) == 0)
        #expect(VersionShares(.percent([-5, .nan, 1e300]), versions: versions).version(at: 5) < 3)
    }

    @Test func `one stable version has it all`() {
        let shares = VersionShares(.stable(versions[1]), versions: versions)

        #expect(shares.version(at: 0) == 1)
        #expect(shares.main == 1)
    }
}
