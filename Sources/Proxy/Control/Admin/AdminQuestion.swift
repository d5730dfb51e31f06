import Base
import Wire

/// What the admin port is asked, and by whom.
struct AdminQuestion {
    enum Subject {
        case page(AdminRequest)
        /// By gRPC; of `list` the service says nothing.
        case health(GRPCHealth.Method, service: String)
    }

    /// Where the answer goes.
    struct Asker: Hashable {
        let connection: Handle<AdminConnection>
        /// `nil` in HTTP/1.1, where one is answered after the other.
        let stream: StreamID?
    }

    let asker: Asker
    let subject: Subject
}
