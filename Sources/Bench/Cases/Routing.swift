import Base
import Routing
import Wire

extension Case {
    /// Where a request goes.
    static let routing = [
        Case("path: check that it is normal") { count in
            let path = Array("/v1/models/llama-3-8b/versions/1.4/predict".utf8)
            for _ in 0..<count {
                guard case .normal = PathNormaliser.check(path.span, 0..<path.count) else {
                    leave("the path is not normal")
                }
            }
        },
        Case("route: one of 1,000 by its path") { count in
            let table = RouteTable(
                (0..<1_000).map { index in
                    var route = Route(name: "r\(index)", service: "s")
                    route.match.path = "/v1/models/m\(index)/predict"
                    return route
                }
            )
            let head = requestHead(Heads.sdk)
            let path = Array("/v1/models/m700/predict".utf8)
            for _ in 0..<count {
                let match = table.match(head, path: path.span, caller: .none, model: .absent)
                guard match == .route(700) else { leave("the route was not found") }
            }
        },
        Case("model look-ahead: 300 bytes before it") { count in
            let messages = #"[{"role":"user","content":"\#(filler)"}]"#
            let body = Array(#"{"messages":\#(messages),"model":"llama-3-8b"}"#.utf8)
            for _ in 0..<count {
                var ahead = ModelLookAhead()
                guard case .found = ahead.feed(body.span) else { leave("no model was found") }
            }
        },
    ]

    private static let filler = String(repeating: "word ", count: 50)
}
