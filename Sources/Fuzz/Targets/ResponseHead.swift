import Base
import Wire

extension FuzzTarget {
    /// Response heads: however they arrive, and forwarded so that they mean the same.
    static let responseHead = FuzzTarget(
        name: "response-head",
        seeds: HeadWords.responses,
        words: HeadWords.all
    ) { bytes throws(Broken) in
        let methods: [Method] = [.get, .post, .head, .connect]
        let method = methods[Int(Arrival.hash(bytes) >> 32 & 3)]
        for limits in [ResponseHeadParser.Limits(), tight] {
            let whole = ResponseVerdict(bytes, [], limits, method)
            for way in Arrival.ways(bytes) {
                let other = ResponseVerdict(bytes, way, limits, method)
                try require(other == whole, "cut at \(way.prefix(3)): \(other), whole: \(whole)")
            }
        }
        let verdict = ResponseVerdict(bytes, [], .init(), method)
        guard case .accepted(let head, let consumed) = verdict else { return }
        try HeadLines.check(head.fields, bytes, consumed)
        try checkMeaning(head, method)
        try checkForwarding(head, method)
    }

    private static var tight: ResponseHeadParser.Limits {
        var limits = ResponseHeadParser.Limits()
        limits.headSize = 96
        limits.fieldCount = 4
        return limits
    }

    private static func checkMeaning(_ head: ResponseHead, _ method: Method) throws(Broken) {
        try require((100...999).contains(head.status), "status \(head.status)")
        let hasNoBody = method == .head || head.status < 200 || [204, 304].contains(head.status)
        if hasNoBody { try require(head.framing == .none, "a body where there is none") }
        if head.framing == .untilClose {
            try require(!head.isKeptAlive, "kept alive, but ended by closing")
        }
        let lengths = HeadLines.values(of: "content-length", head.fields)
        let codings = HeadLines.values(of: "transfer-encoding", head.fields)
        try require(lengths.count + codings.count <= 1, "two lengths: \(lengths) \(codings)")
    }

    private static func checkForwarding(_ head: ResponseHead, _ method: Method) throws(Broken) {
        let sent = forward(head)
        var limits = ResponseHeadParser.Limits()
        limits.headSize = 1 << 20
        limits.fieldCount = 1_024
        let verdict = ResponseVerdict(sent, [], limits, method)
        guard case .accepted(let again, let consumed) = verdict else {
            throw Broken("not accepted once forwarded: \(verdict)")
        }
        try require(consumed == sent.count, "forwarded \(sent.count) bytes, read \(consumed)")
        try HeadLines.check(again.fields, sent, consumed)
        try require(again.status == head.status, "another status")
        try require(again.framing == head.framing, "\(head.framing) became \(again.framing)")
        try require(again.isEventStream == head.isEventStream, "another kind of content")
        let reasons = (head.fields.text(head.reasonRange), again.fields.text(again.reasonRange))
        try require(reasons.0 == reasons.1, "another reason phrase")
        try require(forward(again) == sent, "forwarding twice differs")
    }

    private static func forward(_ head: ResponseHead) -> [UInt8] {
        var head = head
        HopByHop.strip(&head.fields)
        var output = ByteBuffer()
        HeadEncoder.appendStatusLine(head, to: &output)
        HeadEncoder.appendKept(head.fields, to: &output)
        if head.framing == .chunked {
            HeadEncoder.appendLine("transfer-encoding", "chunked", to: &output)
        }
        HeadEncoder.appendEnd(to: &output)
        return output.withReadable { $0.array(0..<$0.count) }
    }
}

/// What a parser says about a response head that arrives with reads ending at some places.
private enum ResponseVerdict: Equatable, CustomStringConvertible {
    case incomplete
    case refused(ResponseHeadParser.Failure)
    case accepted(ResponseHead, consumed: Int)

    init(_ bytes: [UInt8], _ cuts: [Int], _ limits: ResponseHeadParser.Limits, _ method: Method) {
        let parser = ResponseHeadParser(limits)
        var head = ResponseHead()
        var scanned = 0
        self = .incomplete
        for end in cuts + [bytes.count] {
            do throws(ResponseHeadParser.Failure) {
                let consumed = try parser.parse(
                    bytes.span.extracting(0..<end),
                    scanned: &scanned,
                    answering: method,
                    into: &head
                )
                guard let consumed else { continue }
                self = .accepted(head, consumed: consumed)
                return
            } catch {
                self = .refused(error)
                return
            }
        }
    }

    static func == (one: ResponseVerdict, two: ResponseVerdict) -> Bool {
        switch (one, two) {
        case (.incomplete, .incomplete): true
        case (.refused(let one), .refused(let two)): one == two
        case (.accepted(let one, let length), .accepted(let two, let other)):
            length == other && one.status == two.status && one.minorVersion == two.minorVersion
                && one.reasonRange == two.reasonRange && one.framing == two.framing
                && one.isKeptAlive == two.isKeptAlive && one.isEventStream == two.isEventStream
                && HeadLines.areSame(one.fields, two.fields)
        default: false
        }
    }

    var description: String {
        switch self {
        case .incomplete: "incomplete"
        case .refused(let failure): "refused, \(failure)"
        case .accepted(let head, let consumed): "accepted, \(consumed) bytes, \(head.framing)"
        }
    }
}
