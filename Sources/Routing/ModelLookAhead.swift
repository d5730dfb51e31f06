import Base

/// Finds the `model` that a JSON body names at its top level, while the body arrives.
///
/// Reads on to the end of the object, or of the first 64 KiB, since a second `model` must be
/// refused: servers disagree on which one counts. For the same reason names are compared after
/// their escapes are decoded and without case. What is nested is passed over and not judged.
///
///     start -{-> key -:-> value -,-> key … -}-> done
package struct ModelLookAhead: Sendable {
    package enum Outcome: Sendable, Hashable {
        /// Nothing is certain yet: feed more, or `finish`.
        case needsMore
        case found([UInt8])
        /// There is no `model`, it is no string, or it lies beyond what is looked at.
        case absent
        /// More than one: `malformed_request`.
        case duplicate
        /// The body is no JSON object, as far as it was read.
        case notJSON
    }

    private enum State: UInt8, Sendable {
        case start, keyOrEnd, key, inKey, colon, value, inText, inModel, inScalar, inNested
        case nestedText, commaOrEnd, done
    }

    /// Bytes that are looked at before the route is chosen.
    package static let limit = 65_536

    /// Bytes of a model's name; one that is longer is none.
    package static let longestModel = 512

    private var state = State.start
    private var count = 0
    private var depth = 0
    private var isEscaped = false
    private var text = JSONTextReader()
    private var isModelKey = false
    private var hasModel = false
    private var model: [UInt8]?
    private var outcome = Outcome.needsMore
    /// How many bytes of those given last were looked at.
    package private(set) var taken = 0

    package init() {}

    /// Takes the next bytes of the body; those beyond the limit are not read.
    package mutating func feed(_ bytes: Span<UInt8>) -> Outcome {
        let room = max(Self.limit - count, 0)
        read(bytes, to: min(bytes.count, room))
        if outcome == .needsMore, count >= Self.limit { return verdict }
        return outcome
    }

    /// The body is over.
    package mutating func finish() -> Outcome {
        if outcome == .needsMore { outcome = .notJSON }
        return outcome
    }

    /// Takes the bytes behind those that were looked at; whether nothing in them could be read as
    /// another model.
    ///
    /// For those who must not be told one model while the server reads another, further on: a
    /// second name, what is no JSON to us and may be to others, or more behind the object.
    package mutating func watch(_ bytes: Span<UInt8>) -> Bool {
        if state != .done { read(bytes, to: bytes.count) } else { taken = 0 }
        if state == .done {
            for index in taken..<bytes.count where !Self.isBlank(bytes[index]) {
                outcome = .notJSON
            }
        }
        return outcome != .duplicate && outcome != .notJSON
    }

    /// What is to be said when no more is read.
    private var verdict: Outcome {
        model.map { .found($0) } ?? .absent
    }

    private mutating func read(_ bytes: Span<UInt8>, to end: Int) {
        var index = 0
        while index < end, outcome == .needsMore {
            if state == .inText || state == .nestedText, !isEscaped {
                index = textEnd(bytes, index, end)
                guard index < end else { break }
            }
            take(bytes[index])
            index += 1
        }
        taken = index
        count += end
    }

    /// Where the next quote or backslash stands.
    private func textEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index < end, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
            index &+= 1
        }
        return index
    }

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .inText, .nestedText: takeText(byte)
        case .inKey, .inModel: takeDecoded(byte)
        case .inNested: takeNested(byte)
        case .inScalar where Self.isScalar(byte): break
        case _ where Self.isBlank(byte):
            if state == .inScalar { state = .commaOrEnd }
        case .start: begin(byte)
        case .keyOrEnd where byte == UInt8(ascii: "}"): end()
        case .key, .keyOrEnd:
            guard byte == UInt8(ascii: "\"") else { return fail() }
            text.reset(keeping: 6)
            state = .inKey
        case .colon:
            guard byte == UInt8(ascii: ":") else { return fail() }
            state = .value
        case .value: takeValue(byte)
        case .inScalar, .commaOrEnd:
            switch byte {
            case UInt8(ascii: ","): state = .key
            case UInt8(ascii: "}"): end()
            default: fail()
            }
        case .done: break
        }
    }

    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"): state = .keyOrEnd
        case UInt8(ascii: "["): outcome = .absent
        default: fail()
        }
    }

    private mutating func takeValue(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""):
            text.reset(keeping: Self.longestModel + 1)
            state = isModelKey ? .inModel : .inText
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth = 1
            state = .inNested
        case _ where Self.isScalar(byte): state = .inScalar
        default: fail()
        }
    }

    private mutating func takeText(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            state = state == .inText ? .commaOrEnd : .inNested
        }
    }

    private mutating func takeDecoded(_ byte: UInt8) {
        switch text.take(byte) {
        case .more: return
        case .malformed: return fail()
        case .end: break
        }
        guard state == .inKey else {
            // Nobody has a model of such a name; it is not kept for that.
            model = text.bytes.count <= Self.longestModel ? text.bytes : nil
            state = .commaOrEnd
            return
        }
        isModelKey = text.bytes.span.equalsIgnoringCase("model", 0..<text.bytes.count)
        if isModelKey, hasModel { outcome = .duplicate }
        hasModel = hasModel || isModelKey
        state = .colon
    }

    private mutating func takeNested(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): state = .nestedText
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth == 0 { state = .commaOrEnd }
        default: break
        }
    }

    private mutating func end() {
        state = .done
        outcome = verdict
    }

    private mutating func fail() {
        outcome = .notJSON
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 32 || byte == 10 || byte == 13 || byte == 9
    }

    /// A character of a number, `true`, `false` or `null`; which one it is does not matter.
    private static func isScalar(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }
}
