import Base

/// Reads the field lines of a head up to the empty line (RFC 9112 §5).
enum FieldSection {
    enum Outcome {
        /// The head, empty line included, ends before this index.
        case complete(Int)
        case incomplete
        case malformed
        case tooLarge
        case tooManyFields
    }

    /// Appends the lines of `text` from `start` on to `fields`; the bounds count from its start.
    @inline(__always)
    static func parse(
        _ text: Span<UInt8>,
        from start: Int,
        maximumSize: Int,
        maximumCount: Int,
        into fields: inout Fields
    ) -> Outcome {
        var start = start
        while true {
            if text.has("\r\n", at: start), start + 2 <= maximumSize {
                return .complete(start + 2)
            }
            let (stop, colon) = text.lineAndColon(from: start)
            let end = stop == text.count ? .notYet : LineScanner.end(of: text, at: stop)
            switch end {
            case .broken(let seen):
                // A bound that was passed before counts first, however the bytes arrive.
                return seen > maximumSize + 1 ? .tooLarge : .malformed
            case .notYet: return text.count > maximumSize ? .tooLarge : .incomplete
            case .carriageReturn(let index):
                if index + 2 > maximumSize { return .tooLarge }
                if index == start { return .complete(index + 2) }
                if fields.lineCount == maximumCount { return .tooManyFields }
                let line = FieldParser.parse(text, start..<index, colon: colon)
                guard let line else { return .malformed }
                fields.append(line)
                start = index + 2
            }
        }
    }
}
