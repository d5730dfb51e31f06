import Base

/// What the `Connection` fields of a head ask for (RFC 9110 §7.6.1).
struct ConnectionOptions {
    var hasClose = false
    var hasKeepAlive = false
    var hasUpgrade = false

    @inline(__always)
    init(_ fields: Fields) {
        guard fields.contains(.connection) else { return }
        for line in fields.lines where line.name == .connection {
            read(fields.bytes.span, line.valueRange)
        }
    }

    private mutating func read(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var elements = ListElements(value)
        while let element = elements.next(bytes) {
            switch element.count {
            case 5: hasClose = hasClose || bytes.equalsIgnoringCase("close", element)
            case 7: hasUpgrade = hasUpgrade || bytes.equalsIgnoringCase("upgrade", element)
            case 10: hasKeepAlive = hasKeepAlive || bytes.equalsIgnoringCase("keep-alive", element)
            default: break
            }
        }
    }

    /// Whether the connection outlives this message (RFC 9112 §9.3).
    func keepsAlive(minorVersion: UInt8) -> Bool {
        if hasClose { return false }
        return minorVersion >= 1 || hasKeepAlive
    }
}
