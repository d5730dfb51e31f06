/// A name with `*` for any run of characters, such as `llama-*`.
public struct Wildcard: Sendable, Hashable {
    /// As it was written.
    public let text: String
    private let bytes: [UInt8]

    /// Every text is a pattern; one without `*` matches itself alone.
    public init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// Whether it has a `*`; one without is a plain name.
    public var hasStar: Bool { bytes.contains(UInt8(ascii: "*")) }

    /// Whether `name` fits; case matters.
    ///
    /// Linear in practice, quadratic at worst, without recursion.
    public func matches(_ name: Span<UInt8>) -> Bool {
        var index = 0
        var place = 0
        var star: Int?
        var resume = 0
        while index < name.count {
            if place < bytes.count, bytes[place] == UInt8(ascii: "*") {
                star = place
                resume = index
                place += 1
            } else if place < bytes.count, bytes[place] == name[index] {
                place += 1
                index += 1
            } else if let star {
                place = star + 1
                resume += 1
                index = resume
            } else {
                return false
            }
        }
        return bytes[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Whether `name` fits; for configuration and tests.
    public func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return matches(bytes.span)
    }
}
