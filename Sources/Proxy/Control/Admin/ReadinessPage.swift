import Base

/// `/readyz` in words, one line for each thing it depends on.
enum ReadinessPage {
    /// Appends `[+]name ok` and `[-]name failed: reason` lines and the verdict.
    static func append(_ report: StatusReport, to output: inout ByteBuffer) {
        for check in report.checks {
            if let problem = check.problem {
                output.append("[-]\(check.name) failed: \(line(problem))\n")
            } else if let warning = check.warning {
                output.append("[+]\(check.name) warning: \(line(warning)) ok\n")
            } else {
                output.append("[+]\(check.name) ok\n")
            }
        }
        output.append(report.isReady ? "readyz check passed\n" : "readyz check failed\n")
    }

    /// Evidence may quote what a peer sent; it must not become a second line.
    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? "?" : $0 }))
    }
}
