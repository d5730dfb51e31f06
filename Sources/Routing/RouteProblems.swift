import Base
import Wire

/// What is wrong with one route.
struct RouteProblems {
    private(set) var problems: [RoutingProblem] = []
    private let path: String

    init(_ route: Route, at path: String, _ services: [ServiceRule]) {
        self.path = path
        checkMatch(route.match)
        checkService(route, services)
        checkRewrite(route)
        checkEdits(route.requestHeaders, "requestHeaders")
        checkEdits(route.responseHeaders, "responseHeaders")
    }

    private mutating func add(_ place: String, _ message: String) {
        problems.append(RoutingProblem("\(path).\(place)", message))
    }

    private mutating func checkMatch(_ match: RouteMatch) {
        if let host = match.host {
            do throws(HostPattern.Failure) {
                _ = try HostPattern(host)
            } catch {
                add("match.host", error.message)
            }
        }
        do throws(PathPattern.Failure) {
            _ = try PathPattern(match.path)
        } catch {
            add("match.path", error.message)
        }
        for (index, method) in match.methods.enumerated() {
            if !Self.isToken(method) {
                add("match.methods[\(index)]", "is no method")
            } else if method.utf8.contains(where: {
                ASCII.lowercased($0) == $0 && ASCII.isLetter($0)
            }) {
                add("match.methods[\(index)]", "is to be written in upper case")
            }
        }
        for condition in match.headers { checkName(condition.name, "match.headers") }
        for condition in match.query where condition.name.isEmpty {
            add("match.query", "has a name that is empty")
        }
        for condition in match.claims where condition.name.isEmpty {
            add("match.claims", "has a name that is empty")
        }
        checkPatterns(match.tenants, "match.tenants")
        checkPatterns(match.tiers, "match.tiers")
        if let model = match.model { checkPatterns([model], "match.model") }
    }

    private mutating func checkPatterns(_ patterns: [Wildcard], _ place: String) {
        for pattern in patterns where pattern.text.isEmpty {
            add(place, "has a pattern that is empty and never fits")
        }
    }

    private mutating func checkName(_ name: String, _ place: String) {
        if !Self.isToken(name) {
            add("\(place).\(name)", "is no field name")
        } else if name.utf8.contains(where: { ASCII.lowercased($0) != $0 }) {
            add("\(place).\(name)", "is to be written in lower case")
        }
    }

    private mutating func checkService(_ route: Route, _ services: [ServiceRule]) {
        guard let service = services.first(where: { $0.name == route.service }) else {
            return add("service", "there is no service \"\(route.service)\"")
        }
        if let range = route.version, range.highest(of: service.versions) == nil {
            add("version", "no version of \(service.name) fits \(range.text)")
        }
    }

    private mutating func checkRewrite(_ route: Route) {
        guard let rewrite = route.rewrite, let pattern = try? PathPattern(route.match.path) else {
            // A malformed pattern is told already.
            return
        }
        do throws(Rewrite.Failure) {
            _ = try Rewrite(rewrite, for: pattern)
        } catch {
            add("rewrite", error.message)
        }
    }

    private mutating func checkEdits(_ edits: HeaderEdits, _ place: String) {
        for name in edits.remove { checkEdit(name, "\(place).remove") }
        for line in edits.set { checkLine(line, "\(place).set") }
        for line in edits.add { checkLine(line, "\(place).add") }
    }

    private mutating func checkLine(_ line: HeaderEdits.Line, _ place: String) {
        checkEdit(line.name, place)
        let isPlain = line.value.utf8.allSatisfy { $0 == 9 || $0 >= 32 && $0 != 127 }
        if !isPlain { add("\(place).\(line.name)", "has a control character in its value") }
    }

    private mutating func checkEdit(_ name: String, _ place: String) {
        guard Self.isToken(name) else { return add("\(place).\(name)", "is no field name") }
        let bytes = Array(name.utf8)
        let field = FieldName(bytes.span, 0..<bytes.count)
        if Self.untouchable.contains(field) {
            add("\(place).\(name)", "frames the message and cannot be edited")
        } else if field.isOurs {
            add("\(place).\(name)", "is a name that only this product writes")
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ASCII.isToken($0) }
    }

    /// Fields that say where a message ends, to whom it goes or what concerns one connection.
    private static let untouchable: Set<FieldName> = [
        .host, .connection, .contentLength, .transferEncoding, .te, .trailer, .upgrade, .keepAlive,
        .proxyConnection, .expect, .http2Settings, .secWebSocketKey, .secWebSocketVersion,
        .secWebSocketAccept,
    ]
}

extension FieldName {
    /// Whether it begins with `x-outrider-`, however its separators are written.
    fileprivate var isOurs: Bool {
        switch self {
        case .outriderTimeoutMs, .outriderAttempt, .outriderIdentity, .outriderLoad,
            .outriderProcessed, .outriderOther:
            true
        default: false
        }
    }
}
