import Base

/// Copies that share no memory with what they are copies of.
///
/// What was read of a configuration lies between pieces that are freed again; one text that lives
/// on there keeps a page from the system. Live tables are made of copies.
extension Route {
    /// This route in memory of its own.
    package var copy: Route {
        var copy = Route(name: name.copy, service: service.copy)
        copy.match = match.copy
        copy.version = version.flatMap { VersionRange($0.text.copy) }
        copy.scopes = scopes.map(\.copy)
        copy.rewrite = rewrite.map(\.copy)
        copy.requestHeaders = requestHeaders.copy
        copy.responseHeaders = responseHeaders.copy
        copy.keepsCredential = keepsCredential
        return copy
    }
}

extension RouteMatch {
    fileprivate var copy: RouteMatch {
        var copy = RouteMatch()
        copy.host = host.map(\.copy)
        copy.path = path.copy
        copy.methods = methods.map(\.copy)
        copy.headers = headers.map(\.copy)
        copy.query = query.map(\.copy)
        copy.model = model.map(\.copy)
        copy.tenants = tenants.map(\.copy)
        copy.tiers = tiers.map(\.copy)
        copy.claims = claims.map(\.copy)
        return copy
    }
}

extension ValueCondition {
    fileprivate var copy: ValueCondition { ValueCondition(name: name.copy, value: value.copy) }
}

extension HeaderEdits {
    fileprivate var copy: HeaderEdits {
        var copy = HeaderEdits()
        copy.remove = remove.map(\.copy)
        copy.set = set.map { Line(name: $0.name.copy, value: $0.value.copy) }
        copy.add = add.map { Line(name: $0.name.copy, value: $0.value.copy) }
        return copy
    }
}

extension Wildcard {
    fileprivate var copy: Wildcard { Wildcard(text.copy) }
}

extension String {
    fileprivate var copy: String { String(decoding: Array(utf8), as: UTF8.self) }
}
