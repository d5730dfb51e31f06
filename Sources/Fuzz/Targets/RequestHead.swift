import Base
import Wire

extension FuzzTarget {
    /// Request heads: however they arrive, and forwarded so that they mean the same.
    static let requestHead = FuzzTarget(
        name: "request-head",
        seeds: HeadWords.requests,
        words: HeadWords.all
    ) { bytes throws(Broken) in
        for limits in [RequestHeadParser.Limits(), tight] {
            let whole = RequestVerdict(bytes, [], limits)
            for way in Arrival.ways(bytes) {
                let other = RequestVerdict(bytes, way, limits)
                try require(other == whole, "cut at \(way.prefix(3)): \(other), whole: \(whole)")
            }
        }
        guard case .accepted(let head, let consumed) = RequestVerdict(bytes, [], .init()) else {
            return
        }
        try HeadLines.check(head.fields, bytes, consumed)
        try checkLength(head)
        try checkForwarding(head)
    }

    private static var tight: RequestHeadParser.Limits {
        var limits = RequestHeadParser.Limits()
        limits.uri = 24
        limits.headSize = 96
        limits.fieldCount = 4
        return limits
    }

    private static var wide: RequestHeadParser.Limits {
        var limits = RequestHeadParser.Limits()
        limits.uri = 1 << 20
        limits.headSize = 1 << 20
        limits.fieldCount = 1_024
        return limits
    }

    /// One request, one length (RFC 9112 §6.3), counted by a second reader.
    private static func checkLength(_ head: RequestHead) throws(Broken) {
        let lengths = HeadLines.values(of: "content-length", head.fields)
        let codings = HeadLines.values(of: "transfer-encoding", head.fields)
        switch head.framing {
        case .none:
            let isAbsent = lengths.isEmpty || lengths.allSatisfy { $0.allSatisfy { $0 == "0" } }
            try require(codings.isEmpty && isAbsent, "no body, but \(lengths) \(codings)")
        case .length(let length):
            let isOne = lengths.count == 1 && UInt64(lengths[0]) == length
            try require(codings.isEmpty && isOne, "\(length), but \(lengths) \(codings)")
        case .chunked:
            let isOne = codings.map { $0.lowercased() } == ["chunked"]
            try require(lengths.isEmpty && isOne, "chunked, but \(lengths) \(codings)")
        case .untilClose: throw Broken("a request cannot end by closing")
        }
    }

    /// What is forwarded is read as what came, and forwarding it again changes nothing.
    private static func checkForwarding(_ head: RequestHead) throws(Broken) {
        let sent = forward(head)
        guard case .accepted(let again, let consumed) = RequestVerdict(sent, [], wide) else {
            throw Broken("not accepted once forwarded: \(RequestVerdict(sent, [], wide))")
        }
        try require(consumed == sent.count, "forwarded \(sent.count) bytes, read \(consumed)")
        try HeadLines.check(again.fields, sent, consumed)
        try require(again.method == head.method, "another method")
        try require(again.framing == head.framing, "\(head.framing) became \(again.framing)")
        try require(again.expectsContinue == head.expectsContinue, "another expectation")
        try require(again.isKeptAlive && again.upgrade == .none, "hop-by-hop fields passed")
        try require(again.fields.text(again.target) == target(head), "another target")
        let authority = head.authority.isEmpty ? "none" : head.fields.text(head.authority)
        try require(again.fields.text(again.authority) == authority, "another authority")
        try require(forward(again) == sent, "forwarding twice differs")
    }

    private static func target(_ head: RequestHead) -> String {
        let implied = head.isTargetImplied ? "\(head.impliedTarget)" : ""
        return implied + head.fields.text(head.target)
    }

    /// The head as a proxy sends it: without what concerns one connection, framed anew.
    private static func forward(_ head: RequestHead) -> [UInt8] {
        var head = head
        HopByHop.strip(&head.fields)
        head.fields.drop(.host)
        var output = ByteBuffer()
        HeadEncoder.appendRequestLine(head, to: &output)
        if head.authority.isEmpty {
            HeadEncoder.appendLine("host", "none", to: &output)
        } else {
            HeadEncoder.appendLine("host", head.fields.bytes.span, head.authority, to: &output)
        }
        HeadEncoder.appendKept(head.fields, to: &output)
        if head.framing == .chunked {
            HeadEncoder.appendLine("transfer-encoding", "chunked", to: &output)
        }
        HeadEncoder.appendEnd(to: &output)
        return output.withReadable { $0.array(0..<$0.count) }
    }
}

/// What a parser says about a request head that arrives with reads ending at some places.
private enum RequestVerdict: Equatable, CustomStringConvertible {
    case incomplete
    case refused(RequestHeadParser.Failure)
    case accepted(RequestHead, consumed: Int)

    init(_ bytes: [UInt8], _ cuts: [Int], _ limits: RequestHeadParser.Limits) {
        let parser = RequestHeadParser(limits)
        var head = RequestHead()
        var scanned = 0
        self = .incomplete
        for end in cuts + [bytes.count] {
            do throws(RequestHeadParser.Failure) {
                let lent = bytes.span.extracting(0..<end)
                if let consumed = try parser.parse(lent, scanned: &scanned, into: &head) {
                    self = .accepted(head, consumed: consumed)
                    return
                }
            } catch {
                self = .refused(error)
                return
            }
        }
    }

    static func == (one: RequestVerdict, two: RequestVerdict) -> Bool {
        switch (one, two) {
        case (.incomplete, .incomplete): true
        case (.refused(let one), .refused(let two)): one == two
        case (.accepted(let one, let length), .accepted(let two, let other)):
            length == other && one.method == two.method && one.methodRange == two.methodRange
                && one.target == two.target && one.isTargetImplied == two.isTargetImplied
                && one.path == two.path && one.authority == two.authority
                && one.isAuthorityInTarget == two.isAuthorityInTarget
                && one.minorVersion == two.minorVersion && one.framing == two.framing
                && one.isKeptAlive == two.isKeptAlive && one.upgrade == two.upgrade
                && one.expectsContinue == two.expectsContinue
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
