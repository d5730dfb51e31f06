import Base
import Routing
import Wire

/// Reads a body's model in two ways that must agree.
enum ModelReading {
    /// What the look-ahead says when the body arrives cut at `cuts`.
    static func read(_ bytes: [UInt8], cuts: [Int]) -> ModelLookAhead.Outcome {
        var ahead = ModelLookAhead()
        var start = 0
        for end in cuts + [bytes.count] {
            let outcome = ahead.feed(bytes.span.extracting(start..<end))
            if outcome != .needsMore { return outcome }
            start = end
        }
        return ahead.finish()
    }

    /// Of a valid JSON object, the look-ahead and the scanner must say the same.
    static func compare(
        _ bytes: [UInt8],
        _ outcome: ModelLookAhead.Outcome
    ) throws(Broken) {
        guard bytes.count < ModelLookAhead.limit, let models = models(of: bytes) else { return }
        switch (models.count, outcome) {
        case (0, .absent), (2..., .duplicate): return
        case (1, .found(let name)):
            try require(models[0] == String(decoding: name, as: UTF8.self), "another model")
        case (1, .absent): try require(models[0] == nil, "the model was not found")
        default: throw Broken("\(models.count) models, but \(outcome)")
        }
    }

    /// The values of all top-level members named `model`, in any case; `nil` for one that is no
    /// string, and for what is no valid JSON object.
    private static func models(of bytes: [UInt8]) -> [String?]? {
        var scanner = JSONScanner()
        var models: [String?] = []
        do throws(JSONScanner.Failure) {
            guard try scanner.next(bytes.span) == .beginObject else { return nil }
            while case .key(let range) = try scanner.next(bytes.span) {
                let name = JSONString.decode(bytes.span, range)
                let isModel = name.utf8.map(ASCII.lowercased).elementsEqual("model".utf8)
                var value = scanner
                if isModel, case .string(let text) = try value.next(bytes.span) {
                    models.append(JSONString.decode(bytes.span, text))
                } else if isModel {
                    models.append(nil)
                }
                try scanner.skipValue(bytes.span)
            }
            return try scanner.next(bytes.span) == .end ? models : nil
        } catch {
            return nil
        }
    }
}
