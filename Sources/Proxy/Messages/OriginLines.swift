import Base
import Reactor
import Wire

/// The forwarding fields of a client that says nothing of earlier ones, as they were last written.
///
/// A sidecar hears few addresses, and each asks for the same host again and again: the lines of
/// the last request of an address are mostly those of its next.
struct OriginLines: ~Copyable {
    /// Addresses that are remembered at the same time.
    private static let placesMax = 16
    /// The longest authority that is remembered.
    private static let authorityMax = 256

    private struct Place {
        var high: UInt64 = 0
        var low: UInt64 = 0
        /// The address as text, then the authority, then the lines.
        var bytes: [UInt8] = []
        var peerEnd = 0
        var authorityEnd = 0
        var isSecure = false

        /// Appends the lines; `false` when those that are known are another authority's.
        ///
        /// Mutating only because it is then read where it lies, and its memory not counted.
        @inline(__always)
        mutating func append(
            isSecure: Bool,
            authority: Range<Int>,
            of head: Span<UInt8>,
            to output: inout ByteBuffer
        ) -> Bool {
            let bytes = bytes.span
            guard self.isSecure == isSecure, authorityEnd < bytes.count,
                head.equals(authority, bytes, peerEnd..<authorityEnd)
            else { return false }
            output.append(bytes, authorityEnd..<bytes.count)
            return true
        }

        /// Lends the address as text; mutating for the same reason.
        @inline(__always)
        mutating func withText(_ body: (Span<UInt8>, Range<Int>) -> Void) {
            body(bytes.span, 0..<peerEnd)
        }
    }

    private var places = [Place](repeating: Place(), count: placesMax)
    private var scratch = ByteBuffer()

    /// Appends the lines for `peer`, who asked for the `authority` in `head`.
    mutating func append(
        peer: SocketAddress,
        isSecure: Bool,
        authority: Range<Int>,
        of head: Span<UInt8>,
        to output: inout ByteBuffer
    ) {
        let index = place(of: peer)
        if places[index].append(isSecure: isSecure, authority: authority, of: head, to: &output) {
            return
        }
        places[index].isSecure = isSecure
        write(authority, of: head, at: index)
        _ = places[index].append(isSecure: isSecure, authority: authority, of: head, to: &output)
        if authority.count > Self.authorityMax { places[index] = Place() }
    }

    /// Lends the address as text.
    mutating func withText(of peer: SocketAddress, _ body: (Span<UInt8>, Range<Int>) -> Void) {
        places[place(of: peer)].withText(body)
    }

    /// Where `peer` stands, which may have been another's place.
    @inline(__always)
    private mutating func place(of peer: SocketAddress) -> Int {
        let (high, low) = peer.halves
        let mixed = (high ^ low) &* 0x9e37_79b9_7f4a_7c15
        let index = Int(truncatingIfNeeded: mixed >> 60)
        if places[index].high == high, places[index].low == low, places[index].peerEnd > 0 {
            return index
        }
        take(index, for: peer)
        return index
    }

    /// Gives the place at `index` to `peer`.
    @inline(never)
    private mutating func take(_ index: Int, for peer: SocketAddress) {
        let (high, low) = peer.halves
        scratch.clear()
        peer.append(textTo: &scratch)
        let text = scratch.withReadable { $0.array(0..<$0.count) }
        places[index] = Place(
            high: high,
            low: low,
            bytes: text,
            peerEnd: text.count,
            authorityEnd: text.count
        )
    }

    private mutating func write(_ authority: Range<Int>, of head: Span<UInt8>, at index: Int) {
        let peerEnd = places[index].peerEnd
        let scheme: StaticString = places[index].isSecure ? "https" : "http"
        let bytes = places[index].bytes
        let peer = bytes.span.extracting(0..<peerEnd)
        scratch.clear()
        scratch.append(peer)
        scratch.append(head, authority)
        scratch.append("x-forwarded-for: ")
        scratch.append(peer)
        scratch.append("\r\nforwarded: ")
        Forwarded.appendForwarded(
            earlier: nil,
            peer: peer,
            host: authority,
            of: head,
            proto: scheme,
            to: &scratch
        )
        scratch.append("\r\nx-forwarded-proto: ")
        scratch.append(scheme)
        scratch.append("\r\n")
        if !authority.isEmpty {
            HeadEncoder.appendLine("x-forwarded-host", head, authority, to: &scratch)
        }
        places[index].authorityEnd = peerEnd + authority.count
        places[index].bytes = scratch.withReadable { $0.array(0..<$0.count) }
    }
}

extension SocketAddress {
    /// The address without its port as two numbers; zeros for a unix socket.
    fileprivate var halves: (high: UInt64, low: UInt64) {
        switch self {
        case .ipv4(let address, _): (0, 0xffff_0000_0000 | UInt64(address))
        case .ipv6(let high, let low, _, _): (high, low)
        case .unix: (0, 0)
        }
    }
}
