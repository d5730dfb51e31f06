import Base
import Testing

@testable import Wire

@Suite struct HTTP2SettingsTests {
    @Test(
        arguments: [
            (2, 2, HTTP2ErrorCode.protocolError), (4, 0x8000_0000, .flowControlError),
            (5, 16_383, .protocolError), (5, 1 << 24, .protocolError), (8, 2, .protocolError),
        ] as [(UInt16, UInt32, HTTP2ErrorCode)]
    )
    func `a value out of its range is an error (RFC 9113 §6.5.2)`(
        _ parameter: UInt16,
        _ value: UInt32,
        _ code: HTTP2ErrorCode
    ) {
        let found = failure(of: [(parameter, value)], .client)

        #expect(found == code)
    }

    @Test(
        arguments: [
            (1, 0), (1, .max), (2, 0), (2, 1), (3, 0), (3, .max), (4, 0), (4, 0x7fff_ffff),
            (5, 16_384), (5, (1 << 24) - 1), (6, 0), (8, 0), (8, 1), (0xffff, 7),
        ] as [(UInt16, UInt32)]
    )
    func `a value within its range is taken, an unknown one passed over`(
        _ parameter: UInt16,
        _ value: UInt32
    ) {
        let found = failure(of: [(parameter, value)], .client)

        #expect(found == nil)
    }

    @Test func `a server may not say that it takes pushes`() {
        #expect(failure(of: [(2, 1)], .server) == .protocolError)
        #expect(failure(of: [(2, 0)], .server) == nil)
    }

    @Test func `extended CONNECT is not taken back (RFC 8441 §3)`() {
        #expect(failure(of: [(8, 1), (8, 0)], .server) == .protocolError)
    }

    @Test func `a server says what it allows`() {
        var output = ByteBuffer()
        HTTP2Settings.append(.server, HTTP2Limits(), to: &output)

        let frames = TestFrame.all(in: &output)

        #expect(frames == [.settings([(6, 65_536), (3, 100), (8, 1)])])
    }

    @Test func `a client takes no pushes`() {
        var limits = HTTP2Limits()
        limits.streamWindow = 100_000
        var output = ByteBuffer()
        HTTP2Settings.append(.client, limits, to: &output)

        let frames = TestFrame.all(in: &output)

        #expect(frames == [.settings([(6, 65_536), (2, 0), (4, 100_000)])])
    }

    private func failure(
        of parameters: [(UInt16, UInt32)],
        _ role: HTTP2Connection.Role
    ) -> HTTP2ErrorCode? {
        var settings = HTTP2Settings()
        do throws(HTTP2Violation) {
            for (parameter, value) in parameters {
                try settings.apply(parameter, value, of: role)
            }
            return nil
        } catch {
            guard case .connection(let code) = error else { return .internalError }
            return code
        }
    }
}
