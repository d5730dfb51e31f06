import Base

/// Finds one value in JSON text by the names of the members that lead to it.
package enum JSONPath {
    /// The first token of the value at `path`; `nil` when it is absent or the text is malformed.
    ///
    /// Of a repeated name the first counts. The text after the value is not looked at.
    package static func find(_ path: [StaticString], in bytes: Span<UInt8>) -> JSONScanner.Token? {
        var scanner = JSONScanner()
        return seek(path, in: bytes, &scanner)
    }

    /// Moves `scanner` to the value at `path` and returns its first token.
    ///
    /// After `beginArray` or `beginObject` the caller can go on with the elements.
    package static func seek(
        _ path: [StaticString],
        in bytes: Span<UInt8>,
        _ scanner: inout JSONScanner
    ) -> JSONScanner.Token? {
        do throws(JSONScanner.Failure) {
            var token = try scanner.next(bytes)
            for name in path {
                guard token == .beginObject, try seekMember(name, in: bytes, &scanner) else {
                    return nil
                }
                token = try scanner.next(bytes)
            }
            return token
        } catch {
            // Malformed text has no value anywhere.
            return nil
        }
    }

    private static func seekMember(
        _ name: StaticString,
        in bytes: Span<UInt8>,
        _ scanner: inout JSONScanner
    ) throws(JSONScanner.Failure) -> Bool {
        while case .key(let range) = try scanner.next(bytes) {
            if JSONString.equals(name, bytes, range) { return true }
            try scanner.skipValue(bytes)
        }
        return false
    }
}
