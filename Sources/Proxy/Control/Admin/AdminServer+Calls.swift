import Base
import Wire

/// Calls of gRPC: what probes and load balancers ask that speak nothing else.
extension AdminServer {
    /// Connections whose calls are told of changes.
    private var watched: [Handle<AdminConnection>] {
        guard connections.count > 0 else { return [] }
        return connections.handles().filter { connections[$0].watcherCount > 0 }
    }

    /// Whether anybody is to be told of changes.
    var isWatched: Bool { !watched.isEmpty }

    /// Answers a call that `next` gave.
    mutating func answer(
        _ asker: AdminQuestion.Asker,
        _ method: GRPCHealth.Method,
        of service: String,
        _ report: StatusReport,
        _ reactor: inout ControlReactor
    ) {
        let handle = asker.connection
        guard let stream = asker.stream, connections.contains(handle) else { return }
        var message = ByteBuffer()
        switch method {
        case .check:
            guard let own = OwnHealth(rawValue: service) else {
                return refuse(asker, .init(.notFound, "there is no such service"), &reactor)
            }
            GRPCHealth.append(own.status(report), to: &message)
        case .list:
            OwnHealth.append(listOf: report, to: &message)
        case .watch:
            return watch(asker, service, report, &reactor)
        }
        connections[handle].reply(stream, message)
        settle(handle, &reactor)
    }

    /// Tells everybody who watches what they do not know yet.
    mutating func tellWatchers(_ report: StatusReport, _ reactor: inout ControlReactor) {
        for handle in watched where connections[handle].tellWatchers(report) {
            settle(handle, &reactor)
        }
    }

    private mutating func watch(
        _ asker: AdminQuestion.Asker,
        _ service: String,
        _ report: StatusReport,
        _ reactor: inout ControlReactor
    ) {
        let handle = asker.connection
        let count = watched.reduce(0) { $0 + connections[$1].watcherCount }
        guard count < Self.watcherLimit, let stream = asker.stream else {
            return refuse(asker, .init(.resourceExhausted, "too many watch already"), &reactor)
        }
        connections[handle].watch(stream, service)
        _ = connections[handle].tellWatchers(report)
        settle(handle, &reactor)
    }

    private mutating func refuse(
        _ asker: AdminQuestion.Asker,
        _ refusal: AdminCall.Refusal,
        _ reactor: inout ControlReactor
    ) {
        guard let stream = asker.stream else { return }
        connections[asker.connection].refuse(stream, refusal)
        settle(asker.connection, &reactor)
    }
}

/// The same on one connection, which lends its outbox.
extension AdminConnection {
    fileprivate var watcherCount: Int { streams?.watcherCount ?? 0 }

    fileprivate mutating func reply(_ stream: StreamID, _ message: borrowing ByteBuffer) {
        streams?.reply(stream, message, to: &outbox)
    }

    fileprivate mutating func refuse(_ stream: StreamID, _ refusal: AdminCall.Refusal) {
        streams?.refuse(stream, refusal, to: &outbox)
    }

    fileprivate mutating func watch(_ stream: StreamID, _ service: String) {
        streams?.watch(stream, service, to: &outbox)
    }

    /// Says whether there was any news.
    fileprivate mutating func tellWatchers(_ report: StatusReport) -> Bool {
        let before = outbox.readableCount
        streams?.tellWatchers(to: &outbox) { OwnHealth.watched($0, report) }
        return outbox.readableCount > before
    }
}
