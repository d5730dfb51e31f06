import Base

/// The form in which paths are compared: every escape of a visible character is decoded.
///
/// A model's server decodes `%3A` to `:` before it looks where a request goes, so a path must
/// meet the same route in both spellings. What separates (`/`) or begins an escape (`%`) stays
/// escaped. Only compared: forwarded is the normal form.
enum PathFolding {
    /// The folded form of a normalised path; its segments are those of the path.
    static func fold(_ path: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            if let value = visible(path, index) {
                output.append(value)
                index += 3
            } else {
                output.append(path[index])
                index += 1
            }
        }
        return output
    }

    private static func visible(_ path: Span<UInt8>, _ index: Int) -> UInt8? {
        guard path[index] == UInt8(ascii: "%"), index + 2 < path.count,
            let high = ASCII.hexValue(path[index + 1]), let low = ASCII.hexValue(path[index + 2])
        else { return nil }
        let value = high << 4 | low
        let isKept = value == UInt8(ascii: "/") || value == UInt8(ascii: "%")
        return value > 32 && value < 127 && !isKept ? value : nil
    }
}
