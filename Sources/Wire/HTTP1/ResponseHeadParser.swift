import Base

/// Turns bytes into response heads (RFC 9112 §4 to §6); what it refuses is a 502.
///
/// The twin of `RequestHeadParser`: same shape, same strictness inside the head.
package struct ResponseHeadParser: Sendable {
    package struct Limits: Sendable {
        /// Bytes of status line and field lines together.
        package var headSize = 65_536
        /// Field lines in one head.
        package var fieldCount = 128

        package init() {}
    }

    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        case malformedStatusLine
        case malformedField
        /// Both length fields, or Content-Length more than once (RFC 9112 §6.3).
        case conflictingLengths
        case malformedLength
        /// A transfer coding other than exactly `chunked`.
        case unsupportedTransferCoding
        case headTooLarge
        case tooManyFields
        /// Well formed, but not HTTP/1.
        case unsupportedVersion
    }

    package var limits: Limits

    package init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads one head from the start of `input`; `nil` while it is incomplete.
    ///
    /// Returns how many bytes it takes. `scanned` starts at 0 for each head and is handed back
    /// unchanged with more bytes. `method` is the request's: the framing depends on it.
    package func parse(
        _ input: Span<UInt8>,
        scanned: inout Int,
        answering method: Method,
        into head: inout ResponseHead
    ) throws(Failure) -> Int? {
        if scanned > 0 {
            let progress = LineScanner.advance(input, &scanned) { bytes, line in
                line.lowerBound == 0
                    ? StatusLine(bytes, line)?.version.major != 1
                    : FieldParser.parse(bytes, line) == nil
            }
            if case .incomplete(let lines) = progress, input.count <= limits.headSize,
                lines ?? 0 <= limits.fieldCount + 1
            {
                return nil
            }
        }
        head.reset()
        guard let end = try parseFromStart(input, into: &head) else {
            scanned = LineScanner.firstUnseen(input)
            return nil
        }
        scanned = 0
        head.fields.bytes.replace(with: input.extracting(0..<end))
        try ResponseHeadRules.apply(to: &head, answering: method)
        return end
    }

    @inline(__always)
    private func parseFromStart(
        _ input: Span<UInt8>,
        into head: inout ResponseHead
    ) throws(Failure) -> Int? {
        if let end = StatusLine.parseUsual(input, maximumSize: limits.headSize, into: &head) {
            return try parseFields(input, from: end, into: &head.fields)
        }
        switch LineScanner.end(of: input, from: 0) {
        case .broken(let seen):
            // A bound that was passed before counts first, however the bytes arrive.
            throw seen > limits.headSize + 1 ? .headTooLarge : .malformedStatusLine
        case .notYet:
            if input.count > limits.headSize { throw .headTooLarge }
            return nil
        case .carriageReturn(let index):
            if index + 2 > limits.headSize { throw .headTooLarge }
            guard let line = StatusLine(input, 0..<index) else { throw .malformedStatusLine }
            guard line.version.major == 1 else { throw .unsupportedVersion }
            head.status = line.status
            head.reasonRange = line.reason
            head.minorVersion = line.version.minor == 0 ? 0 : 1
            // With a space behind the digits, which may have no phrase behind it.
            if line.version.minor == 1, index > 12 { head.startLine = 0..<index + 2 }
            return try parseFields(input, from: index + 2, into: &head.fields)
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
}
