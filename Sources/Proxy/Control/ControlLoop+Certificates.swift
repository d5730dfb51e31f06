import Base
import Config
import Reactor

/// What is told of certificates before they expire.
extension ControlLoop {
    /// Between two warnings of the same certificates.
    private static let warningPause = Nanoseconds.seconds(86_400)

    /// Shows when certificates end and, once a day, warns of those that soon do.
    mutating func warnOfCertificates() {
        guard certificatesAt <= reactor.now else { return }
        certificatesAt = reactor.now.advanced(by: Self.warningPause)
        let certificates = server.snapshot.certificates
        server.cells.show(certificates)
        let seconds = Int(clamping: Clock.wall() / 1_000_000_000)
        for certificate in certificates {
            if let warning = certificate.warning(unixSeconds: seconds) { Complaint.write(warning) }
        }
    }
}
