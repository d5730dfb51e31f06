import Access
import Base
import Reactor

/// A key that nobody has seen yet.
struct FreshKey {
    /// The whole key, for its owner alone.
    let text: String
    /// What a file of records keeps of it.
    let hash: [UInt8]

    init() {
        text = APIKey.make(random32: FreshKey.randomBytes(32))
        hash = APIKey.hash(Array(text.utf8).span)
    }

    /// Eight hexadecimal digits by chance, for a key without a name.
    static func randomName() -> String {
        let digits = String(Random.seed() & 0xffff_ffff, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Bytes of the kernel's own, never of a generator with a seed.
    static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let word = Random.seed()
            bytes += stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
        return Array(bytes.prefix(count))
    }
}
