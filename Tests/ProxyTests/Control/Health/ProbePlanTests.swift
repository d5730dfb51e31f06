import Config
import Testing

@testable import Proxy

@Suite struct ProbePlanTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var engine: Engine
        var path: String?
        var status: Int
        var isLoading: Bool
        var expected: ProbePlan.Verdict

        var testDescription: String { "\(engine) \(path ?? "preset") \(status) \(isLoading)" }

        init(_ engine: Engine, _ status: Int, loading: Bool = false, _ expected: ProbePlan.Verdict)
        {
            (self.engine, self.status, isLoading, self.expected) =
                (engine, status, loading, expected)
        }

        init(path: String, _ status: Int, loading: Bool = false, _ expected: ProbePlan.Verdict) {
            self.init(.generic, status, loading: loading, expected)
            self.path = path
        }
    }

    static let cases: [Case] = [
        Case(.generic, 200, .alive),
        Case(.generic, 204, .alive),
        Case(.generic, 401, .alive),
        Case(.generic, 404, .nextPage),
        Case(.generic, 405, .nextPage),
        Case(.generic, 500, .failed("/p answered 500")),
        Case(.generic, 503, .failed("/p answered 503")),
        Case(.generic, 503, loading: true, .loading("/p answered 503")),
        Case(.generic, 500, loading: true, .failed("/p answered 500")),
        Case(.llamacpp, 503, .loading("/p answered 503")),
        Case(.triton, 400, .loading("/p answered 400")),
        Case(.vllm, 503, .failed("/p answered 503")),
        Case(path: "/own", 200, .alive),
        Case(path: "/own", 302, .alive),
        Case(path: "/own", 404, .failed("/p answered 404")),
        Case(path: "/own", 503, loading: true, .loading("/p answered 503")),
    ]

    @Test(arguments: cases) func `a status is judged by engine and past`(_ given: Case) {
        var config = UpstreamConfig()
        config.engine = given.engine
        config.health.path = given.path

        let verdict = ProbePlan(config).judge(
            status: given.status,
            path: "/p",
            isLoading: given.isLoading
        )

        #expect(verdict == given.expected)
    }

    @Test(arguments: [
        (200, #"{"object":"list","data":[{"id":"m"}]}"#, true),
        (200, #"{"object":"list","data":[{"id":"cut of"#, true),
        (200, #"{"object":"list","data":[]}"#, false),
        (200, #"{"data":[ ]}"#, false),
        (200, #"{"models":[]}"#, true),
        (200, "no JSON", true),
        (200, #"{"data":["#, true),
        (404, #"{"data":[]}"#, true),
        (401, "", true),
    ])
    func `only an empty list says that no model is loaded`(
        _ status: Int,
        _ text: String,
        _ isAlive: Bool
    ) {
        let body = Array(text.utf8)

        let verdict = ProbePlan(UpstreamConfig()).judgeModels(
            status: status,
            body: body.span,
            path: "/v1/models"
        )

        #expect(verdict == (isAlive ? .alive : .loading("/v1/models lists no model")))
    }

    @Test func `a list that cannot be given is a failure`() {
        let body: [UInt8] = []

        let verdict = ProbePlan(UpstreamConfig()).judgeModels(
            status: 500,
            body: body.span,
            path: "/v1/models"
        )

        #expect(verdict == .failed("/v1/models answered 500"))
    }

    @Test func `a tcp check asks for no page and no list`() {
        var config = UpstreamConfig()
        config.engine = .vllm
        config.health.kind = .tcp

        let plan = ProbePlan(config)

        #expect(plan.paths.isEmpty)
        #expect(plan.modelListPath == nil)
    }

    @Test func `the list of models is asked for only when wanted`() {
        var config = UpstreamConfig()
        config.engine = .vllm
        let wanted = ProbePlan(config).modelListPath
        config.health.modelLoadedCheck = false

        #expect(wanted == "/v1/models")
        #expect(ProbePlan(config).modelListPath == nil)
    }
}
