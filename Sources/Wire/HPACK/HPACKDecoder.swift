import Base

/// Decodes the field blocks that one peer sends, in their order (RFC 7541).
///
/// Strict: what an encoder may not do ends the connection, as the tables could differ from there
/// on. A list that is too large is decoded to its end all the same, but not kept.
package struct HPACKDecoder: ~Copyable {
    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        /// The block is no field block, or refers to what is not there: COMPRESSION_ERROR.
        case malformed
        /// The list goes on far beyond its limit: a few octets may stand for very many.
        case endless
    }

    /// How often a list may be as large as its limit before it is not even decoded any more.
    static let patience = 16

    private var table: DynamicTable
    /// The most that the peer may let its table take (SETTINGS_HEADER_TABLE_SIZE).
    private var tableLimit: Int
    /// The size to which the next block must bring the table, or below (§4.2).
    private var dueLimit: Int?
    private let fixed = StaticTable.shared

    /// `tableSize` is 4096 unless another was announced before the peer said anything.
    package init(tableSize: Int = 4_096) {
        table = DynamicTable(maximumSize: tableSize)
        tableLimit = tableSize
    }

    /// Bounds the table anew, once the peer has acknowledged the setting that says so.
    package mutating func limitTable(_ size: Int) {
        tableLimit = size
        if size < dueLimit ?? table.maximumSize { dueLimit = size }
    }

    /// Decodes one whole block into `list`, which keeps no more than `limit` and `fieldLimit`.
    ///
    /// `limit` counts as SETTINGS_MAX_HEADER_LIST_SIZE does: each field with 32 octets more.
    package mutating func decode(
        _ block: Span<UInt8>,
        limit: Int,
        fieldLimit: Int,
        into list: inout FieldBlock
    ) throws(Failure) {
        list.begin(limit: limit, fieldLimit: fieldLimit)
        let end = limit &* Self.patience
        var index = 0
        try readSizeUpdates(block, &index)
        while index < block.count {
            let first = block[index]
            if first >= 0x80 {
                try readIndexed(block, &index, &list)
            } else if first >= 0x40 {
                try readLiteral(block, &index, bits: 6, isIndexed: true, &list)
            } else if first < 0x20 {
                // Never indexed or merely not: a table knows no difference (§6.2.2, §6.2.3).
                try readLiteral(block, &index, bits: 4, isIndexed: false, &list)
            } else {
                // A size update behind a field (§4.2).
                throw .malformed
            }
            if list.size > end { throw .endless }
        }
    }

    /// Changes of the table's size stand before all fields (§4.2, §6.3).
    private mutating func readSizeUpdates(
        _ block: Span<UInt8>,
        _ index: inout Int
    ) throws(Failure) {
        while index < block.count, block[index] & 0xe0 == 0x20 {
            guard let size = PrefixInteger.decode(block, &index, bits: 5), size <= tableLimit
            else { throw .malformed }
            if let due = dueLimit, size <= due { dueLimit = nil }
            table.resize(size)
        }
        if dueLimit != nil { throw .malformed }
    }

    @inline(__always)
    private mutating func readIndexed(
        _ block: Span<UInt8>,
        _ index: inout Int,
        _ list: inout FieldBlock
    ) throws(Failure) {
        guard let number = PrefixInteger.decode(block, &index, bits: 7), number > 0 else {
            throw .malformed
        }
        if number <= StaticTable.count {
            return list.append(fixed.bytes.span, fixed.lines[number &- 1])
        }
        let age = number &- StaticTable.count &- 1
        guard age < table.count else { throw .malformed }
        table.withLine(age) { list.append($0, $1) }
    }

    @inline(__always)
    private mutating func readLiteral(
        _ block: Span<UInt8>,
        _ index: inout Int,
        bits: UInt8,
        isIndexed: Bool,
        _ list: inout FieldBlock
    ) throws(Failure) {
        guard let number = PrefixInteger.decode(block, &index, bits: bits) else {
            throw .malformed
        }
        let start = list.bytes.readableCount
        let hasName = list.write { bytes in
            number == 0
                ? Self.readString(block, &index, to: &bytes) : appendName(number, to: &bytes)
        }
        let nameCount = list.bytes.readableCount &- start
        let hasValue =
            hasName
            && list.write { bytes in
                bytes.append(": ")
                return Self.readString(block, &index, to: &bytes)
            }
        guard hasValue else { throw .malformed }
        list.endLine(from: start, nameCount: nameCount) { bytes, line in
            if isIndexed { table.insert(bytes, line) }
        }
    }

    /// Appends the name of the field with this index; `false` when there is none.
    @inline(__always)
    private borrowing func appendName(_ number: Int, to bytes: inout ByteBuffer) -> Bool {
        if number <= StaticTable.count {
            bytes.append(fixed.bytes.span, fixed.lines[number &- 1].name)
            return true
        }
        let age = number &- StaticTable.count &- 1
        guard age < table.count else { return false }
        table.withLine(age) { bytes.append($0, $1.name) }
        return true
    }

    /// Appends the string literal at `index` (§5.2); `false` when it is malformed or cut short.
    @inline(__always)
    private static func readString(
        _ block: Span<UInt8>,
        _ index: inout Int,
        to bytes: inout ByteBuffer
    ) -> Bool {
        guard index < block.count else { return false }
        let isEncoded = block[index] >= 0x80
        guard let count = PrefixInteger.decode(block, &index, bits: 7),
            count <= block.count &- index
        else { return false }
        let range = index..<index &+ count
        index &+= count
        if isEncoded { return Huffman.decode(block, range, to: &bytes) }
        bytes.append(block, range)
        return true
    }
}
