import Base

/// Turns bytes into request heads (RFC 9112 §2 to §6), without socket or clock.
///
/// A pure function of the bytes from the message's start: it is shown the whole input again
/// after every read, and `scanned`, which the connection keeps, makes that linear work.
package struct RequestHeadParser: Sendable {
    package struct Limits: Sendable {
        /// Bytes of the request target; beyond it the answer is 414.
        package var uri = 16_384
        /// Bytes of request line and field lines together; beyond it 431 (RFC 6585 §5).
        package var headSize = 65_536
        /// Field lines in one head; beyond it 431.
        package var fieldCount = 128

        package init() {}
    }

    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        case malformedRequestLine
        case malformedTarget
        case malformedField
        /// Missing, repeated or malformed Host (RFC 9112 §3.2).
        case malformedHost
        /// Both length fields, or Content-Length more than once (RFC 9112 §6.3).
        case conflictingLengths
        case malformedLength
        case malformedTransferEncoding
        /// A coding that exists but is not spoken here: 501.
        case unsupportedTransferCoding
        case uriTooLong
        case headTooLarge
        case tooManyFields
        /// Well formed, but not HTTP/1: 505.
        case unsupportedVersion
        /// Anything but `100-continue`: 417.
        case unsupportedExpectation
        /// HTTP/2 where HTTP/1 is spoken (RFC 9113 §3.4).
        case http2Preface
    }

    package var limits: Limits

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads one head from the start of `input`; `nil` while it is incomplete.
    ///
    /// Returns how many bytes it takes. `scanned` starts at 0 for each head and is handed back
    /// unchanged with more bytes. What is certainly wrong is refused before the head is complete.
    package func parse(
        _ input: Span<UInt8>,
        scanned: inout Int,
        into head: inout RequestHead
    ) throws(Failure) -> Int? {
        if scanned > 0 {
            let before = scanned
            let progress = LineScanner.advance(input, &scanned) { bytes, line in
                isRefused(bytes, line, into: &head)
            }
            if case .incomplete(let lines) = progress, !reachesLimit(input.count, before),
                lines ?? 0 <= limits.fieldCount + 1
            {
                return nil
            }
        }
        head.reset()
        guard let consumed = try parseFromStart(input, into: &head) else {
            scanned = LineScanner.firstUnseen(input)
            return nil
        }
        scanned = 0
        return consumed
    }

    @inline(__always)
    private func parseFromStart(
        _ input: Span<UInt8>,
        into head: inout RequestHead
    ) throws(Failure) -> Int? {
        // One empty line before the request line is forgiven (RFC 9112 §2.2).
        let start = input.count >= 2 && input[0] == 13 && input[1] == 10 ? 2 : 0
        let text = input.extracting(start...)
        guard let lineEnd = try parseRequestLine(text, into: &head),
            let end = try parseFields(text, from: lineEnd + 2, into: &head.fields)
        else { return nil }
        head.fields.bytes.replace(with: text.extracting(0..<end))
        try RequestHeadRules.apply(to: &head)
        return start + end
    }

    @inline(__always)
    private func parseRequestLine(
        _ text: Span<UInt8>,
        into head: inout RequestHead
    ) throws(Failure) -> Int? {
        let usual = RequestLine.parseUsual(text, maximumTarget: limits.uri, into: &head)
        if let usual { return usual }
        guard let end = try requestLineEnd(text) else { return nil }
        try RequestLine.parse(text, 0..<end, maximumTarget: limits.uri, into: &head)
        return end
    }

    private func requestLineEnd(_ text: Span<UInt8>) throws(Failure) -> Int? {
        switch LineScanner.end(of: text, from: 0) {
        case .carriageReturn(let index):
            if index == 0 { throw .malformedRequestLine }
            if index > longestLine { throw tooLong(text) }
            return index
        case .notYet:
            // A CR that ends the longest line may be there already.
            if text.count > longestLine + 1 { throw tooLong(text) }
            return nil
        case .broken(let seen):
            // A bound that was passed before counts first, however the bytes arrive.
            throw seen > longestLine + 2 ? tooLong(text) : .malformedRequestLine
        }
    }

    @inline(__always)
    private func parseFields(
        _ text: Span<UInt8>,
        from start: Int,
        into fields: inout Fields
    ) throws(Failure) -> Int? {
        let outcome = FieldSection.parse(
            text,
            from: start,
            maximumSize: limits.headSize,
            maximumCount: limits.fieldCount,
            into: &fields
        )
        switch outcome {
        case .complete(let end): return end
        case .incomplete: return nil
        case .malformed: throw .malformedField
        case .tooLarge: throw .headTooLarge
        case .tooManyFields: throw .tooManyFields
        }
    }

    /// The longest request line: a target at its bound, the longest method and the version.
    private var longestLine: Int { limits.uri + RequestLine.longestMethod + 10 }

    /// A line beyond its bound: for its target, unless even its method does not end.
    private func tooLong(_ text: Span<UInt8>) -> Failure {
        let end = text.tokenEnd(from: 0, to: text.count)
        let hasMethod = end > 0 && end <= RequestLine.longestMethod && end < text.count
        return hasMethod && text[end] == 32 ? .uriTooLong : .malformedRequestLine
    }

    /// Whether a bound was passed by the bytes since `before`, so that a parse must tell which.
    private func reachesLimit(_ count: Int, _ before: Int) -> Bool {
        // Three bytes more: the empty line that may stand before the head, and a line's own CR.
        count > limits.headSize || (before <= longestLine + 3 && count > longestLine)
    }

    /// Whether a finished line alone condemns the head, whatever follows.
    private func isRefused(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        into head: inout RequestHead
    ) -> Bool {
        let isFirst =
            line.lowerBound == 0 || (line.lowerBound == 2 && input[0] == 13)
        guard isFirst else { return FieldParser.parse(input, line) == nil }
        head.reset()
        do throws(Failure) {
            try RequestLine.parse(input, line, maximumTarget: limits.uri, into: &head)
            return false
        } catch {
            return true
        }
    }
}
