import Base

/// What the model does with one attempt.
struct ModelPlan {
    enum Opening {
        /// From the pool: ready before `connect` returns.
        case reused
        case opens(Nanoseconds)
        case refused(Nanoseconds)
        case silent
        /// No further connection may be opened.
        case exhausted
    }
    enum Framing {
        case none
        case length
        case chunked
        case untilClose
    }
    enum Fault {
        case silence
        case reset
        case malformed
    }

    var opening = Opening.opens(.milliseconds(1))
    /// The connection had closed: no byte of the request is taken.
    var isStale = false
    /// Stops taking the request after so many bytes, and for how long.
    var blocksAt: Int?
    var blocksFor: Nanoseconds?
    /// Answers without waiting for the body.
    var isEarly = false
    var thinks = Nanoseconds.milliseconds(5)
    var interims = 0
    var status = 200
    var framing = Framing.length
    var pieces = 3
    var gap = Nanoseconds.milliseconds(2)
    var retryAfter: Int?
    /// What goes wrong at which step: 0 is the head, then each piece of the body.
    var fault: (kind: Fault, step: Int)?
    /// Who ends a tunnel first.
    var endsTunnel = true

    init() {}

    init(random: inout RandomSource, traits: ModelTraits) {
        let luck = random.unit()
        if luck < traits.refusing {
            opening = .refused(random.pick([.zero, .milliseconds(2)]))
        } else if luck < traits.refusing + 0.02 {
            opening = .silent
        } else if luck < traits.refusing + 0.03 {
            opening = .exhausted
        } else if random.unit() < 0.5 {
            opening = .reused
            isStale = random.unit() < 0.15
        } else {
            opening = .opens(.milliseconds(random.pick([0, 1, 20])))
        }
        if random.unit() < 0.15 {
            blocksAt = Int(random.below(9_000))
            blocksFor = random.pick([.zero, .milliseconds(50), .seconds(2), nil])
        }
        isEarly = random.unit() < 0.1
        thinks = random.pick([
            .zero, .milliseconds(2), .milliseconds(30), .milliseconds(400), .seconds(2),
        ])
        interims = random.unit() < 0.1 ? Int(random.below(3)) + 1 : 0
        status = random.unit() < traits.failing ? random.pick([500, 502, 503, 504]) : 200
        if random.unit() < 0.05 { status = random.pick([204, 304, 404, 429, 501, 600]) }
        framing = random.pick([.length, .chunked, .chunked, .untilClose, .none])
        pieces = Int(random.below(6)) + 1
        gap = random.pick([.zero, .milliseconds(1), .milliseconds(20), .milliseconds(700)])
        if status >= 500, random.unit() < 0.3 { retryAfter = Int(random.below(3)) }
        if random.unit() < traits.breaking {
            let kind = random.pick([Fault.silence, .reset, .malformed])
            fault = (kind, Int(random.below(UInt64(pieces + 1))))
        }
        endsTunnel = random.unit() < 0.5
    }
}

/// How bad the model of one simulation is.
struct ModelTraits {
    var refusing = 0.0
    var failing = 0.0
    var breaking = 0.0

    init() {}

    init(random: inout RandomSource) {
        refusing = random.pick([0, 0, 0, 0.02, 0.2])
        failing = random.pick([0, 0.05, 0.3, 0.9])
        breaking = random.pick([0, 0.05, 0.3])
    }
}
