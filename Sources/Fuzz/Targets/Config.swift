import Config
import Wire

extension FuzzTarget {
    /// Configurations: problems point into the text, and what is loaded loads again unchanged.
    static let config = FuzzTarget(
        name: "config",
        seeds: [
            "{}", "// x\n{ service: 'a', listen: [':4000'], admin: null, workers: \"auto\" }",
            "{ upstream: { endpoints: ['127.0.0.1:8000', 'unix:/x'], engine: 'vllm' } }",
            "{ timeouts: { connect: '1s', idle: null, total: \"1h\" }, limits: { queue: 5, } }",
            "{ breaker: { failures: 3, openFor: '5s' }, retry: { tries: 2 }, version: 'v1' }",
            "{ trustedPeers: ['loopback', '10.0.0.0/8', 'fd00::/8'], drain: { delay: '0s' } }",
            "{ fallback: { status: 503, body: 'x', headers: { 'x-a': 'b' } }, log: 'off' }",
            "[.5, +1, -Infinity, NaN, 0x1F, 1e3, 'a\\\nb', \"\\x41\\u0041\", /* c */ null]",
            "{ services: { a: { endpoints: 'dns:b:1', sticky: 'user' } }, routes: [{ service: 'a' }] }",
            "{ services: { a: { versions: { '1': { endpoints: ['b:1'] } }, split: { '1': 100 } } } }",
            "{ routes: [], auth: { anonymous: { models: 'a-*' }, jwt: [{ issuer: 'a', audience: 'b', "
                + "jwks: 'http://c/' }] }, identity: { signWith: 'a secret of thirty-two bytes, or more' } }",
            "{ services: { a: { endpoints: 'b:1' } }, routes: [{ service: 'a', rewrite: '/c/**', "
                + "match: { path: '/d/**', host: '*.e', headers: { f: '*' } } }] }",
            "{ outbound: [{ listen: ':5000', service: 'a', endpoints: ['b:1'] }], a\\u0062: 1 }",
        ],
        words: [
            "'1s'", "'5ms'", "'64KiB'", "null", "true", "Infinity", "NaN", "0x", "//", "/*", "*/",
            "\\u{", "\\u00", "\\x4", "\u{2028}", "\u{feff}", "'", "\"", "service:", "listen:",
        ] + keys
    ) { bytes throws(Broken) in
        let reading = JSON5Reader.read(bytes)
        let lines = bytes.count(where: { $0 == 10 || $0 == 13 }) + 1
        for problem in reading.problems {
            let place = problem.position
            let isInside = (1...lines).contains(place.line) && place.column >= 1
            try require(isInside && place.column <= bytes.count + 1, "\(place) is no place")
            try require(!problem.message.isEmpty, "a problem without a message")
        }
        if reading.root == nil {
            try require(!reading.problems.isEmpty, "neither root nor problem")
        }
        switch load(bytes) {
        case .problems(let problems):
            try require(!problems.isEmpty, "refused without a reason")
            for problem in problems {
                let isOneLine = !problem.description.unicodeScalars.contains { $0.value < 32 }
                try require(isOneLine, "a problem on several lines")
            }
        case .loaded(let loaded):
            try checkAgain(loaded)
        }
    }

    private static let keys = ProxyConfig.Role.allCases.flatMap { role in
        ConfigTable.rows(of: role).map { String($0.path.split(separator: ".").last ?? "") }
    }

    private static func load(_ bytes: [UInt8]) -> ConfigLoader.Outcome {
        let loader = ConfigLoader(allowsFaults: true, readFile: { _ in Array("secret\n".utf8) })
        return loader.load(.init(name: "fuzz", bytes: bytes))
    }

    private static func checkAgain(_ loaded: ConfigLoader.Loaded) throws(Broken) {
        let page = Array(loaded.effective.text.utf8)
        var scanner = JSONScanner()
        do throws(JSONScanner.Failure) {
            while try scanner.next(page.span) != .end {}
        } catch {
            throw Broken("the page at /config is not JSON: \(error)")
        }
        let values = values(loaded.effective.tree)
        switch load(Array(values.lines.utf8)) {
        case .problems(let problems):
            throw Broken("its own values are refused: \(problems.first?.description ?? "")")
        case .loaded(let again):
            let shown = Self.values(again.effective.tree)
            try require(shown == values, "loaded again: \(shown.line), first: \(values.line)")
        }
    }

    /// The tree without where its values came from.
    private static func values(_ tree: JSONTree) -> JSONTree {
        guard case .object(let members) = tree else { return tree }
        if let value = tree["value"], tree["source"] != nil { return unhidden(value) }
        return .object(members.map { .init($0.name, values($0.value)) })
    }

    /// The tree with a secret that is long enough wherever one is not shown.
    private static func unhidden(_ tree: JSONTree) -> JSONTree {
        switch tree {
        case .text("•••"): .text("any secret of at least thirty-two bytes")
        case .list(let elements): .list(elements.map(unhidden))
        case .object(let members): .object(members.map { .init($0.name, unhidden($0.value)) })
        case .null, .boolean, .integer, .number, .text: tree
        }
    }
}
