/// Eight bytes at a time: what makes reading a head cheap; every load is checked.
///
/// The masks have the top bit of each byte that fits set, exactly: bytes beyond ASCII are
/// cleared before an addition, so that no carry leaves its byte.
extension Span<UInt8> {
    /// Where the first control byte other than tab stands at or after `start`, or `nil`.
    ///
    /// Control bytes are 0x00 to 0x1f and 0x7f: what may never stand inside a line of a head.
    @inlinable public func firstControl(from start: Int) -> Int? {
        precondition(start >= 0)
        return withWords { words in
            var index = start
            while index < words.count {
                let found = Words.controls(words[index])
                if found == 0 {
                    index &+= 8
                    continue
                }
                index &+= found.trailingZeroBitCount &>> 3
                if index >= words.count { return nil }
                if words.byte(at: index) != 9 { return index }
                index &+= 1
            }
            return nil
        }
    }

    /// Where the token that starts at `start` ends (RFC 9110 §5.6.2), `end` at most.
    ///
    /// Letters, digits, dashes and dots are told eight at a time, its other characters one by one.
    @inlinable public func tokenEnd(from start: Int, to end: Int) -> Int {
        var index = start
        while true {
            index = hostNameEnd(from: index, to: end)
            if index >= end || !ASCII.isToken(self[index]) { return index }
            index &+= 1
        }
    }

    /// Where the run of letters, digits, dashes and dots that starts at `start` ends.
    @inlinable public func hostNameEnd(from start: Int, to end: Int) -> Int {
        run(from: start, to: end) { word in
            Words.letters(word) | Words.dashesAndDots(word) | Words.digits(word)
        }
    }

    /// Where the run of lower-case letters, digits, dashes and dots that starts at `start` ends.
    @inlinable public func lowercaseNameEnd(from start: Int, to end: Int) -> Int {
        run(from: start, to: end) { word in
            Words.range(word, 0x61, 0x7a) | Words.dashesAndDots(word) | Words.digits(word)
        }
    }

    /// Where the run of visible characters other than `#` and `?` that starts at `start` ends.
    ///
    /// Visible are 0x21 to 0x7e: what a request target may hold, white space and controls not.
    @inlinable public func plainTargetEnd(from start: Int, to end: Int) -> Int {
        run(from: start, to: end) { word in
            // Of each of these the lowest mark is exact, and so it is of all together.
            let invisible =
                (word &- 0x21 &* Words.ones) | ((word & Words.lows) &+ Words.ones) | word
            return ~(invisible | Words.first(0x23, word) | Words.first(0x3f, word))
        }
    }

    /// Where the first colon stands in what starts at `start`; `end` when there is none.
    @inlinable public func firstColon(from start: Int, to end: Int) -> Int {
        run(from: start, to: end) { ~Words.first(UInt8(ascii: ":"), $0) }
    }

    /// Where the line that starts at `start` stops, and where its first colon stands before that.
    ///
    /// It stops at the first control byte other than tab, or else where the bytes end. Without a
    /// colon the second is the first.
    ///
    /// Always inlined: it is asked of each line of a head, in a loop.
    @inlinable @inline(__always)
    public func lineAndColon(from start: Int) -> (stop: Int, colon: Int) {
        precondition(start >= 0)
        return withWords { words in
            var index = start
            while index < words.count {
                let word = words[index]
                let colons = Words.first(UInt8(ascii: ":"), word) & Words.tops
                let controls = Words.controls(word)
                if colons | controls == 0 {
                    index &+= 8
                    continue
                }
                let colon = index &+ colons.trailingZeroBitCount &>> 3
                if controls == 0 {
                    return (words.lineStop(from: index &+ 8), colon)
                }
                let stop = index &+ controls.trailingZeroBitCount &>> 3
                if stop >= words.count { return (words.count, Swift.min(colon, words.count)) }
                if colon < stop { return (words.lineStop(from: stop), colon) }
                if words.byte(at: stop) != 9 { return (stop, stop) }
                index = stop &+ 1
            }
            return (words.count, words.count)
        }
    }

