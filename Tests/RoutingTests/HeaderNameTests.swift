import Base
import Testing
import Wire

@testable import Routing

@Suite struct HeaderNameTests {
    private func value(_ name: String, _ fields: [String]) throws -> String? {
        let head = try head("GET /", fields)
        return HeaderName.first(Array(name.utf8), in: head.fields).map { head.fields.text($0) }
    }

    @Test func `the first line of the name is found in any case`() throws {
        #expect(try value("x-a", ["X-B: 0", "X-A: 1", "x-a: 2"]) == "1")
        #expect(try value("accept", ["Accept: 1"]) == "1")
        #expect(try value("x-a", ["x-ab: 1"]) == nil)
        #expect(try value("", ["x-a: 1"]) == nil)
        #expect(try value("x-outrider-x", ["x_outrider_y: 1", "X-Outrider-X: 2"]) == "2")
    }
}
