import Base

/// What one client does; drawn from the seed, or written by a test.
struct ClientPlan {
    enum Body {
        case none
        case length(Int)
        case chunked(Int)

        var count: Int {
            switch self {
            case .none: 0
            case .length(let count), .chunked(let count): count
            }
        }
    }

    var arrives = Nanoseconds.zero
    var worker = 0
    var method = "GET"
    var body = Body.none
    var fields: [String] = []
    var pieceCount = 1_000
    var gap = Nanoseconds.milliseconds(1)
    /// The end of a chunked body comes in a read of its own.
    var isEndSeparate = false
    var expectsContinue = false
    var isUpgrade = false
    var isOverCapacity = false
    /// Sends no byte of the body beyond this one.
    var stallsAt: Int?
    /// Breaks the framing of its body here.
    var breaksAt: Int?
    /// Resets this long after its head.
    var leavesAfter: Nanoseconds?
    /// Sends FIN this long after its complete request.
    var halfClosesAfter: Nanoseconds?
    /// How often it stops reading after something was sent to it, and for how long.
    var blocking = 0.0
    var blocksFor: Nanoseconds?

    init() {}

    init(random: inout RandomSource, workers: Int) {
        arrives = .milliseconds(random.below(4_000))
        worker = Int(random.below(UInt64(workers)))
        method = random.pick(["GET", "POST", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"])
        if method == "POST" || method == "PUT" || random.unit() < 0.05 {
            let count = Int(random.pick([1, 500, 3_000, 4_096, 9_000, 20_000]))
            body =
                random.unit() < 0.6
                ? .length(count) : .chunked(random.unit() < 0.1 ? 0 : count)
        }
        if random.unit() < 0.05 {
            method = random.pick(["CONNECT", "TRACE", "BREW"])
            body = .none
        }
        if random.unit() < 0.06 {
            method = "GET"
            body = .none
            isUpgrade = true
        }
        pieceCount = random.pick([100, 1_000, 5_000, 30_000])
        if body.count > 2_000 { pieceCount = max(pieceCount, 700) }
        gap = random.pick([.zero, .milliseconds(1), .milliseconds(30), .milliseconds(900)])
        isEndSeparate = random.unit() < 0.3
        expectsContinue = body.count > 0 && random.unit() < 0.15
        isOverCapacity = random.unit() < 0.01
        addFields(&random)
        misbehave(&random)
    }

    private mutating func addFields(_ random: inout RandomSource) {
        if random.unit() < 0.2 {
            let count = random.pick([1, 50, 400, 3_000])
            fields.append("x-request-timeout-ms: \(count)")
        }
        if random.unit() < 0.2 { fields.append("priority: u=\(random.below(8))") }
        if random.unit() < 0.1 { fields.append("x-outrider-attempt: 2") }
        if random.unit() < 0.1 { fields.append("idempotency-key: a") }
        if method == "OPTIONS", random.unit() < 0.5 {
            fields.append("max-forwards: \(random.below(2))")
        }
    }

    private mutating func misbehave(_ random: inout RandomSource) {
        if body.count > 0 {
            if random.unit() < 0.05 { stallsAt = Int(random.below(UInt64(body.count))) }
            if random.unit() < 0.03 { breaksAt = Int(random.below(UInt64(body.count))) }
        }
        if random.unit() < 0.12 {
            leavesAfter = .milliseconds(random.pick([0, 3, 40, 400, 2_500]))
        }
        if random.unit() < 0.1 { halfClosesAfter = .milliseconds(random.below(300)) }
        if random.unit() < 0.2 {
            blocking = 0.4
            blocksFor = random.pick([.milliseconds(1), .milliseconds(200), .seconds(20), nil])
        }
    }
}

extension RandomSource {
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(below(UInt64(elements.count)))]
    }
}
