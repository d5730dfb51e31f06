import Base
import Testing
import Wire

@Suite struct GRPCHealthTests {
    @Test(
        arguments: [
            ("/grpc.health.v1.Health/Check", .check), ("/grpc.health.v1.Health/Watch", .watch),
            ("/grpc.health.v1.Health/List", .list), ("/grpc.health.v1.Health/check", nil),
            ("/grpc.health.v1.Health/", nil), ("", nil),
        ] as [(String, GRPCHealth.Method?)]
    )
    func `a path names a method`(_ path: String, _ method: GRPCHealth.Method?) {
        let bytes = Array(path.utf8)

        #expect(GRPCHealth.Method(path: bytes.span) == method)
    }

    @Test(arguments: ["", "readiness", "ünï"]) func `a request names a service`(_ name: String) {
        let bytes = bytes { GRPCHealth.append(requestFor: name, to: &$0) }

        #expect(GRPCHealth.service(askedBy: bytes.span, 0..<bytes.count) == name)
        #expect(name.isEmpty == bytes.isEmpty)
    }

    @Test(arguments: [[0x08, 1], [0x0a, 5], [0x0a]] as [[UInt8]])
    func `what is no request names none`(_ bytes: [UInt8]) {
        #expect(GRPCHealth.service(askedBy: bytes.span, 0..<bytes.count) == nil)
    }

    @Test(
        arguments: [
            ([], .unknown), ([0x08, 1], .serving), ([0x08, 2], .notServing),
            ([0x08, 3], .serviceUnknown), ([0x08, 4], .unknown), ([0x08, 1, 0x08, 2], .notServing),
            ([0x12, 1, 65, 0x08, 1], .serving), ([0x0a, 0], nil), ([0x08], nil),
        ] as [([UInt8], GRPCHealth.ServingStatus?)]
    )
    func `an answer says how a service is`(
        _ bytes: [UInt8],
        _ status: GRPCHealth.ServingStatus?
    ) {
        #expect(GRPCHealth.status(in: bytes.span, 0..<bytes.count) == status)
    }

    @Test func `an answer is written as it is read`() {
        #expect(bytes { GRPCHealth.append(.serving, to: &$0) } == [0x08, 1])
        #expect(bytes { GRPCHealth.append(.notServing, to: &$0) } == [0x08, 2])
        #expect(bytes { GRPCHealth.append(.unknown, to: &$0) } == [])
    }

    @Test func `a list has an entry for each service`() {
        let written = bytes { output in
            GRPCHealth.append(.serving, of: "", to: &output)
            GRPCHealth.append(.notServing, of: "a", to: &output)
        }

        let first: [UInt8] = [0x0a, 4, 0x12, 2, 0x08, 1]
        #expect(written == first + [0x0a, 7, 0x0a, 1, 97, 0x12, 2, 0x08, 2])
    }

    @Test(
        arguments: [([], false), ([0x08, 1], true), ([0x08, 0], false), ([0x0a, 0], nil)]
            as [([UInt8], Bool?)]
    )
    func `a server of models says whether it is ready`(_ bytes: [UInt8], _ isReady: Bool?) {
        #expect(GRPCHealth.isReady(in: bytes.span, 0..<bytes.count) == isReady)
    }

    private func bytes(_ write: (inout ByteBuffer) -> Void) -> [UInt8] {
        var buffer = ByteBuffer()
        write(&buffer)
        return buffer.withReadable { $0.array(0..<$0.count) }
    }
}
