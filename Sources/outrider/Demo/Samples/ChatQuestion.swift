import Base
import Wire

/// What a chat completion request asks for, as far as the sample cares.
struct ChatQuestion: Equatable {
    var isStreamed = false
    /// Words of the answer, at most.
    var wordLimit = Int.max
    /// The last thing that the user said.
    var text = ""
    /// Words in all messages.
    var promptWords = 0

    /// Reads an OpenAI-shaped body; `nil` when it is not one.
    init?(_ request: SampleRequest) {
        guard request.isObject else { return nil }
        let bytes = request.body.span
        isStreamed = JSONPath.find(["stream"], in: bytes) == .bool(true)
        for name in ["max_tokens", "max_completion_tokens"] as [StaticString] {
            if case .number(let range) = JSONPath.find([name], in: bytes),
                let limit = Int(bytes.text(range)), limit > 0
            {
                wordLimit = limit
            }
        }
        do throws(JSONScanner.Failure) {
            guard try readMessages(bytes) else { return nil }
        } catch {
            return nil
        }
    }

    /// `false` when there are no messages.
    private mutating func readMessages(
        _ bytes: Span<UInt8>
    ) throws(JSONScanner.Failure) -> Bool {
        var scanner = JSONScanner()
        guard JSONPath.seek(["messages"], in: bytes, &scanner) == .beginArray else { return false }
        var count = 0
        while try scanner.next(bytes) == .beginObject {
            try readMessage(bytes, &scanner)
            count += 1
        }
        return count > 0
    }

    private mutating func readMessage(
        _ bytes: Span<UInt8>,
        _ scanner: inout JSONScanner
    ) throws(JSONScanner.Failure) {
        var isUser = false
        var said = ""
        while case .key(let name) = try scanner.next(bytes) {
            if JSONString.equals("role", bytes, name) {
                if case .string(let range) = try scanner.next(bytes) {
                    isUser = JSONString.equals("user", bytes, range)
                }
            } else if JSONString.equals("content", bytes, name) {
                said = try Self.readContent(bytes, &scanner)
            } else {
                try scanner.skipValue(bytes)
            }
        }
        promptWords += said.split { $0.isWhitespace }.count
        if isUser { text = said }
    }

    /// A string, or the texts of a list of parts; anything else says nothing.
    private static func readContent(
        _ bytes: Span<UInt8>,
        _ scanner: inout JSONScanner
    ) throws(JSONScanner.Failure) -> String {
        let outer = scanner.depth
        var isText = false
        var texts: [String] = []
        repeat {
            switch try scanner.next(bytes) {
            case .key(let name): isText = JSONString.equals("text", bytes, name)
            case .string(let range):
                if isText || scanner.depth == outer {
                    texts.append(JSONString.decode(bytes, range))
                }
                isText = false
            case .beginObject, .endObject, .beginArray, .endArray, .number, .bool, .null, .end:
                isText = false
            }
        } while scanner.depth > outer
        return texts.joined(separator: " ")
    }
}