    /// Where the run of bytes that `fits` marks by their top bits ends, from `start` on.
    @inlinable @inline(__always)
    func run(from start: Int, to end: Int, fits: (UInt64) -> UInt64) -> Int {
        precondition(start >= 0 && end <= count)
        return withWords { words in
            var index = start
            while index < end {
                let others = ~fits(words[index]) & Words.tops
                if others != 0 {
                    index &+= others.trailingZeroBitCount &>> 3
                    break
                }
                index &+= 8
            }
            return Swift.min(index, end)
        }
    }

    /// The bytes in `range`, at most 8, as one number with the letters folded to lower case.
    ///
    /// Folding sets the bit 0x20 of every byte, which is exact for letters, digits and dashes.
    @inlinable @inline(__always) public func foldedWord(_ range: Range<Int>) -> UInt64 {
        precondition(contains(range) && range.count <= 8)
        if range.isEmpty { return 0 }
        return withWords { $0.folded(at: range.lowerBound, count: range.count) }
    }

    /// The bytes in `range` folded like `foldedWord`: the first, the middle and the last eight.
    ///
    /// Up to eight bytes are all in the first word; up to sixteen leave the middle empty. Of more
    /// than 24 some are in no word.
    @inlinable @inline(__always)
    public func foldedWords(_ range: Range<Int>) -> (first: UInt64, middle: UInt64, last: UInt64) {
        precondition(contains(range))
        let start = range.lowerBound
        let count = range.count
        if count == 0 { return (0, 0, 0) }
        return withWords { words in
            if count <= 8 { return (words.folded(at: start, count: count), 0, 0) }
            let first = words[start] | Words.cases
            let last = words[range.upperBound &- 8] | Words.cases
            return (first, count <= 16 ? 0 : words[start &+ 8] | Words.cases, last)
        }
    }

    /// Whether `text` begins at `start`.
    @inlinable @inline(__always) public func has(_ text: StaticString, at start: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard start >= 0, start <= self.count &- count else { return false }
        return equals(text, start..<start &+ count)
    }

    /// The eight bytes from `index` on, the first one lowest; every load is checked.
    @inlinable @inline(__always) public func word(at index: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    /// Whether the bytes in both ranges are equal, letters compared without case.
    public func equalsIgnoringCase(
        _ range: Range<Int>,
        _ other: Span<UInt8>,
        _ otherRange: Range<Int>
    ) -> Bool {
        guard range.count == otherRange.count else { return false }
        for offset in 0..<range.count
        where ASCII.lowercased(self[range.lowerBound + offset])
            != ASCII.lowercased(other[otherRange.lowerBound + offset])
        {
            return false
        }
        return true
    }
}

extension Span<UInt8> {
    /// Lends the bytes to be read word by word.
    @inlinable @inline(__always) func withWords<Result>(_ body: (WordReader) -> Result) -> Result {
        let count = count
        return withUnsafeBytes { bytes in
            body(WordReader(base: bytes.baseAddress, count: count))
        }
    }
}

/// Bytes read as words, from any index below their count.
@usableFromInline struct WordReader {
    /// Only where there are no bytes, none.
    @usableFromInline let base: UnsafeRawPointer?
    @usableFromInline let count: Int

    @inlinable init(base: UnsafeRawPointer?, count: Int) {
        self.base = base
        self.count = count
    }

    /// The eight bytes from `index` on, the first one lowest; those beyond the end read as 0.
    ///
    /// The caller has checked that the first is there.
    @inlinable @inline(__always) subscript(index: Int) -> UInt64 {
        if index &+ 8 <= count {
            return base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        }
        return tail(at: index)
    }

