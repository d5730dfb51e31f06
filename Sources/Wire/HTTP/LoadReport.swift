package import Base

/// What a sidecar says of its load and its model in `x-outrider-load`.
///
/// A dictionary (RFC 8941 §3.2): `in_flight=3, queue=0, limit=64, state=ready`. Members that are
/// not known are passed over, so that later versions may say more.
package struct LoadReport: Sendable, Hashable {
    package var inFlight = 0
    package var queue = 0
    package var limit = 0
    /// Whether new work is welcome: the model is up and nothing drains.
    package var isWilling = true

    package init() {}

    /// Reads the value in `range`; numbers that make no sense count as zero.
    package init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            var end = index
            while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            read(bytes, bytes.trimmed(index..<end))
            index = end + 1
        }
    }

    /// Writes the value; `state` is one of the states of `/status`.
    package static func append(
        inFlight: Int,
        queue: Int,
        limit: Int,
        state: StaticString,
        to output: inout ByteBuffer
    ) {
        append(inFlight: inFlight, to: &output)
        append(queue: queue, limit: limit, state: state, to: &output)
    }

    /// Writes what changes with every request; the rest must follow.
    package static func append(inFlight: Int, to output: inout ByteBuffer) {
        output.append("in_flight=")
        output.append(decimal: inFlight)
    }

    /// Writes the rest, which stays the same for long.
    package static func append(
        queue: Int,
        limit: Int,
        state: StaticString,
        to output: inout ByteBuffer
    ) {
        output.append(", queue=")
        output.append(decimal: queue)
        output.append(", limit=")
        output.append(decimal: limit)
        output.append(", state=")
        output.append(state)
    }

    private mutating func read(_ bytes: Span<UInt8>, _ member: Range<Int>) {
        var equals = member.lowerBound
        while equals < member.upperBound, bytes[equals] != UInt8(ascii: "=") { equals += 1 }
        guard equals < member.upperBound else { return }
        let name = member.lowerBound..<equals
        let value = equals + 1..<member.upperBound
        if bytes.equals("state", name) {
            isWilling = bytes.equals("ready", value) || bytes.equals("busy", value)
            return
        }
        let number = Int(clamping: min(bytes.decimal(value) ?? 0, 1_000_000))
        if bytes.equals("in_flight", name) { inFlight = number }
        if bytes.equals("queue", name) { queue = number }
        if bytes.equals("limit", name) { limit = number }
    }
}
