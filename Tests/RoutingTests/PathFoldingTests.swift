import Base
import Testing

@testable import Routing

@Suite struct PathFoldingTests {
    @Test(arguments: [
        ("/a", "/a"), ("/a%3Ab", "/a:b"),
        ("/%40%21%24%26%27%28%29%2A%2B%2C%3B%3D", "/@!$&'()*+,;="),
        ("/a%2Fb", "/a%2Fb"), ("/%252F", "/%252F"), ("/%20%7F", "/%20%7F"), ("/%C3%A9", "/%C3%A9"),
        ("/%22%3C%7C", "/\"<|"), ("/%3", "/%3"),
    ]) func `visible characters are compared in one spelling`(_ path: String, _ folded: String) {
        let bytes = Array(path.utf8)
        let form = PathFolding.fold(bytes.span)

        #expect(String(decoding: form, as: UTF8.self) == folded)
    }

    @Test func `folding never makes a separator or an escape`() {
        for value in 0...255 as ClosedRange<UInt8> {
            let digits = String(value, radix: 16, uppercase: true)
            let path = Array("/%\(digits.count == 1 ? "0" : "")\(digits)".utf8)
            let folded = PathFolding.fold(path.span)

            #expect(folded == path || folded.count == 2 && !"/%".utf8.contains(folded[1]))
        }
    }
}
