/// One parser under test: what must hold whatever bytes come.
struct FuzzTarget: Sendable {
    let name: String
    /// Inputs to begin with, so that chance need not find the grammar first.
    let seeds: [String]
    /// More of them, of grammars that are no text.
    var octets: [[UInt8]] = []
    /// Words of the grammar.
    let words: [String]
    /// Throws when a property does not hold; a trap is a failure too.
    let check: @Sendable ([UInt8]) throws(Broken) -> Void

    /// Every target, in the order in which they are run.
    static let all = [
        requestHead, responseHead, body, fieldBlock, http2Head, http2, eventStream, json, config,
        trace, fields, address, path, model, version, token, keySet, apiKey, grpc,
    ]

    /// All inputs to begin with.
    var beginnings: [[UInt8]] { seeds.map { Array($0.utf8) } + octets }

    static func named(_ name: String) -> FuzzTarget? {
        all.first { $0.name == name }
    }
}

/// A property that did not hold for an input.
struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws what broke unless `condition` holds.
func require(
    _ condition: Bool,
    _ property: @autoclosure () -> String
) throws(Broken) {
    if !condition { throw Broken(property()) }
}
