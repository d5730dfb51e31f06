/// Where in a configuration something stands, written as `outbound[0].retry.attempts`.
///
/// Its text is kept complete while entering and leaving, because every problem needs it and
/// nesting is shallow.
struct ConfigPath: CustomStringConvertible {
    private(set) var description = ""
    private var lengths: [Int] = []

    /// Goes into the member `name` of an object.
    mutating func enter(_ name: String) {
        lengths.append(description.utf8.count)
        if !description.isEmpty { description += "." }
        description += name
    }

    /// Goes into one element of a list.
    mutating func enter(index: Int) {
        lengths.append(description.utf8.count)
        description += "[\(index)]"
    }

    /// Goes back to where the last `enter` came from.
    mutating func leave() {
        guard let length = lengths.popLast() else { return }
        description = String(decoding: description.utf8.prefix(length), as: UTF8.self)
    }
}
