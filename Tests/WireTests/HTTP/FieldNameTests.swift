import Base
import Testing

@testable import Wire

@Suite struct FieldNameTests {
    private func name(_ text: String) -> FieldName {
        let bytes = latin1(text)
        return FieldName(bytes.span, 0..<bytes.count)
    }

    @Test func `names fit the presence set and each has its text`() {
        let texts = Set(FieldNameTable.names.map { "\($0.text)" })

        #expect(FieldName.allCases.count <= 64)
        #expect(texts.count == FieldNameTable.names.count)
        #expect(FieldNameTable.names.count == FieldName.allCases.count - 2)
    }

    @Test(arguments: FieldName.allCases.filter { $0 != .other && $0 != .outriderOther })
    func `a name is found in any case and any neighbour is not`(_ known: FieldName) {
        let text = "\(known.text)"

        #expect(name(text) == known)
        #expect(name(text.uppercased()) == known)
        #expect(name(text + "x") != known)
        #expect(name("x" + text) != known)
        #expect(name(String(text.dropLast())) != known)
        #expect(name(String(text.reversed())) != known)
        let changed = text.indices.map { index in
            text.replacingCharacters(in: index, with: "z")
        }
        #expect(changed.allSatisfy { $0 == text || name($0) != known })
    }

    @Test(arguments: [
        "x-outrider-anything", "X_Outrider_Identity", "x.outrider.attempt", "x-outrider_load",
    ]) func `a name that folds to ours is known as ours`(_ text: String) {
        #expect(name(text) == .outriderOther)
    }

    @Test(arguments: ["x-outrider-", "x-outriders-a", "y-outrider-a", "transfer_encoding", "x"])
    func `other names stay other`(_ text: String) {
        #expect(name(text) == .other)
    }
}

extension String {
    fileprivate func replacingCharacters(in index: Index, with text: String) -> String {
        String(self[..<index]) + text + String(self[self.index(after: index)...])
    }
}
