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
            repeat {
                var entry = short[Int(truncatingIfNeeded: reader.bits &>> 54)]
                if entry & 0xff == 0 {
                    guard let long = code.long(reader.bits, reader.count) else { return false }
                    entry = long
                }
                reader.drop(entry & 0xff)
                output.append(UInt8(truncatingIfNeeded: entry &>> 8))
            } while reader.count >= HuffmanCode.longest
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
            var entry = code.short[Int(truncatingIfNeeded: reader.bits &>> 54)]
            if entry & 0xff == 0 {
                guard let long = code.long(reader.bits, reader.count) else {
                    return reader.isPadding
                }
                entry = long
            }
            guard Int(entry & 0xff) <= reader.count else { return reader.isPadding }
            output.append(UInt8(truncatingIfNeeded: entry &>> 8))
            reader.drop(entry & 0xff)
        }
        return true
    }

    /// How many octets the bytes in `range` take when they are encoded.
    static func encodedCount(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let code = HuffmanCode.shared
        let words = code.words.span
        let text = bytes.extracting(range)
        var bits: UInt64 = 7
        for index in text.indices { bits &+= words[Int(text[index])] & 0xff }
        return Int(truncatingIfNeeded: bits &>> 3)
    }

    /// Appends the bytes in `range`, encoded, with ones behind the last word.
    static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout ByteBuffer) {
        let code = HuffmanCode.shared
        let words = code.words.span
        let text = bytes.extracting(range)
        var bits: UInt64 = 0
        var count: UInt64 = 0
        for index in text.indices {
            let word = words[Int(text[index])]
            let length = word & 0xff
            bits = bits &<< length | word &>> 8
            count &+= length
            if count >= 32 {
                count &-= 32
                output.append(bigEndian: UInt32(truncatingIfNeeded: bits &>> count))
            }
        }
        let padding = (0 &- count) & 7
        bits = bits &<< padding | (1 &<< padding &- 1)
        count &+= padding
        while count > 0 {
            count &-= 8
            output.append(UInt8(truncatingIfNeeded: bits &>> count))
        }
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
    ///
    /// Eight at once where there are so many, even if those behind the end are not counted.
    @inline(__always)
    mutating func refill(_ bytes: Span<UInt8>) {
        if index &+ 8 <= bytes.count {
            let taken = min((63 &- count) &>> 3, end &- index)
            bits |= bytes.word(at: index).byteSwapped &>> UInt64(truncatingIfNeeded: count)
            index &+= taken
            count &+= taken &* 8
        } else {
            refillSlowly(bytes)
        }
    }

    @inline(never)
    private mutating func refillSlowly(_ bytes: Span<UInt8>) {
        while count <= 56, index < end {
            bits |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: 56 &- count)
            index &+= 1
            count &+= 8
        }
    }

    @inline(__always)
    mutating func drop(_ length: UInt16) {
        bits &<<= UInt64(length)
        count &-= Int(length)
    }

    /// Whether what is left is the beginning of the end's word and shorter than an octet.
    var isPadding: Bool {
        count < 8 && bits &>> UInt64(64 &- count) == 1 &<< UInt64(count) &- 1
    }
}
