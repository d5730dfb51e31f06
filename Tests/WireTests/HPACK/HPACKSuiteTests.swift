import Base
import Testing

@testable import Wire

/// The stories of hpack-test-case, each with one table on either side.
@Suite struct HPACKSuiteTests {
    @Test(
        .enabled(if: Suites.hasStories),
        arguments: Suites.stories("nghttp2") + Suites.stories("nghttp2-change-table-size")
    )
    func `what another encoder wrote is decoded`(_ story: Suites.Story) throws {
        var decoder = HPACKDecoder()
        for block in story.cases {
            if let size = block.tableSize { decoder.limitTable(size) }
            let lines = try HPACKFeed.decode(HPACKFeed.octets(block.wire ?? ""), &decoder)

            #expect(lines == block.lines, "block \(block.number ?? -1)")
        }
    }

    @Test(.enabled(if: Suites.hasStories), arguments: Suites.stories("raw-data"))
    func `what we encode is decoded as it was`(_ story: Suites.Story) throws {
        for indexing in [HPACKEncoder.Indexing.indexed, .unindexed, .never] {
            var encoder = HPACKEncoder()
            var decoder = HPACKDecoder()
            for block in story.cases {
                let octets = HPACKFeed.encode(block.lines, &encoder, indexing)

                #expect(try HPACKFeed.decode(octets, &decoder) == block.lines)
            }
        }
    }

    @Test(.enabled(if: Suites.hasStories), arguments: Suites.stories("raw-data"))
    func `a table may change its size between blocks`(_ story: Suites.Story) throws {
        var encoder = HPACKEncoder()
        var decoder = HPACKDecoder()
        for (index, block) in story.cases.enumerated() {
            for size in [0, 64, 4_096, 200, 1_000_000, 100].dropFirst(index % 6).prefix(index % 3) {
                encoder.limitTable(size)
                decoder.limitTable(size)
            }
            let octets = HPACKFeed.encode(block.lines, &encoder)

            #expect(try HPACKFeed.decode(octets, &decoder) == block.lines)
        }
    }
}
