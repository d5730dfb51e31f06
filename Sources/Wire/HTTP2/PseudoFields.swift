import Base

/// The values of the pseudo-header fields of one head (RFC 9113 §8.3, RFC 8441 §4).
struct PseudoFields {
    var method: Range<Int>?
    var scheme: Range<Int>?
    var authority: Range<Int>?
    var path: Range<Int>?
    /// Of an extended CONNECT.
    var connectProtocol: Range<Int>?
    var status: Range<Int>?

    /// Whether only a response has what came.
    var isResponse: Bool {
        method == nil && scheme == nil && authority == nil && path == nil && connectProtocol == nil
    }

    /// Takes a line whose name begins with a colon; `false` when it is unknown or came before.
    @inline(__always)
    mutating func take(_ bytes: Span<UInt8>, _ line: FieldBlock.Line) -> Bool {
        let name = line.name
        switch name.count {
        case 5 where bytes.equals(":path", name): return Self.set(&path, line.value)
        case 7 where bytes.equals(":method", name): return Self.set(&method, line.value)
        case 7 where bytes.equals(":scheme", name): return Self.set(&scheme, line.value)
        case 7 where bytes.equals(":status", name): return Self.set(&status, line.value)
        case 9 where bytes.equals(":protocol", name):
            return Self.set(&connectProtocol, line.value)
        case 10 where bytes.equals(":authority", name): return Self.set(&authority, line.value)
        default: return false
        }
    }

    @inline(__always)
    private static func set(_ field: inout Range<Int>?, _ value: Range<Int>) -> Bool {
        if field != nil { return false }
        field = value
        return true
    }
}
