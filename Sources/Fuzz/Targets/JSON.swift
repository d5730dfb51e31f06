import Base
import Config
import Wire

extension FuzzTarget {
    /// JSON: what is accepted survives being written anew, and is JSON5 of the same meaning.
    static let json = FuzzTarget(
        name: "json",
        seeds: [
            #"{"a":[1,-2.5e+3,true,false,null,"b\u00e9\ud83d\ude00\n"],"c":{}}"#, " [ ] ", "0",
            #"{"model":"m","usage":{"prompt_tokens":7}}"#,
        ],
        words: [
            "{\"", "\":", "[", "]", "}", ",", "true", "false", "null", "\\u00e9", "\\ud83d\\ude00",
            "1e9", "-0", "0.5", "\\\"", "\\ud800",
        ]
    ) { bytes throws(Broken) in
        guard let tokens = try JSONTokens.read(bytes) else { return }
        let written = JSONTokens.write(tokens, bytes)
        guard let again = try JSONTokens.read(written) else {
            throw Broken("what was written is not JSON")
        }
        let meanings = (
            tokens.map { JSONTokens.meaning($0, bytes) },
            again.map { JSONTokens.meaning($0, written) }
        )
        try require(meanings.0 == meanings.1, "what was written means something else")
        try checkJSON5(meanings.0, bytes)
    }

    /// Every JSON text is a JSON5 text (JSON5 §1.1), except that lone surrogates are refused.
    private static func checkJSON5(_ tokens: [String], _ bytes: [UInt8]) throws(Broken) {
        let reading = JSON5Reader.read(bytes)
        guard let root = reading.root else {
            let causes = reading.problems.map(\.cause)
            try require(causes.contains(.loneSurrogate), "JSON, but not JSON5: \(causes)")
            return
        }
        try require(JSONTokens.meaning(root) == tokens, "JSON5 reads something else")
    }
}

/// The tokens of a JSON text, and what they mean without how they are written.
private enum JSONTokens {
    typealias Token = JSONScanner.Token

    /// `nil` when the text is refused.
    static func read(_ bytes: [UInt8]) throws(Broken) -> [Token]? {
        var scanner = JSONScanner()
        var tokens: [Token] = []
        while true {
            let before = scanner.position
            do throws(JSONScanner.Failure) {
                let token = try scanner.next(bytes.span)
                if token == .end { break }
                tokens.append(token)
            } catch {
                return nil
            }
            try require(scanner.position > before, "a token without bytes")
            try require(scanner.position <= bytes.count, "beyond the text")
            try require((0...JSONScanner.maximumDepth).contains(scanner.depth), "depth")
        }
        try require(scanner.depth == 0, "\(scanner.depth) levels open at the end")
        return tokens
    }

    static func write(_ tokens: [Token], _ bytes: [UInt8]) -> [UInt8] {
        var output = ByteBuffer()
        var writer = JSONWriter()
        for token in tokens {
            switch token {
            case .beginObject: writer.beginObject(&output)
            case .endObject: writer.endObject(&output)
            case .beginArray: writer.beginArray(&output)
            case .endArray: writer.endArray(&output)
            case .key(let range): writer.key(JSONString.decode(bytes.span, range), &output)
            case .string(let range): writer.string(JSONString.decode(bytes.span, range), &output)
            case .number(let range):
                writer.separate(&output)
                output.append(bytes.span, range)
            case .bool(let value): writer.bool(value, &output)
            case .null: writer.null(&output)
            case .end: break
            }
        }
        return output.withReadable { $0.array(0..<$0.count) }
    }

    static func meaning(_ token: Token, _ bytes: [UInt8]) -> String {
        switch token {
        case .beginObject: "{"
        case .endObject: "}"
        case .beginArray: "["
        case .endArray: "]"
        case .key(let range): "key \(units(JSONString.decode(bytes.span, range)))"
        case .string(let range): "text \(units(JSONString.decode(bytes.span, range)))"
        case .number(let range): "number \(number(bytes.span.text(range)))"
        case .bool(let value): "\(value)"
        case .null: "null"
        case .end: "end"
        }
    }

    static func meaning(_ node: JSON5Node) -> [String] {
        switch node.value {
        case .null: ["null"]
        case .boolean(let value): ["\(value)"]
        case .number(let value): ["number \(value)"]
        case .text(let text): ["text \(units(text))"]
        case .list(let nodes): ["["] + nodes.flatMap { meaning($0) } + ["]"]
        case .object(let members):
            ["{"] + members.flatMap { ["key \(units($0.name))"] + meaning($0.value) } + ["}"]
        }
    }

    /// Text compared by scalars: two spellings of one character are two texts.
    private static func units(_ text: String) -> String {
        text.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ")
    }

    private static func number(_ text: String) -> String {
        Double(text).map { "\($0)" } ?? "malformed \(text)"
    }
}
