/// Where an encoder looks for a field that it may have sent: two numbers for each hash.
///
/// A third of the same place takes that of the older one, which is then sent anew. No memory is
/// taken before the first.
struct RecentFields {
    /// Places, a power of two; each is shared by two fields.
    private let count: UInt64
    private var numbers: [UInt32] = []

    init(count: UInt64) {
        self.count = count
    }

    /// The numbers of the fields that may be the one with this hash; 0 for none.
    @inline(__always)
    func candidates(_ hash: FieldHash) -> (UInt32, UInt32) {
        if numbers.isEmpty { return (0, 0) }
        let place = hash.place(of: count) &* 2
        return (numbers[place], numbers[place &+ 1])
    }

    /// Remembers the field with this number, the newest of all.
    mutating func insert(_ number: UInt32, _ hash: FieldHash) {
        if numbers.isEmpty { numbers = Array(repeating: 0, count: Int(count) * 2) }
        let place = hash.place(of: count) &* 2
        let isFirstOlder = number &- numbers[place] > number &- numbers[place &+ 1]
        numbers[isFirstOlder ? place : place &+ 1] = number
    }
}
