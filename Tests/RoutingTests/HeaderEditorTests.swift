import Base
import Testing
import Wire

@testable import Routing

@Suite struct HeaderEditorTests {
    private func edited(_ fields: [String], _ change: (inout HeaderEdits) -> Void) throws -> String
    {
        var edits = HeaderEdits()
        change(&edits)
        let editor = HeaderEditor(edits)
        var head = try head("GET /", fields)
        head.fields.drop(.host)
        editor.strip(&head.fields)
        var output = ByteBuffer()
        HeadEncoder.appendKept(head.fields, to: &output)
        editor.append(to: &output)
        return output.text()
    }

    @Test func `lines are removed, set and added in this order`() throws {
        let text = try edited(["X-A: 1", "x-b: 2", "X-a: 3", "accept: 4", "x-c: 5"]) {
            $0.remove = ["x-a", "Accept", "x-none"]
            $0.set = [.init(name: "x-B", value: "6"), .init(name: "x-d", value: "7")]
            $0.add = [.init(name: "x-c", value: "8")]
        }

        #expect(text == "x-c: 5\r\nx-B: 6\r\nx-d: 7\r\nx-c: 8\r\n")
    }

    @Test func `a line that is removed may be added anew`() throws {
        let text = try edited(["user-agent: a"]) {
            $0.remove = ["user-agent"]
            $0.add = [.init(name: "user-agent", value: "b")]
        }

        #expect(text == "user-agent: b\r\n")
    }

    @Test func `no edits leave all as it is`() throws {
        #expect(HeaderEditor(HeaderEdits()).isEmpty)
        #expect(try edited(["x-a: 1"]) { _ in } == "x-a: 1\r\n")
    }

    @Test func `a host that is added replaces the one that came`() throws {
        var edits = HeaderEdits()
        #expect(!HeaderEditor(edits).namesHost)
        edits.add = [.init(name: "Host", value: "b")]
        let editor = HeaderEditor(edits)
        var head = try head("GET /", ["x-a: 1"])
        editor.strip(&head.fields)
        let isKept = head.fields.contains(.host)

        #expect(editor.namesHost)
        #expect(!isKept)
    }
}
