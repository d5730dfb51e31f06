import Base

extension Case {
    /// What everything else stands on.
    static let base = [
        // Each element names the next, so that no check can be taken out of the loop.
        Case("slots: touch") { count in
            var slots = Slots<UInt64>(kind: 1, capacity: 64)
            var ring: [Handle<UInt64>] = []
            for _ in 0..<8 {
                if case .inserted(let handle) = slots.insert(0) { ring.append(handle) }
            }
            for (index, handle) in ring.enumerated() {
                slots[handle] = ring[(index + 1) % ring.count].bits
            }
            var next = ring[0]
            // Four in a row, so that a touch is counted and not the loop.
            for _ in 0..<count / 4 {
                next = Handle(bits: slots[next])
                next = Handle(bits: slots[next])
                next = Handle(bits: slots[next])
                next = Handle(bits: slots[next])
            }
            keep(Int(truncatingIfNeeded: next.bits))
        },
        Case("byte buffer: append 64, consume 64") { count in
            let bytes = [UInt8](repeating: 0x61, count: 64)
            var buffer = ByteBuffer(minimumCapacity: 256)
            for _ in 0..<count {
                buffer.append(bytes.span)
                buffer.consume(64)
            }
            keep(buffer.readableCount)
        },
    ]
}
