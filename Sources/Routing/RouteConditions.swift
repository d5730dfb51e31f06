import Base
import Wire

/// A request as routes see it.
struct RouteQuestion {
    let head: RequestHead
    let caller: CallerTraits
    let model: ModelKnowledge
    let modelTag: UInt32
    let isModelUnread: Bool
    let methodBit: UInt16

    init(_ head: RequestHead, _ caller: CallerTraits, _ model: ModelKnowledge) {
        self.head = head
        self.caller = caller
        self.model = model
        isModelUnread = model == .unread
        modelTag = if case .named(let name) = model { Tag.make(name.span) } else { 0 }
        methodBit = 1 << UInt16(head.method.rawValue)
    }
}

/// Every condition of one route but host and path.
///
/// A class, as its parts are: a search passes over many, and a reference costs one count where a
/// value with this many arrays costs one for each.
final class RouteConditions: Sendable {
    /// The first condition that does not hold; the number is its place in the configuration.
    enum Miss: Sendable, Hashable {
        case method
        case header(Int)
        case query(Int)
        case tenant
        case tier
        case claim(Int)
        case model
    }

    private final class Named: Sendable {
        let name: [UInt8]
        let field: FieldName
        let value: Wildcard

        init(_ condition: ValueCondition) {
            let bytes = Array(condition.name.utf8)
            name = bytes
            field = bytes.isEmpty ? .other : FieldName(bytes.span, 0..<bytes.count)
            value = condition.value
        }
    }

    /// How many conditions there are: more are more specific.
    let count: Int
    /// One bit for each listed method.
    let methods: UInt16
    /// The model that alone fits, or 0.
    let modelTag: UInt32
    /// The tenant that alone fits, or 0.
    let tenantTag: UInt32
    let model: Wildcard?
    /// Whether `methods` says everything.
    let isMethodOnly: Bool
    private let otherMethods: [[UInt8]]
    private let headers: [Named]
    private let query: [Named]
    private let tenants: [Wildcard]
    private let tiers: [Wildcard]
    private let claims: [Named]

    init(_ match: RouteMatch) {
        var methods: UInt16 = match.methods.isEmpty ? .max : 0
        var others: [[UInt8]] = []
        for text in match.methods {
            let bytes = Array(text.utf8)
            let method = Method(bytes.span, 0..<bytes.count)
            methods |= 1 << UInt16(method.rawValue)
            if method == .other { others.append(bytes) }
        }
        self.methods = methods
        otherMethods = others
        headers = match.headers.map { Named($0) }
        query = match.query.map { Named($0) }
        tenants = match.tenants
        tiers = match.tiers
        claims = match.claims.map { Named($0) }
        model = match.model
        modelTag = Tag.make(match.model)
        tenantTag = tenants.count == 1 ? Tag.make(tenants[0]) : 0
        count =
            (match.methods.isEmpty ? 0 : 1) + headers.count + query.count
            + (tenants.isEmpty ? 0 : 1) + (tiers.isEmpty ? 0 : 1) + claims.count
            + (model == nil ? 0 : 1)
        isMethodOnly = count == (match.methods.isEmpty ? 0 : 1) && others.isEmpty
    }

    /// The first condition that does not hold, the model's left aside.
    func firstMiss(_ question: RouteQuestion) -> Miss? {
        guard fitsMethod(question) else { return .method }
        for index in headers.indices where !fits(headers[index], question.head) {
            return .header(index)
        }
        for index in query.indices {
            let bytes = question.head.fields.bytes.span
            let named = query[index]
            guard QueryPairs.contains(named.name, named.value, in: bytes, question.head.query)
            else {
                return .query(index)
            }
        }
        guard Self.fits(tenants, question.caller.tenant) else { return .tenant }
        guard Self.fits(tiers, question.caller.tier) else { return .tier }
        for index in claims.indices where !fits(claims[index], question.caller) {
            return .claim(index)
        }
        return nil
    }

    /// Whether the model fits; `nil` when the body must be read first.
    func fitsModel(_ question: RouteQuestion) -> Bool? {
        guard let model else { return true }
        switch question.model {
        case .unread: return nil
        case .absent: return false
        case .named(let name): return model.matches(name.span)
        }
    }

    private func fitsMethod(_ question: RouteQuestion) -> Bool {
        guard methods & question.methodBit != 0 else { return false }
        guard question.head.method == .other, methods != .max else { return true }
        let bytes = question.head.fields.bytes.span
        let range = question.head.methodRange
        for name in otherMethods where bytes.equals(range, name.span, 0..<name.count) {
            return true
        }
        return false
    }

    private func fits(_ named: Named, _ head: RequestHead) -> Bool {
        guard head.fields.contains(named.field) else { return false }
        let bytes = head.fields.bytes.span
        for line in head.fields.lines
        where HeaderName.isNamed(named.name, named.field, line, bytes)
            && named.value.matches(bytes.extracting(line.valueRange))
        {
            return true
        }
        return false
    }

    private func fits(_ named: Named, _ caller: CallerTraits) -> Bool {
        for claim in caller.claims
        where claim.name == named.name && named.value.matches(claim.value.span) {
            return true
        }
        return false
    }

    /// What is not known fits no pattern, not even `*`.
    private static func fits(_ patterns: [Wildcard], _ value: [UInt8]) -> Bool {
        if patterns.isEmpty { return true }
        guard !value.isEmpty else { return false }
        for pattern in patterns where pattern.matches(value.span) { return true }
        return false
    }
}
