import Base

/// Brings a request's path into the one form that is both matched and forwarded (RFC 3986 §6.2.2).
///
/// Escapes of unreserved characters are decoded and the digits of all others put in upper case.
/// Whatever servers read in different ways is refused, never repaired: dot segments however they
/// are written, also where `%2F` or a parameter (`..;`) sets them off, empty segments,
/// backslashes, NUL and broken escapes. `%2F` itself stays as it is and separates nothing.
package enum PathNormaliser {
    package enum Outcome: Sendable, Equatable {
        /// It is in its normal form already.
        case normal
        /// Its normal form.
        case changed([UInt8])
        /// Nobody can say what it means: `malformed_request`.
        case refused
    }

    /// Reads the path in `range`, which has no query.
    ///
    /// An empty path stays empty, as an absolute form without path has it; `*` is that of OPTIONS.
    package static func check(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Outcome {
        if range.isEmpty { return .normal }
        guard bytes[range.lowerBound] == UInt8(ascii: "/") else {
            return range.count == 1 && bytes[range.lowerBound] == UInt8(ascii: "*")
                ? .normal : .refused
        }
        var reading = Reading()
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "%") else {
                guard reading.take(byte) else { return .refused }
                index &+= 1
                continue
            }
            guard index &+ 2 < range.upperBound, let high = ASCII.hexValue(bytes[index &+ 1]),
                let low = ASCII.hexValue(bytes[index &+ 2])
            else { return .refused }
            if reading.output == nil, changes(high << 4 | low, bytes, index) {
                reading.output = bytes.array(range.lowerBound..<index)
            }
            guard reading.takeEscape(high, low) else { return .refused }
            index &+= 3
        }
        guard reading.endPart() else { return .refused }
        return reading.output.map { .changed($0) } ?? .normal
    }

    /// Letters, digits, `-`, `.`, `_` and `~` (RFC 3986 §2.3).
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }

    /// Whether the escape at `index` is not written in the normal form.
    private static func changes(_ value: UInt8, _ bytes: Span<UInt8>, _ index: Int) -> Bool {
        isUnreserved(value) || bytes[index &+ 1] >= UInt8(ascii: "a")
            || bytes[index &+ 2] >= UInt8(ascii: "a")
    }

    /// What has been read so far.
    private struct Reading {
        /// The normal form, once it differs from what came.
        var output: [UInt8]?
        /// How many dots stand since the last separator; more than 2 when anything else does.
        private var dots = 3
        private var isAfterSlash = false

        /// A byte that stands for itself; `false` when it may not stand there.
        mutating func take(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "/"):
                guard !isAfterSlash, endPart() else { return false }
                dots = 0
                isAfterSlash = true
            case UInt8(ascii: "."):
                dots = min(dots &+ 1, 3)
                isAfterSlash = false
            case UInt8(ascii: ";"):
                guard endPart() else { return false }
                notDots()
            case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0...32, 127...:
                return false
            default:
                notDots()
            }
            output?.append(byte)
            return true
        }

        /// An escape of the byte that both digits make.
        mutating func takeEscape(_ high: UInt8, _ low: UInt8) -> Bool {
            let value = high << 4 | low
            if isUnreserved(value) { return take(value) }
            switch value {
            case 0, UInt8(ascii: "\\"): return false
            case UInt8(ascii: "/"):
                guard endPart() else { return false }
                dots = 0
                isAfterSlash = false
            case UInt8(ascii: ";"):
                guard endPart() else { return false }
                notDots()
            default: notDots()
            }
            output?.append(UInt8(ascii: "%"))
            output?.append(Self.digit(high))
            output?.append(Self.digit(low))
            return true
        }

        /// Whether what ends here is no dot segment.
        func endPart() -> Bool {
            dots == 0 || dots > 2
        }

        private mutating func notDots() {
            dots = 3
            isAfterSlash = false
        }

        private static func digit(_ value: UInt8) -> UInt8 {
            value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
        }
    }
}
