import Base

/// Thirty-two bits that tell most names apart, so that few are compared; never 0 (FNV-1a).
enum Tag {
    /// The tag of `name`.
    static func make(_ name: Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811c_9dc5
        for index in name.indices { hash = (hash ^ UInt32(name[index])) &* 0x0100_0193 }
        return hash | 1
    }

    /// The tag of the one name that `pattern` fits; 0 when there are several.
    static func make(_ pattern: Wildcard?) -> UInt32 {
        guard let pattern, !pattern.hasStar else { return 0 }
        let name = Array(pattern.text.utf8)
        return make(name.span)
    }
}
