import Base
import Policy

/// `/`: the state at a glance and a way to every other page, without script and from no other host.
enum HomePage {
    private static let links: [(path: StaticString, text: StaticString)] = [
        ("/livez", "event loops turn"),
        ("/startupz", "the model has been ready once"),
        ("/readyz?verbose", "ready for requests, and why not"),
        ("/upstream-livez", "the model needs no restart"),
        ("/status", "everything, as health+json"),
        ("/metrics", "Prometheus"),
        ("/config", "configuration in force, and where it came from"),
        ("/requests", "the last requests"),
    ]

    /// Appends the whole page.
    static func append(_ report: StatusReport, to output: inout ByteBuffer) {
        output.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>")
        appendEscaped(report.service, to: &output)
        output.append(
            """
             - outrider</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 44em; margin: 2em auto; \
            padding: 0 1em; color: #1b1f24; background: #fff }
            table { border-collapse: collapse; width: 100% }
            td, th { text-align: left; padding: .3em .6em .3em 0; border-bottom: 1px solid #ccc }
            @media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16181c } \
            a { color: #8ab4f8 } }
            </style>
            <h1>
            """
        )
        appendEscaped(report.service, to: &output)
        output.append(": \(report.state.rawValue)</h1>\n<table>\n")
        output.append("<tr><th>endpoint<th>state<th>in flight<th>last change\n")
        let served = report.gateway?.services.flatMap { $0.versions.map(\.upstream) }
        for endpoint in (served ?? report.upstreams).flatMap(\.endpoints) {
            output.append("<tr><td>")
            appendEscaped(endpoint.name, to: &output)
            output.append("<td>\(endpoint.state.rawValue)<td>\(endpoint.inFlight)<td>")
            appendEscaped(endpoint.evidence, to: &output)
            output.append("\n")
        }
        output.append("</table>\n<table>\n")
        for (path, text) in links {
            output.append("<tr><td><a href=\"")
            output.append(path)
            output.append("\">")
            output.append(path)
            output.append("</a><td>")
            output.append(text)
            output.append("\n")
        }
        output.append("</table>\n<p>outrider ")
        appendEscaped(report.productVersion, to: &output)
        output.append("</p>\n</html>\n")
    }

    /// Appends text that may hold anything.
    static func appendEscaped(_ text: String, to output: inout ByteBuffer) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): output.append("&lt;")
            case UInt8(ascii: ">"): output.append("&gt;")
            case UInt8(ascii: "&"): output.append("&amp;")
            case UInt8(ascii: "\""): output.append("&quot;")
            default: output.append(byte)
            }
        }
    }
}
