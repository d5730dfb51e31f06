package import Base

/// What servers of gRPC are asked of their health, by `grpc.health.v1` and by those that serve
/// models ("Open Inference Protocol").
package enum GRPCHealth {
    /// What a server says of one of its services.
    package enum ServingStatus: UInt64, Sendable, Hashable {
        case unknown
        case serving
        case notServing
        /// The answer of `Watch` about a service that the server does not know, yet.
        case serviceUnknown

        /// The word for it in the protocol.
        package var name: String {
            switch self {
            case .unknown: "UNKNOWN"
            case .serving: "SERVING"
            case .notServing: "NOT_SERVING"
            case .serviceUnknown: "SERVICE_UNKNOWN"
            }
        }
    }

    /// A method of `grpc.health.v1.Health`.
    package enum Method: Sendable, Hashable {
        case check
        case watch
        case list

        /// The method that the path of a request names.
        package init?(path: Span<UInt8>) {
            let all = 0..<path.count
            if path.equals("/grpc.health.v1.Health/Check", all) {
                self = .check
            } else if path.equals("/grpc.health.v1.Health/Watch", all) {
                self = .watch
            } else if path.equals("/grpc.health.v1.Health/List", all) {
                self = .list
            } else {
                return nil
            }
        }
    }

    /// The call that asks about `service`; the name of the whole server is empty.
    package static func check(
        _ service: String,
        at host: String,
        timeout: Nanoseconds
    ) -> GRPCCall {
        var message = ByteBuffer()
        append(requestFor: service, to: &message)
        return GRPCCall(
            path: "/grpc.health.v1.Health/Check",
            host: host,
            message: message.withReadable { $0.array(0..<$0.count) },
            timeout: timeout
        )
    }

    /// The call that asks a server of models whether it is ready.
    package static func serverReady(at host: String, timeout: Nanoseconds) -> GRPCCall {
        GRPCCall(
            path: "/inference.GRPCInferenceService/ServerReady",
            host: host,
            timeout: timeout
        )
    }

    /// Appends a `HealthCheckRequest`; the name of the whole server is empty.
    package static func append(requestFor service: String, to output: inout ByteBuffer) {
        var name = ByteBuffer()
        name.append(service)
        name.withReadable { ProtobufWriter.append(1, bytes: $0, to: &output) }
    }

    /// The service that a `HealthCheckRequest` asks about; `nil` of what is none.
    package static func service(askedBy bytes: Span<UInt8>, _ message: Range<Int>) -> String? {
        guard let field = last(1, in: bytes, message) else { return nil }
        switch field {
        case .absent: return ""
        case .there(.bytes(let range)): return bytes.text(range)
        case .there: return nil
        }
    }

    /// Appends a `HealthCheckResponse`.
    package static func append(_ status: ServingStatus, to output: inout ByteBuffer) {
        ProtobufWriter.append(1, number: status.rawValue, to: &output)
    }

    /// What a `HealthCheckResponse` says; `nil` of what is none.
    package static func status(in bytes: Span<UInt8>, _ message: Range<Int>) -> ServingStatus? {
        guard let number = number(in: bytes, message) else { return nil }
        // A status that is newer than we are says nothing good.
        return ServingStatus(rawValue: number) ?? .unknown
    }

    /// Appends one service of a `HealthListResponse`.
    package static func append(
        _ status: ServingStatus,
        of service: String,
        to output: inout ByteBuffer
    ) {
        var response = ByteBuffer()
        append(status, to: &response)
        var entry = ByteBuffer()
        append(requestFor: service, to: &entry)
        ProtobufWriter.append(2, message: response, to: &entry)
        ProtobufWriter.append(1, message: entry, to: &output)
    }

    /// Whether a `ServerReadyResponse` says so; `nil` of what is none.
    package static func isReady(in bytes: Span<UInt8>, _ message: Range<Int>) -> Bool? {
        number(in: bytes, message).map { $0 != 0 }
    }

    /// The number in field 1.
    private static func number(in bytes: Span<UInt8>, _ message: Range<Int>) -> UInt64? {
        guard let field = last(1, in: bytes, message) else { return nil }
        switch field {
        case .absent: return 0
        case .there(.number(let number)): return number
        case .there: return nil
        }
    }

    private enum Found {
        case absent
        case there(ProtobufReader.Value)
    }

    /// The last field of this number; `nil` when the message is malformed.
    private static func last(
        _ number: UInt32,
        in bytes: Span<UInt8>,
        _ message: Range<Int>
    ) -> Found? {
        var reader = ProtobufReader(message)
        var found = Found.absent
        do throws(ProtobufReader.Failure) {
            while let field = try reader.next(bytes) {
                if field.number == number { found = .there(field.value) }
            }
        } catch {
            return nil
        }
        return found
    }
}
