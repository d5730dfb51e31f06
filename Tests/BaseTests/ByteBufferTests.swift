import Base
import Testing

@Suite struct ByteBufferTests {
    @Test func `bytes leave in the order in which they came`() {
        var buffer = ByteBuffer()

        buffer.append("GET ")
        buffer.append(Array("/a".utf8))
        buffer.append(UInt8(ascii: "\n"))
        buffer.append("Ω" as String)
        buffer.consume(4)
        let text = buffer.text()
        let count = buffer.readableCount

        #expect(text == "/a\nΩ")
        #expect(count == 5)
    }

    @Test func `an unused and a released buffer own no memory`() {
        var buffer = ByteBuffer()
        let before = buffer.allocatedCount
        buffer.append("x")
        let during = buffer.allocatedCount
        buffer.release()
        let after = buffer.allocatedCount
        let isEmpty = buffer.isEmpty

        #expect(before == 0)
        #expect(during > 0)
        #expect(after == 0 && isEmpty)
    }

    @Test func `an empty buffer lends an empty span`() {
        var buffer = ByteBuffer()
        buffer.append([])
        buffer.append("")
        let count = buffer.withReadable { $0.count }
        let rawCount = buffer.withUnsafeReadable { $0.count }

        #expect(count == 0 && rawCount == 0)
    }

    @Test func `a part of a span is appended alone`() {
        let bytes = Array("abcdef".utf8)
        var buffer = ByteBuffer()

        buffer.append(bytes.span, 2..<4)
        buffer.append(bytes.span, 0..<0)
        buffer.append(bytes.span)
        let text = buffer.text()

        #expect(text == "cdabcdef")
    }

    @Test(arguments: 0..<20) func `letters are appended in lower case`(_ count: Int) {
        let bytes = Array("-@ABCxyzXYZ[`{09\u{c1}QRST".utf8)
        let lower = Array("-@abcxyzxyz[`{09\u{c1}qrst".utf8)
        var buffer = ByteBuffer()

        buffer.append(lowercased: bytes.span, 1..<1 + count)
        buffer.append(lowercased: bytes.span, 3..<4)
        let appended = buffer.withReadable { $0.array(0..<$0.count) }

        #expect(appended == Array(lower[1..<1 + count]) + [98])
    }

    @Test func `a buffer takes over what waits in another`() {
        var one = ByteBuffer()
        var other = ByteBuffer()
        one.append("ab")
        other.append("xcd")
        other.consume(1)

        one.append(contentsOf: other)
        let text = one.text()
        let left = other.readableCount

        #expect(text == "abcd")
        #expect(left == 2)
    }

    @Test func `free space lent counts only as far as it was filled`() {
        var buffer = ByteBuffer()
        buffer.append("a")

        let filled = buffer.withFreeSpace(100) { space in
            space[0] = UInt8(ascii: "b")
            return space.count >= 100 ? 1 : 0
        }
        let text = buffer.text()

        #expect(filled == 1)
        #expect(text == "ab")
    }

    @Test func `bytes consumed make room for bytes to come`() {
        var buffer = ByteBuffer(minimumCapacity: 1_024)
        let capacity = buffer.allocatedCount

        for _ in 0..<1_000 {
            for _ in 0..<600 { buffer.append(UInt8(1)) }
            buffer.consume(599)
            buffer.consume(1)
        }
        let after = buffer.allocatedCount

        #expect(after == capacity)
    }

    @Test func `a cleared buffer keeps its memory`() {
        var buffer = ByteBuffer(minimumCapacity: 2_000)
        buffer.append("abc")
        buffer.clear()
        let isEmpty = buffer.isEmpty
        let capacity = buffer.allocatedCount

        #expect(isEmpty)
        #expect(capacity >= 2_000)
    }

    @Test(arguments: 1...20) func `it behaves as an array does`(_ seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        var buffer = ByteBuffer()
        var model: [UInt8] = []

        for _ in 0..<300 {
            if random.below(5) < 3 {
                let chunk = (0..<random.below(900)).map { _ in
                    UInt8(truncatingIfNeeded: random.next())
                }
                buffer.append(chunk)
                model += chunk
            } else {
                let count = Int(random.below(UInt64(model.count + 1)))
                buffer.consume(count)
                model.removeFirst(count)
            }
            let bytes = buffer.withReadable { $0.array(0..<$0.count) }
            #expect(bytes == model)
        }
    }
}
