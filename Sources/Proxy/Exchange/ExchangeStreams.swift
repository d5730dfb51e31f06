import Base
import Reactor
import Wire

/// The stream on which a client that speaks HTTP/2 asks; nothing where it speaks HTTP/1.1.
struct ClientStream {
    /// `nil` in HTTP/1.1, which has no streams.
    var id: StreamID?
    /// Whether the request is a call of gRPC, whose status stands in trailers.
    var isGRPC = false
    /// Wakes the exchange: a connection's own timer serves one exchange at a time.
    var timer: TimerID?
    /// For when the timer is set; never later than the exchange's `wakeAt`.
    var timerAt = Instant.distantFuture
    /// Body bytes that came while nobody wanted more, for which the client has no credit yet.
    var uncredited = 0
    var isPaused = false
    /// Memory that the process's account knows of.
    var accountedBytes = 0
}

/// The stream on which a model that speaks HTTP/2 is asked; nothing where it speaks HTTP/1.1.
struct ModelStream {
    /// `nil` in HTTP/1.1, and while none is open.
    var id: StreamID?
    var uncredited = 0
    var isPaused = false
    /// How a call of gRPC ended, as far as it has.
    var grpcStatus: GRPCStatus?
}

extension Exchange {
    /// Whether the model is asked in HTTP/2: as it was configured, or as the client asks.
    var asksInStreams: Bool {
        mutating get {
            switch upstream.dialect {
            case .http1: false
            case .http2: true
            case .asClient:
                clientStream.id != nil && grant.map { !upstream.speaksHTTP1($0.endpoint) } ?? false
            }
        }
    }

    /// Whether a model that hangs up on HTTP/2 may be asked in HTTP/1.1 instead.
    var mayAskInHTTP1: Bool {
        mutating get {
            if case .asClient = upstream.dialect { !clientStream.isGRPC } else { false }
        }
    }
}
