import Base
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeGRPCTests {
    private func call(_ type: String = "application/grpc") throws -> PlayedExchange {
        let played = try PlayedExchange("POST /s/M HTTP/1.1", ["content-type: \(type)"])
        played.exchange.noteGRPC()
        return played
    }

    @Test func `a call is known by its media type`() throws {
        #expect(try call().exchange.clientStream.isGRPC)
        #expect(try !call("application/json").exchange.clientStream.isGRPC)
    }

    @Test(arguments: Reason.allCases)
    func `a refusal is a head alone that tells status and reason`(_ reason: Reason) throws {
        let played = try call()
        var output = ByteBuffer()

        played.exchange.appendGRPCReply(reason, date: Array("now".utf8), to: &output)

        let text = output.withReadable { $0.text(0..<$0.count) }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n"))
        #expect(text.contains("\r\ngrpc-status: \(reason.grpcStatus.rawValue)\r\n"))
        #expect(text.contains("\r\ngrpc-message: \(reason.code): "))
        #expect(text.contains("details=\"\(reason.code)\"\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: [
        ("14", true), ("13", true), ("2", true), ("15", true), ("0", false), ("5", false),
    ])
    func `a failure in the head counts against the model`(
        _ status: String,
        _ isFailure: Bool
    ) throws {
        let played = try call()
        played.beginAndConnect()
        played.tell(.requestBody(count: 0, isLast: true))
        let fields = [
            "content-type: application/grpc", "grpc-status: \(status)", "content-length: 0",
        ]
        _ = try played.respond(200, fields)
        played.exchange.noteGRPCStatus()

        #expect(played.exchange.modelStream.grpcStatus?.isServerFailure == isFailure)
    }
}
