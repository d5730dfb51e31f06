import Base

/// Reads and writes strings in the code of RFC 7541 Appendix B.
enum Huffman {
    /// Appends the text that the bytes in `range` are, decoded; `false` when they are malformed.
    ///
    /// Padding is at most seven bits, all of them ones, and the end symbol stands nowhere (§5.2).
    /// What malformed bytes led to may have been appended.
    static func decode(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to output: inout ByteBuffer
    ) -> Bool {
        let code = HuffmanCode.shared
        let short = code.short.span
        // The shortest words have five bits.
        output.reserve(range.count &* 8 / 5)
        var reader = BitReader(range)
        while true {
            reader.refill(bytes)
            if reader.count < HuffmanCode.longest { break }
            while reader.count >= HuffmanCode.longest {
                let entry = short[Int(truncatingIfNeeded: reader.bits &>> 54)]
                if entry & 0xff == 0 {
                    guard let symbol = decodeLong(&reader, code) else { return false }
                    output.append(symbol)
                } else {
                    output.append(UInt8(truncatingIfNeeded: entry &>> 8))
                    reader.drop(Int(entry & 0xff))
                }
            }
        }
        return decodeEnd(&reader, code, to: &output)
    }

    /// The last bits: fewer than the longest word has.
    private static func decodeEnd(
        _ reader: inout BitReader,
        _ code: borrowing HuffmanCode,
        to output: inout ByteBuffer
    ) -> Bool {
        while reader.count > 0 {
            let entry = code.short[Int(truncatingIfNeeded: reader.bits &>> 54)]
            if entry & 0xff == 0 {
                guard let symbol = decodeLong(&reader, code) else { return reader.isPadding }
                output.append(symbol)
            } else {
                guard Int(entry & 0xff) <= reader.count else { return reader.isPadding }
                output.append(UInt8(truncatingIfNeeded: entry &>> 8))
                reader.drop(Int(entry & 0xff))
            }
        }
        return true
    }

    /// An octet whose word is longer than the short ones.
    ///
    /// `nil` when the bits end before it does, or when it is the end's.
    private static func decodeLong(
        _ reader: inout BitReader,
        _ code: borrowing HuffmanCode
    ) -> UInt8? {
        let top = reader.bits &>> 32
        var length = HuffmanCode.shortest &+ 1
        while top >= code.limits[length] { length &+= 1 }
        guard length <= reader.count else { return nil }
        let word = Int(truncatingIfNeeded: reader.bits &>> UInt64(64 &- length))
        let symbol = code.symbols[word &+ code.offsets[length]]
        guard symbol < HuffmanCode.end else { return nil }
        reader.drop(length)
        return UInt8(truncatingIfNeeded: symbol)
    }

    /// How many octets the bytes in `range` take when they are encoded.
    static func encodedCount(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let code = HuffmanCode.shared
        let words = code.words.span
        var bits = 0
        for index in range { bits &+= Int(truncatingIfNeeded: words[Int(bytes[index])] & 0xff) }
        return (bits &+ 7) / 8
    }

    /// Appends the bytes in `range`, encoded, with ones behind the last word.
    static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout ByteBuffer) {
        let code = HuffmanCode.shared
        let words = code.words.span
        var bits: UInt64 = 0
        var count: UInt64 = 0
        for index in range {
            let word = words[Int(bytes[index])]
            let length = word & 0xff
            bits = bits &<< length | word &>> 8
            count &+= length
            while count >= 8 {
                count &-= 8
                output.append(UInt8(truncatingIfNeeded: bits &>> count))
            }
        }
        if count == 0 { return }
        let padding = 8 &- count
        let last = bits &<< padding | (1 &<< padding &- 1)
        output.append(UInt8(truncatingIfNeeded: last))
    }
}

/// Bits of some bytes, the first one highest.
private struct BitReader {
    /// What comes next, from the highest bit on; below those that count there may be any.
    var bits: UInt64 = 0
    var count = 0
    private var index: Int
    private let end: Int

    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// Takes bytes until no more than seven bits are free, or none are left.
    @inline(__always)
    mutating func refill(_ bytes: Span<UInt8>) {
        if index &+ 8 <= end {
            bits |= bytes.word(at: index).byteSwapped &>> UInt64(truncatingIfNeeded: count)
            index &+= (63 &- count) &>> 3
            count |= 56
            return
        }
        while count <= 56, index < end {
            bits |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: 56 &- count)
            index &+= 1
            count &+= 8
        }
    }

    @inline(__always)
    mutating func drop(_ length: Int) {
        bits &<<= UInt64(truncatingIfNeeded: length)
        count &-= length
    }

    /// Whether what is left is the beginning of the end's word and shorter than an octet.
    var isPadding: Bool {
        count < 8 && bits &>> UInt64(64 &- count) == 1 &<< UInt64(count) &- 1
    }
}
