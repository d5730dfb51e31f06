/// The guided tour of an interactive demonstration: lines to copy, and what they show.
struct Guide {
    let places: Places
    /// How this program was called, for the lines that call it again.
    let program: String
    let paint: Paint

    /// One part of the tour.
    struct Stop {
        let title: String
        let lines: [(remark: String, command: String)]
    }

    /// Everything there is to say.
    var text: String {
        let parts = stops.enumerated().map { index, stop in
            let lines = stop.lines.map {
                remark($0.remark) + "   \(paint.command($0.command))\n"
            }
            return paint.strong("\(index + 1). \(stop.title)") + "\n" + lines.joined()
        }
        return table + "\n" + callers + "\n" + parts.joined(separator: "\n")
    }

    /// Nothing where the line before has said it.
    private func remark(_ text: String) -> String {
        text.isEmpty ? "" : "   \(paint.faint("# " + text))\n"
    }

    private var table: String {
        let rows = [
            row("gateway", places.gateway), row("sentiment 1.0.0", places.sentiment),
            row("sentiment 2.0.0", places.candidate), row("chat", places.chat),
        ]
        return """
            \(paint.strong("One gateway, and sample models that each run behind their own sidecar."))

                              traffic   admin   model (a sample, in this process)
            \(rows.joined(separator: "\n"))

            """
    }

    private func row(_ name: String, _ ports: Ports) -> String {
        let model = ports.model.map { String($0) } ?? "all of the below"
        return "  \(cell(name, 17)) \(cell(String(ports.traffic), 9)) "
            + "\(cell(String(ports.admin), 7)) \(model)"
    }

    private var callers: String {
        let rows = places.callers.map { caller in
            "  \(cell(caller.id, 9)) \(cell(caller.models, 18)) \(caller.key)"
        }
        return """
              caller    may use            key
            \(rows.joined(separator: "\n"))

            """
    }

    private func cell(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
