import Base

@testable import Wire

/// Feeds a body decoder in the three ways in which bytes arrive.
enum BodyFeed {
    enum Verdict: Equatable {
        case refused(BodyDecoder.Failure)
        case incomplete(payload: String)
        case complete(payload: String, trailers: [String], rest: Int)
    }

    /// `cuts` are where reads end; unused bytes are shown again, as a connection would.
    static func verdict(
        _ bytes: [UInt8],
        _ framing: BodyFraming,
        cuts: [Int] = []
    ) -> Verdict {
        var decoder = BodyDecoder(framing)
        var payload: [UInt8] = []
        var index = 0
        for end in cuts + [bytes.count] {
            let input = bytes.span.extracting(0..<end)
            do throws(BodyDecoder.Failure) {
                while case .payload(let range) = try decoder.next(input, from: &index) {
                    payload += input.array(range)
                }
            } catch {
                return .refused(error)
            }
        }
        let text = String(decoding: payload, as: UTF8.self)
        guard decoder.isComplete else { return .incomplete(payload: text) }
        let trailers = decoder.trailers
        let kept = trailers?.lines.filter { !$0.isDropped } ?? []
        return .complete(
            payload: text,
            trailers: kept.map { trailers?.text($0.lineRange) ?? "" },
            rest: bytes.count - index
        )
    }

    static func disagreement(_ text: String, _ framing: BodyFraming) -> String? {
        let bytes = latin1(text)
        let whole = verdict(bytes, framing)
        let bytewise = verdict(bytes, framing, cuts: Array(1..<max(1, bytes.count)))
        if bytewise != whole { return "bytewise \(bytewise), whole \(whole)" }
        for cut in 0..<bytes.count {
            let split = verdict(bytes, framing, cuts: [cut])
            if split != whole { return "cut at \(cut): \(split), whole \(whole)" }
        }
        return nil
    }
}
