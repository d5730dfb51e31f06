import Base
import Config
import Policy
import Reactor
import Synchronization
import Telemetry

/// What the admin port answers.
extension ControlLoop {
    mutating func serveAdmin(_ event: Poller.Event) {
        guard let handle = admin?.ready(event.data, event, &reactor) else { return }
        while let question = admin?.next(handle, &reactor) {
            switch question.subject {
            case .page(let request):
                if let answer = answer(request) {
                    admin?.answer(question.asker, answer, &reactor)
                } else {
                    admin?.holdUntilDrained(question.asker, &reactor)
                }
            case .health(let method, let service):
                prober.refresh(&reactor)
                let report = report()
                admin?.answer(question.asker, method, of: service, report, &reactor)
            }
        }
    }

    /// Tells those who watch our health what has changed of it.
    mutating func tellWatchers() {
        guard admin?.isWatched == true else { return }
        let report = report()
        admin?.tellWatchers(report, &reactor)
    }

    /// The answer, or `nil` for one that comes when the drain is over.
    private mutating func answer(_ request: AdminRequest) -> AdminAnswer? {
        guard let route = request.route else {
            return .error(404, code: "not_found", "There is no such page.")
        }
        guard route.allows(request.method) else {
            let message = "\(route.allowed) is what this page answers."
            var answer = AdminAnswer.error(405, code: "method_not_allowed", message)
            answer.allow = route.allowed
            return answer
        }
        if route.isCommand {
            guard request.mayCommand(token: server.snapshot.config.adminToken) else {
                let message = "Commands come from this machine or with the admin token."
                return .error(403, code: "forbidden", message)
            }
            return command(route)
        }
        if route == .waitForDrain {
            let isOver = drain == .over && abandonedAt == nil
            return isOver ? .text(200, "drained") : nil
        }
        return page(route, request)
    }

    private mutating func command(_ route: AdminRoute) -> AdminAnswer {
        switch route {
        case .drain:
            beginDrain()
            return .text(200, "draining")
        case .undrain:
            if undrain() { return .text(200, "serving") }
            return .error(409, code: "exiting", "The process was told to end.")
        default:
            let problems = reload()
            guard !problems.isEmpty else {
                return .text(200, "reloaded, generation \(server.snapshot.generation)")
            }
            return .error(422, code: "invalid_configuration", problems.joined(separator: "\n"))
        }
    }

    private mutating func page(_ route: AdminRoute, _ request: AdminRequest) -> AdminAnswer {
        prober.refresh(&reactor)
        let report = report()
        switch route {
        case .liveness:
            return report.isTurning ? .text(200, "ok") : .text(503, "an event loop does not turn")
        case .startup:
            return report.hasStarted ? .text(200, "ok") : .text(503, "the model is loading")
        case .readiness(let isVerbose):
            var answer = AdminAnswer(report.isReady ? 200 : 503)
            if isVerbose {
                ReadinessPage.append(report, to: &answer.body)
            } else {
                answer.body.append(report.isReady ? "ok\n" : "not ready: \(report.state)\n")
            }
            return answer
        case .upstreamLiveness:
            return report.isModelAlive ? .text(200, "ok") : .text(503, report.state.rawValue)
        case .status:
            var answer = AdminAnswer(200, "application/health+json")
            StatusPage.append(report, to: &answer.body)
            return answer
        case .home:
            var answer = AdminAnswer(200, "text/html; charset=utf-8")
            HomePage.append(report, to: &answer.body)
            return answer
        case .metrics:
            return metrics(request.wantsOpenMetrics ? .openMetrics : .prometheus)
        case .config:
            var answer = AdminAnswer(200, "application/json")
            answer.body.append(settings.loaded.effective())
            return answer
        default:
            return recorded(route)
        }
    }

    private func recorded(_ route: AdminRoute) -> AdminAnswer {
        var answer = AdminAnswer(200, "application/json")
        let recorder = server.lifecycle.recorder
        guard case .request(let id) = route else {
            recorder.appendListing(server.snapshot.names, to: &answer.body)
            return answer
        }
        let bytes = Array(id.utf8)
        if recorder.append(id: bytes.span, server.snapshot.names, to: &answer.body) {
            return answer
        }
        return .error(404, code: "not_found", "No recent request has this identifier.")
    }

    private func metrics(_ format: PrometheusText.Format) -> AdminAnswer {
        let cells = server.cells.process
        if let stats = ProcessStats.now() {
            cells.residentMemory.set(Int(clamping: stats.residentBytes))
            cells.processorTime.set(Int(clamping: stats.cpuTime.count))
            let started = Nanoseconds.seconds(stats.startSeconds)
            cells.startTime.set(Int(clamping: started.count))
        }
        if let count = Descriptors.openCount() { cells.openDescriptors.set(count) }
        cells.bufferBytes.set(server.lifecycle.bufferedBytes)
        var answer = AdminAnswer()
        answer.contentType = format.contentType
        PrometheusText.append(server.cells.registry, format: format, to: &answer.body)
        return answer
    }
}
