import Base
import Policy

extension ConfigKey<RetryPolicy.Settings> {
    /// The keys of `retry`.
    static let all: [ConfigKey<RetryPolicy.Settings>] = [
        ConfigKey("attempts", \.attempts, .integer(1...10), "Tries in all, the first included."),
        ConfigKey(
            "on",
            \.on,
            .set(of: .word("a condition")),
            "What is retried; statuses only for idempotent methods."
        ),
        ConfigKey(
            "budget.ratio",
            \.budgetRatio,
            .number(0...1),
            "Retries in flight as a share of requests in flight."
        ),
        ConfigKey(
            "budget.floor",
            \.budgetFloor,
            .integer(0...10_000),
            "Retries in flight that are always allowed."
        ),
        ConfigKey(
            "backoff.base",
            \.backoffBase,
            .duration(.zero ... .seconds(60)),
            "Upper end of the random wait before the first retry; doubles from there."
        ),
        ConfigKey(
            "backoff.max",
            \.backoffMax,
            .duration(.zero ... .seconds(600)),
            "Bound of that upper end."
        ),
        ConfigKey(
            "replayBody",
            \.replayBody,
            .size(ByteCount(0) ... .mebibytes(64)),
            "Largest request body that is kept for a retry."
        ),
        ConfigKey(
            "maxRetryAfter",
            \.maxRetryAfter,
            .duration(.zero ... .seconds(86_400)),
            "Longest `Retry-After` of the model that is honoured."
        ),
        ConfigKey(
            "trustIdempotencyKey",
            \.trustIdempotencyKey,
            .boolean,
            "Whether a POST that carries `idempotency-key` is retried."
        ),
        ConfigKey(
            "nonIdempotent",
            \.nonIdempotent,
            .boolean,
            "Whether every POST is retried; only for models without side effects."
        ),
    ]
}

extension ConfigKey<CircuitBreaker.Settings> {
    /// The keys of `breaker`.
    static let all: [ConfigKey<CircuitBreaker.Settings>] = [
        ConfigKey(
            "consecutiveFailures",
            \.consecutiveFailures,
            .integer(1...10_000),
            "Failures in a row that open the breaker."
        ),
        ConfigKey(
            "failureRate",
            \.failureRate,
            .number(0.01...1),
            "Share of failures within `window` that opens it."
        ),
        ConfigKey(
            "minimumCalls",
            \.minimumCalls,
            .integer(1...100_000),
            "Outcomes within `window` below which the shares say nothing."
        ),
        ConfigKey(
            "window",
            \.window,
            .duration(.seconds(1) ... .seconds(3_600)),
            "How far the shares look back."
        ),
        ConfigKey(
            "slowCall.firstByte",
            \.slowFirstByte,
            .optional(.duration()),
            "A first byte later than this makes a call slow; `null` switches the rule off."
        ),
        ConfigKey(
            "slowCall.rate",
            \.slowRate,
            .number(0.01...1),
            "Share of slow calls within `window` that opens it."
        ),
        ConfigKey(
            "openFor",
            \.openFor,
            .duration(.milliseconds(1) ... .seconds(3_600)),
            "First pause, doubled after each failed probe."
        ),
        ConfigKey(
            "maxOpenFor",
            \.maxOpenFor,
            .duration(.milliseconds(1) ... .seconds(86_400)),
            "Longest pause."
        ),
        ConfigKey("jitter", \.jitter, .number(0...0.9), "Share by which pauses vary either way."),
        ConfigKey(
            "halfOpenProbes",
            \.halfOpenProbes,
            .integer(1...100),
            "Requests let through as probes after a pause."
        ),
        ConfigKey(
            "rampUp",
            \.rampUp,
            .duration(.zero ... .seconds(3_600)),
            "Time from the good probe until everything is admitted again."
        ),
    ]
}

extension ConfigKey<AdmissionQueue.Settings> {
    /// The keys of `admission`.
    static let all: [ConfigKey<AdmissionQueue.Settings>] = [
        ConfigKey(
            "concurrency",
            \.concurrency,
            .integer(1...65_536),
            "Requests at the model at the same time."
        ),
        ConfigKey("queue", \.queue, .integer(0...65_536), "Requests that may wait."),
        ConfigKey(
            "queueTimeout",
            \.queueTimeout,
            .duration(.milliseconds(1) ... .seconds(3_600)),
            "Longest wait."
        ),
        ConfigKey(
            reserved: "adaptive",
            [.boolean(false)],
            "Concurrency that finds its own limit."
        ),
        ConfigKey(
            "shadow",
            \.shadow,
            .boolean,
            "Whether refusals are only counted and never made."
        ),
        ConfigKey(
            "priorities",
            \.priorities,
            .boolean,
            "Whether the `priority` header orders the queue."
        ),
    ]
}
