/// The code of RFC 7541 Appendix B, made from the lengths of its words.
///
/// It is canonical: words of one length follow one another in the order of their symbols, and
/// longer ones follow shorter ones. So the lengths say all, and the tables are made from them.
struct HuffmanCode: Sendable {
    /// The longest words that `short` tells.
    static let shortest = 10
    static let longest = 30
    /// The symbol that ends a string, which never does in HPACK (§5.2).
    static let end = 256

    static let shared = HuffmanCode()

    /// For each octet its word and, in the low eight bits, the word's length.
    let words: [UInt64]
    /// For each ten bits the symbol whose word begins them and, in the low eight bits, its length.
    ///
    /// The length is 0 where the word is longer than that.
    let short: [UInt16]
    /// For each length the first 32 bits beyond all words of that length and of less.
    let limits: [UInt64]
    /// For each length the place in `symbols` less the number that its first word is.
    let offsets: [Int]
    /// All symbols by the length of their words.
    let symbols: [UInt16]

    private init() {
        let symbols = Self.symbolsByLength
        var words = [UInt64](repeating: 0, count: 257)
        var short = [UInt16](repeating: 0, count: 1 << Self.shortest)
        var limits = [UInt64](repeating: 0, count: Self.longest + 1)
        var offsets = [Int](repeating: 0, count: Self.longest + 1)
        var word: UInt64 = 0
        var place = 0
        for length in 1...Self.longest {
            word <<= 1
            offsets[length] = place - Int(word)
            while place < symbols.count, Int(Self.lengths[symbols[place]]) == length {
                words[symbols[place]] = word << 8 | UInt64(length)
                if length <= Self.shortest {
                    let entry = UInt16(symbols[place] << 8 | length)
                    let first = Int(word) << (Self.shortest - length)
                    let count = 1 << (Self.shortest - length)
                    for index in first..<first + count { short[index] = entry }
                }
                word += 1
                place += 1
            }
            limits[length] = word << UInt64(32 - length)
        }
        self.words = words
        self.short = short
        self.limits = limits
        self.offsets = offsets
        self.symbols = symbols.map { UInt16($0) }
    }

    /// What `short` would say of the word at the top of `bits`, if it told words so long.
    ///
    /// `nil` when the word has more than the `count` bits that there are, or when it is the end's.
    func long(_ bits: UInt64, _ count: Int) -> UInt16? {
        let top = bits &>> 32
        var length = Self.shortest &+ 1
        while top >= limits[length] { length &+= 1 }
        guard length <= count else { return nil }
        let word = Int(truncatingIfNeeded: bits &>> UInt64(64 &- length))
        let symbol = symbols[word &+ offsets[length]]
        guard symbol < Self.end else { return nil }
        return symbol &<< 8 | UInt16(truncatingIfNeeded: length)
    }

    private static var symbolsByLength: [Int] {
        lengths.indices.sorted { ($0 | Int(lengths[$0]) << 16) < ($1 | Int(lengths[$1]) << 16) }
    }

    /// Bits of the word for each octet, and for the end.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ]
}
