import Base
import Testing
import Wire

@Suite struct ProtobufReaderTests {
    @Test func `fields of every kind are read where they lie`() throws {
        let bytes: [UInt8] =
            [0x08, 0x96, 0x01] + [0x12, 2, 65, 66] + [0x1d, 1, 2, 3, 4]
            + [0x21, 1, 2, 3, 4, 5, 6, 7, 8] + [0x2a, 0]

        #expect(
            try fields(bytes) == [
                .init(1, .number(150)), .init(2, .bytes(5..<7)), .init(3, .fixed(8..<12)),
                .init(4, .fixed(13..<21)), .init(5, .bytes(23..<23)),
            ]
        )
    }

    @Test func `a message within others is read alone`() throws {
        let bytes: [UInt8] = [0xff, 0x08, 1, 0xff]

        #expect(try fields(bytes, 1..<3) == [.init(1, .number(1))])
    }

    @Test(
        arguments: [
            ([0x08, 0x00], 0), ([0x08, 0x7f], 127), ([0x08, 0x80, 0x01], 128),
            // Longer than needed, which the encoding allows.
            ([0x08, 0x81, 0x80, 0x00], 1),
            ([0x08] + [UInt8](repeating: 0xff, count: 9) + [0x01], UInt64.max),
        ] as [([UInt8], UInt64)]
    )
    func `a number has seven bits a byte`(_ bytes: [UInt8], _ number: UInt64) throws {
        #expect(try fields(bytes) == [.init(1, .number(number))])
    }

    @Test func `the highest field number is read`() throws {
        let bytes: [UInt8] = [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01]

        #expect(try fields(bytes) == [.init(0x1fff_ffff, .number(1))])
    }

    @Test(
        arguments: [
            ([0x08], .truncated), ([0x08, 0x80], .truncated), ([0x12], .truncated),
            ([0x12, 2, 65], .truncated), ([0x0d, 1, 2, 3], .truncated), ([0x09, 1], .truncated),
            ([0x12] + [UInt8](repeating: 0xff, count: 9) + [0x01], .truncated),
            ([0x08] + [UInt8](repeating: 0xff, count: 9) + [0x02], .oversizedNumber),
            ([0x08] + [UInt8](repeating: 0x80, count: 10) + [0x00], .oversizedNumber),
            ([0x00, 0x00], .invalidField), ([0x80, 0x80, 0x80, 0x80, 0x10, 1], .invalidField),
            ([0x0b], .unsupportedKind), ([0x0c], .unsupportedKind), ([0x0e], .unsupportedKind),
        ] as [([UInt8], ProtobufReader.Failure)]
    )
    func `what is no message is refused`(_ bytes: [UInt8], _ failure: ProtobufReader.Failure) {
        #expect(throws: failure) { try fields(bytes) }
    }

    private struct Seen: Equatable {
        let number: UInt32
        let value: ProtobufReader.Value

        init(_ number: UInt32, _ value: ProtobufReader.Value) {
            self.number = number
            self.value = value
        }
    }

    private func fields(_ bytes: [UInt8], _ range: Range<Int>? = nil) throws -> [Seen] {
        var reader = ProtobufReader(range ?? 0..<bytes.count)
        var fields: [Seen] = []
        while let field = try reader.next(bytes.span) {
            fields.append(Seen(field.number, field.value))
        }
        return fields
    }
}