    /// The byte at `index`, of which the caller has checked that it is there.
    @inlinable @inline(__always) func byte(at index: Int) -> UInt8 {
        base.unsafelyUnwrapped.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Where the first control byte other than tab stands at or after `start`; else the count.
    @inlinable @inline(__always) func lineStop(from start: Int) -> Int {
        var index = start
        while index < count {
            let found = Words.controls(self[index])
            if found == 0 {
                index &+= 8
                continue
            }
            index &+= found.trailingZeroBitCount &>> 3
            if index >= count { break }
            if byte(at: index) != 9 { return index }
            index &+= 1
        }
        return count
    }

    /// The `count` bytes, at least 1 and at most 8, from `index` on, letters in lower case.
    @inlinable @inline(__always) func folded(at index: Int, count: Int) -> UInt64 {
        let beyond = UInt64(truncatingIfNeeded: 8 &- count) &* 8
        return ((self[index] | Words.cases) &<< beyond) &>> beyond
    }

    /// Up to seven bytes as one number: the last eight shifted, where there are eight.
    @usableFromInline @inline(never) func tail(at index: Int) -> UInt64 {
        if count >= 8 {
            let missing = UInt64(truncatingIfNeeded: index &+ 8 &- count) &* 8
            return base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
                &>> missing
        }
        var word: UInt64 = 0
        for place in (index..<count).reversed() { word = word &<< 8 | UInt64(byte(at: place)) }
        return word
    }
}

/// Masks over eight bytes: the top bit of each byte that is of a kind.
@usableFromInline enum Words {
    @inlinable static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable static var tops: UInt64 { 0x8080_8080_8080_8080 }
    @inlinable static var lows: UInt64 { 0x7f7f_7f7f_7f7f_7f7f }

    /// The bit in which an upper-case letter differs from its lower case.
    @inlinable static var cases: UInt64 { 0x2020_2020_2020_2020 }

    /// Control bytes other than tab, and tab: the lowest mark is exact.
    ///
    /// Only higher ones may be false, by the borrow of those below.
    @inlinable @inline(__always) static func controls(_ word: UInt64) -> UInt64 {
        let low = (word & lows) &+ ones
        return ((word &- 0x20 &* ones) | low) & ~word & tops
    }

    /// Where `byte` is: the lowest mark is exact.
    ///
    /// Only higher ones may be false, by the borrow of those below.
    @inlinable @inline(__always) static func first(_ byte: UInt8, _ word: UInt64) -> UInt64 {
        let others = word ^ UInt64(byte) &* ones
        return (others &- ones) & ~others
    }

    /// Eight decimal digits, the first one lowest, as the number they are; `nil` for others.
    ///
    /// Pairs of digits, of pairs and of those are joined by one multiplication each.
    @inlinable @inline(__always) static func number(_ word: UInt64) -> UInt64? {
        let high = 0xf0 &* ones
        let over = ((word &+ 0x06 &* ones) & high) &>> 4
        guard (word & high) | over == 0x33 &* ones else { return nil }
        let pairs = ((word & 0x0f0f_0f0f_0f0f_0f0f) &* 2_561) &>> 8
        let fours = ((pairs & 0x00ff_00ff_00ff_00ff) &* 6_553_601) &>> 16
        return ((fours & 0x0000_ffff_0000_ffff) &* 42_949_672_960_001) &>> 32
    }

    @inlinable @inline(__always) static func letters(_ word: UInt64) -> UInt64 {
        range(word | 0x20 &* ones, 0x61, 0x7a)
    }

    @inlinable @inline(__always) static func digits(_ word: UInt64) -> UInt64 {
        range(word, 0x30, 0x39)
    }

    /// `-` and `.`, which are neighbours.
    @inlinable @inline(__always) static func dashesAndDots(_ word: UInt64) -> UInt64 {
        range(word, 0x2d, 0x2e)
    }

    /// The eight bytes with A to Z folded to a to z, and nothing else changed.
    @inlinable @inline(__always) static func lowercased(_ word: UInt64) -> UInt64 {
        word | range(word, 0x41, 0x5a) &>> 2
    }

    @inlinable @inline(__always)
    static func range(_ word: UInt64, _ low: UInt64, _ high: UInt64) -> UInt64 {
        let ascii = word & lows
        let atLeast = ascii &+ (0x80 &- low) &* ones
        let beyond = ascii &+ (0x7f &- high) &* ones
        return atLeast & ~beyond & ~word & tops
    }
}
