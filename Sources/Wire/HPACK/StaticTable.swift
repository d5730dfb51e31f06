import Base

/// The 61 fields that both ends know (RFC 7541 Appendix A), each as the line it is in a head.
struct StaticTable: Sendable {
    static let count = 61
    static let shared = StaticTable()

    /// The first index with the name of a pseudo-header field, or the index of a whole one.
    static let authority = 1
    static let method = 2
    static let path = 4
    static let http = 6
    static let https = 7
    static let status = 8

    /// All lines, one behind another.
    let bytes: [UInt8]
    /// Where each line stands.
    let lines: [FieldBlock.Line]
    /// For each place of a name's hash the first index with that name, or 0.
    private var numbers = [UInt8](repeating: 0, count: Int(places))
    /// For each listed name the first index with that name, or 0.
    private var listed = InlineArray<64, UInt8>(repeating: 0)

    private static let places: UInt64 = 1_024

    /// The first index with the name in `range`, without regard to case; 0 when there is none.
    @inline(__always)
    func find(_ hash: FieldHash, _ bytes: Span<UInt8>, _ name: Range<Int>) -> Int {
        let number = Int(numbers[hash.place(of: Self.places)])
        if number == 0 { return 0 }
        let line = lines[number &- 1]
        return bytes.equalsLowercased(name, self.bytes.span, line.name) ? number : 0
    }

    /// The first index with this name, which is listed; 0 when there is none.
    @inline(__always)
    func find(_ name: FieldName) -> Int { Int(listed[Int(name.rawValue)]) }

    /// The index of the field with the name of that at `number` and this value, or `nil`.
    @inline(__always)
    func find(_ number: Int, _ bytes: Span<UInt8>, _ value: Range<Int>) -> Int? {
        if number == 0 || number > Self.lastWithValue { return nil }
        let text = self.bytes.span
        var index = number
        repeat {
            if bytes.equals(value, text, lines[index &- 1].value) { return index }
            index &+= 1
        } while index <= Self.lastWithValues && isNamed(index, as: number)
        return nil
    }

    private func isNamed(_ index: Int, as number: Int) -> Bool {
        bytes.span.equals(lines[index &- 1].name, bytes.span, lines[number &- 1].name)
    }

    /// Behind this one no name comes more than once.
    private static let lastWithValues = 14
    /// Behind this one no name has a value.
    private static let lastWithValue = 16

    private init() {
        var text = ByteBuffer()
        var lines: [FieldBlock.Line] = []
        for (name, value) in Self.fields {
            let start = text.readableCount
            text.append(name)
            text.append(": ")
            text.append(value)
            text.append("\r\n")
            lines.append(
                FieldBlock.Line(
                    start: start,
                    nameCount: name.utf8CodeUnitCount,
                    valueCount: value.utf8CodeUnitCount
                )
            )
        }
        bytes = text.withReadable { $0.array(0..<$0.count) }
        self.lines = lines
        for (index, line) in lines.enumerated().reversed() {
            let place = FieldHash(bytes.span, line.name).place(of: Self.places)
            let other = Int(numbers[place])
            precondition(other == 0 || isNamed(other, as: index + 1), "two names share a place")
            numbers[place] = UInt8(index + 1)
            if let name = FieldName.listed(bytes.span, line.name) {
                listed[Int(name.rawValue)] = UInt8(index + 1)
            }
        }
    }

    private static let fields: [(name: StaticString, value: StaticString)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"),
        (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"), (":status", "200"),
        (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
        (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""),
        ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""),
        ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
        ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""),
        ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
        ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""),
        ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""),
        ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""),
        ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]
}
