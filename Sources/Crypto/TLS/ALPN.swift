/// A protocol that is agreed on in the handshake (RFC 7301).
package enum ALPN: String, Sendable, Hashable, CaseIterable {
    case http1 = "http/1.1"
    case http2 = "h2"

    /// Names as the extension lists them: each behind its length.
    static func list(_ protocols: [ALPN]) -> [UInt8] {
        protocols.flatMap { [UInt8($0.rawValue.utf8.count)] + Array($0.rawValue.utf8) }
    }

    /// The first of `ours` that the client's `list` holds, with where its name lies in the list.
    static func choose(
        _ ours: [ALPN],
        from list: UnsafeBufferPointer<UInt8>
    ) -> (choice: ALPN, name: Range<Int>)? {
        var best: (rank: Int, name: Range<Int>)?
        var index = 0
        while index < list.count {
            let name = index + 1..<index + 1 + Int(list[index])
            // OpenSSL has checked the list; a length beyond it would be our mistake.
            guard name.upperBound <= list.count else { break }
            let rank = ours.firstIndex { list[name].elementsEqual($0.rawValue.utf8) }
            if let rank, rank < best?.rank ?? .max { best = (rank, name) }
            index = name.upperBound
        }
        return best.map { (ours[$0.rank], $0.name) }
    }
}
