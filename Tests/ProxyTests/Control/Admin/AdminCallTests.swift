import Base
import Testing
import Wire

@testable import Proxy

@Suite struct AdminCallTests {
    private let check = "/grpc.health.v1.Health/Check"

    @Test(
        arguments: [
            ([0, 0, 0, 0, 0], ""), ([0, 0, 0, 0, 3, 10, 1, 97], "a"),
        ] as [([UInt8], String)]
    )
    func `a call asks about a service`(_ body: [UInt8], _ service: String) {
        guard case .success(.health(.check, service)) = subject(check, body) else {
            Issue.record("\(subject(check, body))")
            return
        }
    }

    @Test(
        arguments: [
            ("/grpc.health.v1.Health/Guess", [0, 0, 0, 0, 0], .unimplemented),
            ("/grpc.health.v1.Health/Check", [1, 0, 0, 0, 0], .unimplemented),
            ("/grpc.health.v1.Health/Check", [7, 0, 0, 0, 0], .invalidArgument),
            ("/grpc.health.v1.Health/Check", [0, 0, 0, 0x10, 1], .invalidArgument),
            ("/grpc.health.v1.Health/Check", [], .invalidArgument),
            ("/grpc.health.v1.Health/Check", [0, 0, 0, 0, 1], .invalidArgument),
            ("/grpc.health.v1.Health/Check", [0, 0, 0, 0, 1, 10], .invalidArgument),
        ] as [(String, [UInt8], GRPCStatus)]
    )
    func `what is no call of ours is refused`(
        _ path: String,
        _ body: [UInt8],
        _ status: GRPCStatus
    ) {
        guard case .failure(let refusal) = subject(path, body) else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.status == status)
    }

    @Test func `a refusal is a head and nothing else`() {
        var output = ByteBuffer()
        AdminCall.append(AdminCall.Refusal(.notFound, "no"), to: &output)

        #expect(
            output.text() == "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n"
                + "grpc-status: 5\r\ngrpc-message: no\r\n\r\n"
        )
    }

    private func subject(
        _ path: String,
        _ body: [UInt8]
    ) -> Result<AdminQuestion.Subject, AdminCall.Refusal> {
        let path = Array(path.utf8)
        return AdminCall.subject(path.span, body.span)
    }
}
