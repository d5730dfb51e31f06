import Base
import Testing
import Wire

@testable import Routing

/// The head of `line`, such as `POST /v1/chat?x=1`, with `fields` and a host.
func head(
    _ line: String,
    host: String = "api.example.com",
    _ fields: [String] = []
) throws
    -> RequestHead
{
    let lines = ["\(line) HTTP/1.1", "host: \(host)"] + fields
    let text = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    var head = RequestHead()
    var scanned = 0
    _ = try RequestHeadParser().parse(text.span, scanned: &scanned, into: &head)
    return head
}

/// The normal form of `path`; `nil` when it is refused.
func normal(_ path: String) -> String? {
    let bytes = Array(path.utf8)
    return switch PathNormaliser.check(bytes.span, 0..<bytes.count) {
    case .normal: path
    case .changed(let normal): String(decoding: normal, as: UTF8.self)
    case .refused: nil
    }
}

/// A route to a service of its own name.
func route(
    _ name: String,
    _ path: String = "/**",
    _ change: (inout RouteMatch) -> Void = { _ in }
) -> Route {
    var route = Route(name: name, service: name)
    route.match.path = path
    change(&route.match)
    return route
}

extension RouteTable {
    /// The name of the route that a request of this head finds; `nil` when its path is refused.
    func name(
        _ head: RequestHead,
        _ caller: CallerTraits = .none,
        _ model: ModelKnowledge = .absent
    ) -> String {
        let path = head.fields.text(head.path)
        guard let path = normal(path) else { return "refused" }
        let bytes = Array(path.utf8)
        switch match(head, path: bytes.span, caller: caller, model: model) {
        case .route(let index): return routes[index].name
        case .needsModel: return "needs model"
        case .none: return "none"
        }
    }
}
