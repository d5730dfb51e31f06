package import Base

/// Encodes the fields that one peer gets, in their order (RFC 7541).
///
/// It finds what it sent before by one look at a place; a field that lost its place to others is
/// sent anew.
package struct HPACKEncoder: ~Copyable {
    /// What the peer, and who sits in between, may remember of a field (§7.1.3).
    package enum Indexing: Sendable {
        /// It comes again: it is added to the table.
        case indexed
        /// It will hardly come again: it is added only where its name is not known yet.
        case unindexed
        /// It is a secret: nobody on the way may add it to a table (§6.2.3).
        case never
    }

    /// The most that our table takes, however much the peer allows.
    static let maximumTable = 4_096

    private var table = DynamicTable(maximumSize: maximumTable)
    /// The size that the peer allows, and the least that it did since the last block (§4.2).
    private var allowed = maximumTable
    private var least = maximumTable
    private var recent = RecentFields(count: 128)
    /// Those by which an unlisted name is found that the static table has not.
    private var recentNames = RecentFields(count: 32)
    /// For each listed name that the static table has not the field by which it is found, or 0.
    private var numbers = InlineArray<64, UInt32>(repeating: 0)
    /// A name in lower case that is about to be written.
    private var scratch = ByteBuffer()
    private let fixed = StaticTable.shared

    package init() {}

    /// Bounds the table by what the peer announced (SETTINGS_HEADER_TABLE_SIZE).
    ///
    /// The peer is told at the beginning of the next block, so this comes between two of them.
    package mutating func limitTable(_ size: Int) {
        allowed = min(size, Self.maximumTable)
        least = min(least, allowed)
    }

    /// Appends one field, its name in lower case, to the block in `output`.
    package mutating func encode(
        name nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        value valueBytes: Span<UInt8>,
        _ value: Range<Int>,
        _ indexing: Indexing,
        to output: inout ByteBuffer
    ) {
        let listed = FieldName.listed(nameBytes, name) ?? .other
        encode(listed, nameBytes, name, value: valueBytes, value, indexing, to: &output)
    }

    /// The same of a name that was looked up: `listed`, or `other` for any that is not.
    mutating func encode(
        _ listed: FieldName,
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        value valueBytes: Span<UInt8>,
        _ value: Range<Int>,
        _ indexing: Indexing,
        to output: inout ByteBuffer
    ) {
        var known = Name(hash: FieldHash(listed), listed: listed, index: fixed.find(listed))
        if case .other = listed {
            known = Name(hash: FieldHash(nameBytes, name), listed: listed, index: -1)
        }
        encode(known, nameBytes, name, valueBytes, value, indexing, to: &output)
    }

    /// Appends one field whose name is that of `index` in the static table.
    mutating func encode(
        named index: Int,
        value bytes: Span<UInt8>,
        _ value: Range<Int>,
        _ indexing: Indexing,
        to output: inout ByteBuffer
    ) {
        let known = Name(hash: FieldHash(fixed: index), listed: .other, index: index)
        let names = fixed.bytes
        let name = fixed.lines[index &- 1].name
        encode(known, names.span, name, bytes, value, indexing, to: &output)
    }

    /// Appends the field that stands at `index` in the static table.
    mutating func encode(at index: Int, to output: inout ByteBuffer) {
        if hasNewSize { appendSizes(to: &output) }
        appendIndex(index, to: &output)
    }

    /// Whether a new bound is to be told at the beginning of this block.
    private var hasNewSize: Bool {
        mutating get { least < table.maximumSize || allowed != table.maximumSize }
    }

    /// What finds a name, with its bytes or without.
    private struct Name {
        let hash: FieldHash
        let listed: FieldName
        /// Where the static table has it, 0 nowhere; negative when it was not looked up.
        let index: Int
    }

    @inline(__always)
    private mutating func encode(
        _ known: Name,
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        _ valueBytes: Span<UInt8>,
        _ value: Range<Int>,
        _ indexing: Indexing,
        to output: inout ByteBuffer
    ) {
        if hasNewSize { appendSizes(to: &output) }
        // First what most fields of most heads are: one that came before.
        if case .indexed = indexing,
            let number = find(known.hash, nameBytes, name, valueBytes, value)
        {
            return appendIndex(number, to: &output)
        }
        let index = known.index >= 0 ? known.index : fixed.find(known.hash, nameBytes, name)
        if case .never = indexing {
            appendName(nameBytes, name, index, bits: 4, pattern: 0x10, to: &output)
            return Self.appendPlain(valueBytes, value, to: &output)
        }
        if let number = fixed.find(index, valueBytes, value) {
            return appendIndex(number, to: &output)
        }
        let number = index > 0 ? index : find(known, nameBytes, name)
        guard isAdded(name.count &+ value.count, hasName: number > 0, indexing) else {
            appendName(nameBytes, name, number, bits: 4, pattern: 0, to: &output)
            return Self.appendPlain(valueBytes, value, to: &output)
        }
        appendName(nameBytes, name, number, bits: 6, pattern: 0x40, to: &output)
        Self.appendString(valueBytes, value, to: &output)
        guard table.insert(nameBytes, name, valueBytes, value) else { return }
        recent.insert(table.inserted, known.hash.joined(by: valueBytes, value))
        if index == 0 { remember(known) }
    }

    /// The newest field is that by which its name is found.
    private mutating func remember(_ name: Name) {
        if case .other = name.listed {
            recentNames.insert(table.inserted, name.hash)
        } else {
            numbers[Int(name.listed.rawValue)] = table.inserted
        }
    }

    /// Whether a field that both tables do not have is added to ours.
    ///
    /// One that is large would push out what comes again more often.
    private mutating func isAdded(_ count: Int, hasName: Bool, _ indexing: Indexing) -> Bool {
        if case .unindexed = indexing, hasName { return false }
        return count &+ 32 <= table.maximumSize / 4
    }

    /// The index of this field in our table.
    @inline(__always)
    private borrowing func find(
        _ hash: FieldHash,
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        _ valueBytes: Span<UInt8>,
        _ value: Range<Int>
    ) -> Int? {
        let (one, other) = recent.candidates(hash.joined(by: valueBytes, value))
        return index(of: one, nameBytes, name, valueBytes, value)
            ?? index(of: other, nameBytes, name, valueBytes, value)
    }

    /// The index of a field with this name in our table; 0 when none is found.
    @inline(__always)
    private borrowing func find(
        _ known: Name,
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>
    ) -> Int {
        guard case .other = known.listed else {
            let age = table.age(of: numbers[Int(known.listed.rawValue)])
            return age.map { StaticTable.count &+ 1 &+ $0 } ?? 0
        }
        let (one, other) = recentNames.candidates(known.hash)
        return index(of: one, nameBytes, name) ?? index(of: other, nameBytes, name) ?? 0
    }

    /// The index of the field with this number, if it has this name and this value.
    @inline(__always)
    private borrowing func index(
        of number: UInt32,
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        _ valueBytes: Span<UInt8>,
        _ value: Range<Int>
    ) -> Int? {
        guard let age = table.age(of: number) else { return nil }
        let isSame = table.withLine(age) { bytes, line in
            valueBytes.equals(value, bytes, line.value)
                && isNamed(nameBytes, name, as: bytes, line.name)
        }
        return isSame ? StaticTable.count &+ 1 &+ age : nil
    }

    /// Whether a name is one in lower case, as which most come.
    @inline(__always)
    private borrowing func isNamed(
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>,
        as other: Span<UInt8>,
        _ lowercase: Range<Int>
    ) -> Bool {
        nameBytes.equals(name, other, lowercase)
            || nameBytes.equalsLowercased(name, other, lowercase)
    }

    /// The index of the field with this number, if it has this name.
    @inline(__always)
    private borrowing func index(
        of number: UInt32,
        _ nameBytes: Span<UInt8>,
        _ name: Range<Int>
    ) -> Int? {
        guard let age = table.age(of: number) else { return nil }
        let isSame = table.withLine(age) { bytes, line in
            isNamed(nameBytes, name, as: bytes, line.name)
        }
        return isSame ? StaticTable.count &+ 1 &+ age : nil
    }

    /// Appends the index of a field that is in a table whole (§6.1).
    @inline(__always)
    private mutating func appendIndex(_ number: Int, to output: inout ByteBuffer) {
        PrefixInteger.append(number, bits: 7, pattern: 0x80, to: &output)
    }

    /// Appends what stands before the value of a literal (§6.2): its name, or the name's index.
    @inline(__always)
    private mutating func appendName(
        _ bytes: Span<UInt8>,
        _ name: Range<Int>,
        _ number: Int,
        bits: UInt8,
        pattern: UInt8,
        to output: inout ByteBuffer
    ) {
        PrefixInteger.append(number, bits: bits, pattern: pattern, to: &output)
        if number > 0 { return }
        scratch.clear()
        scratch.append(lowercased: bytes, name)
        scratch.withReadable { Self.appendString($0, 0..<$0.count, to: &output) }
    }

    /// Appends a string literal as it is.
    ///
    /// What is written once and never referred to again is not worth Huffman's code: between
    /// processes of a machine it cost a seventh of a request to save twenty bytes.
    private static func appendPlain(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to output: inout ByteBuffer
    ) {
        PrefixInteger.append(range.count, bits: 7, pattern: 0, to: &output)
        output.append(bytes, range)
    }

    /// Appends a string literal in the shorter of its two forms (§5.2).
    private static func appendString(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        to output: inout ByteBuffer
    ) {
        let count = Huffman.encodedCount(bytes, range)
        if count < range.count {
            PrefixInteger.append(count, bits: 7, pattern: 0x80, to: &output)
            Huffman.append(bytes, range, to: &output)
        } else {
            PrefixInteger.append(range.count, bits: 7, pattern: 0, to: &output)
            output.append(bytes, range)
        }
    }

    /// Tells of a new bound: the least there was, then the one in force (§4.2).
    private mutating func appendSizes(to output: inout ByteBuffer) {
        for size in [least, allowed] where size != table.maximumSize {
            PrefixInteger.append(size, bits: 5, pattern: 0x20, to: &output)
            table.resize(size)
        }
        least = allowed
    }
}
