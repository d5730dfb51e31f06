import Config
import Testing
import Wire

@testable import Proxy

@Suite struct ProbePlanCallsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var call: HealthCall
        var status: GRPCStatus
        var message: [UInt8]?
        var complaint: String?
        /// What it says of a model that was ready; of one that was not, it may be loading.
        var isAlwaysFailure = false

        var testDescription: String { "\(call) \(status) \(message ?? [])" }

        init(_ call: HealthCall, _ message: [UInt8]?, _ complaint: String?) {
            (self.call, status, self.message, self.complaint) = (call, .ok, message, complaint)
        }

        init(_ status: GRPCStatus, isAlwaysFailure: Bool, _ complaint: String?) {
            (call, self.status, self.complaint) = (.check(service: ""), status, complaint)
            self.isAlwaysFailure = isAlwaysFailure
        }
    }

    static let cases: [Case] = [
        Case(.check(service: ""), [8, 1], nil),
        Case(.check(service: ""), [8, 2], "Check answered NOT_SERVING"),
        Case(.check(service: ""), [8, 3], "Check answered SERVICE_UNKNOWN"),
        Case(.check(service: ""), [], "Check answered UNKNOWN"),
        Case(.check(service: ""), nil, "Check answered UNKNOWN"),
        Case(.check(service: ""), [8], "Check answered what is no health"),
        Case(.serverReady, [8, 1], nil),
        Case(.serverReady, [], "ServerReady answered that it is not"),
        Case(.serverReady, [8], "ServerReady answered that it is not"),
        Case(.permissionDenied, isAlwaysFailure: false, nil),
        Case(.unauthenticated, isAlwaysFailure: false, nil),
        Case(.notFound, isAlwaysFailure: false, "Check ended with grpc-status 5"),
        Case(.unavailable, isAlwaysFailure: false, "Check ended with grpc-status 14"),
        Case(.internal, isAlwaysFailure: true, "Check ended with grpc-status 13"),
        Case(.unknown, isAlwaysFailure: true, "Check ended with grpc-status 2"),
    ]

    @Test(arguments: cases) func `an answer is judged by what it says`(_ given: Case) {
        var answer = GRPCCall.Answer()
        answer.status = given.status
        answer.message = given.message

        let plan = ProbePlan(UpstreamConfig())
        let later = plan.judge(answer, to: given.call, isLoading: false)
        let first = plan.judge(answer, to: given.call, isLoading: true)

        #expect(later == given.complaint.map { .failed($0) } ?? .alive)
        let isLoading = given.complaint != nil && !given.isAlwaysFailure
        #expect(first == (isLoading ? .loading(given.complaint ?? "") : later))
    }

    @Test(arguments: [true, false])
    func `a server that says our time is over first did not answer in time`(_ isLoading: Bool) {
        var answer = GRPCCall.Answer()
        answer.status = .deadlineExceeded

        let verdict = ProbePlan(UpstreamConfig())
            .judge(answer, to: .serverReady, isLoading: isLoading)

        #expect(verdict == .timedOut)
    }

    @Test(arguments: [404, 200, 503]) func `an answer without gRPC is a failure`(_ status: Int) {
        var answer = GRPCCall.Answer()
        answer.httpStatus = status
        let plan = ProbePlan(UpstreamConfig())

        let verdict = plan.judge(answer, to: .serverReady, isLoading: false)
        let first = plan.judge(answer, to: .serverReady, isLoading: true)

        let evidence = "ServerReady answered \(status) and no grpc-status"
        #expect(verdict == .failed(evidence))
        #expect(first == (status == 503 ? .loading(evidence) : .failed(evidence)))
    }
}
