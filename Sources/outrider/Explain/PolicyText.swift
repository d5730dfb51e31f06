import Base
import Config
import Policy

/// The policies of a service on one line.
enum PolicyText {
    /// Tries, breaker and checks.
    static func line(of policies: UpstreamConfig) -> String {
        let tries = policies.retry.attempts == 1 ? "1 try" : "\(policies.retry.attempts) tries"
        let breaker = policies.breaker
        let failures = "\(breaker.consecutiveFailures) failures in a row"
        let pause = "\(breaker.openFor.millisecondsRoundedUp) ms"
        let checks = "\(policies.health.kind.rawValue) checks"
        let interval = "\(policies.health.interval.millisecondsRoundedUp) ms"
        return "\(tries), breaker opens after \(failures) for \(pause), \(checks) every \(interval)"
    }
}
