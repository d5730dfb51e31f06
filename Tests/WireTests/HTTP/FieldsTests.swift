import Base
import Testing

@testable import Wire

@Suite struct FieldsTests {
    private func fields() throws -> Fields {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nVia: v\r\nx-a: 2\r\nvia: w\r\n\r\n"
        return try #require(try RequestFeed.whole(text)).head.fields
    }

    @Test func `the first value is found and all are counted`() throws {
        let fields = try fields()

        #expect(fields.first(.via).map(fields.text) == "v")
        #expect(fields.count(of: .via) == 2)
        #expect(fields.first(.te) == nil)
    }

    @Test func `a dropped name is gone for every reader and writer`() throws {
        var fields = try fields()
        fields.drop(.via)

        #expect(fields.first(.via) == nil)
        #expect(fields.count(of: .via) == 0)
        let kept = written { HeadEncoder.appendKept(fields, to: &$0) }
        #expect(kept == "Host: a\r\nX-A: 1\r\nx-a: 2\r\n")
    }

    @Test func `a set of names is dropped at once, and what came is remembered`() throws {
        var fields = try fields()
        fields.drop([.via, .te, .other])

        let kept = written { HeadEncoder.appendKept(fields, to: &$0) }
        #expect(kept == "Host: a\r\n")
        #expect(!fields.containsAny(of: [.via, .te, .other]))
        #expect(fields.namesThatCame == [.host, .via, .other])
        #expect(fields.firstThatCame(.via).map(fields.text) == "v")
    }

    @Test func `one line of a name is told from several`() throws {
        let fields = try fields()

        #expect(fields.hasOne(.host))
        #expect(!fields.hasOne(.via))
        #expect(!fields.hasOne(.te))
    }

    @Test func `a shorter head after a longer one shows no line of it`() throws {
        var head = RequestHead()
        for text in [
            "GET / HTTP/1.1\r\nHost: a\r\nVia: v\r\nTE: x\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
        ] {
            var scanned = 0
            let bytes = latin1(text)
            _ = try RequestHeadParser().parse(bytes.span, scanned: &scanned, into: &head)
        }

        #expect(head.fields.lines.isEmpty)
        #expect(head.fields.names.isEmpty && head.fields.namesThatCame.isEmpty)
        #expect(head.fields.text(0..<head.fields.bytes.count) == "GET / HTTP/1.0\r\n\r\n")
    }

    @Test func `an unlisted name is dropped in any case`() throws {
        var fields = try fields()
        let name = fields.lines[1].nameRange
        fields.dropNamed(name)

        let kept = written { HeadEncoder.appendKept(fields, to: &$0) }
        #expect(kept == "Host: a\r\nVia: v\r\nvia: w\r\n")
        #expect(!fields.contains(.other))
    }
}
