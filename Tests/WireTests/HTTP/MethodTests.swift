import Base
import Testing

@testable import Wire

@Suite struct MethodTests {
    private func method(_ text: String) -> Method {
        let bytes = latin1(text)
        return Method(bytes.span, 0..<bytes.count)
    }

    @Test(arguments: Method.allCases.filter { $0 != .other })
    func `a method is known by its exact name (RFC 9110 §9.1)`(_ known: Method) {
        #expect(method("\(known.name)") == known)
        #expect(method("\(known.name)".lowercased()) == .other)
        #expect(method("X" + "\(known.name)".dropFirst()) == .other)
    }

    @Test func `POST, PATCH and unknown methods are not idempotent`() {
        let repeatable = Method.allCases.filter(\.isIdempotent)

        #expect(repeatable == [.get, .head, .put, .delete, .options, .trace])
    }
}
