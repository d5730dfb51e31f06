import Base
import Testing
import Wire

@Suite struct GRPCStatusTests {
    @Test(arguments: GRPCStatus.allCases) func `every number is read`(_ status: GRPCStatus) {
        let text = Array("\(status.rawValue)".utf8)

        #expect(GRPCStatus(text.span, 0..<text.count) == status)
    }

    @Test(arguments: ["17", "", "-1", "1x", "99999999999999999999"])
    func `what nobody knows is unknown`(_ value: String) {
        let text = Array(value.utf8)

        #expect(GRPCStatus(text.span, 0..<text.count) == .unknown)
    }

    @Test func `four statuses blame the server`() {
        let blamed = GRPCStatus.allCases.filter(\.isServerFailure)

        #expect(blamed == [.unknown, .internal, .unavailable, .dataLoss])
    }

    @Test(arguments: [
        ("application/grpc", true), ("Application/gRPC+proto", true),
        ("application/grpc; charset=x", true), ("application/grpc;x", true),
        ("application/grpc-web", false), ("application/grpcx", false), ("application/json", false),
        ("application/grp", false), ("", false),
    ])
    func `its media type is told from that of gRPC-Web`(_ type: String, _ isGRPC: Bool) {
        let text = Array("x\(type)y".utf8)

        #expect(GRPCStatus.isContentType(text.span, 1..<text.count - 1) == isGRPC)
    }
}
