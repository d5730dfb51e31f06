import Base

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
        description = ConfigPath.member(name, of: description)
    }

    /// Goes into one element of a list.
    mutating func enter(index: Int) {
        lengths.append(description.utf8.count)
        description += "[\(index)]"
    }

    /// Goes straight to what the path `keyPath` names.
    mutating func enter(keyPath: String) {
        lengths.append(description.utf8.count)
        description += description.isEmpty ? keyPath : ".\(keyPath)"
    }

    /// The path of the member `name` of what stands at `path`.
    ///
    /// A name that is no plain word is quoted, so that its dots are not taken for the path's.
    static func member(_ name: String, of path: String) -> String {
        let isPlain = !name.isEmpty && name.utf8.allSatisfy(isPlain)
        if !isPlain { return path + "[" + JSONTree.text(name).line + "]" }
        return path.isEmpty ? name : "\(path).\(name)"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isToken(byte) && byte != UInt8(ascii: ".")
    }

    /// Goes back to where the last `enter` came from.
    mutating func leave() {
        guard let length = lengths.popLast() else { return }
        description = String(decoding: description.utf8.prefix(length), as: UTF8.self)
    }
}
