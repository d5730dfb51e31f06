import Base
import Wire

/// Finding field lines by a name that the configuration gives.
enum HeaderName {
    /// The value of the first line named `name`, which is in lower case, that is not dropped.
    static func first(_ name: [UInt8], in fields: Fields) -> Range<Int>? {
        guard !name.isEmpty else { return nil }
        let field = FieldName(name.span, 0..<name.count)
        guard fields.contains(field) else { return nil }
        for line in fields.lines where isNamed(name, field, line, fields.bytes.span) {
            return line.valueRange
        }
        return nil
    }

    /// Whether `line` bears the name, in any case, and is not dropped.
    static func isNamed(
        _ name: [UInt8],
        _ field: FieldName,
        _ line: FieldLine,
        _ bytes: Span<UInt8>
    ) -> Bool {
        guard line.name == field, !line.isDropped else { return false }
        let isListed = field != .other && field != .outriderOther
        return isListed
            || bytes.equalsIgnoringCase(line.nameRange, name.span, 0..<name.count)
    }
}

extension RequestHead {
    /// The query, without its `?`.
    var query: Range<Int> {
        let start = min(path.upperBound + 1, target.upperBound)
        return start..<target.upperBound
    }
}
