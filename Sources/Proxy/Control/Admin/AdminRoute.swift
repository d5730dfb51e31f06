import Base
import Wire

/// What the admin port can be asked; the paths of the contract.
enum AdminRoute: Hashable {
    case home
    case liveness
    case startup
    case readiness(isVerbose: Bool)
    case status
    case upstreamLiveness
    case metrics
    case config
    case requests
    case request(id: String)
    case drain
    case undrain
    case reload
    case waitForDrain

    /// The route that `path`, with its query, names; `nil` for an unknown one.
    init?(path: String, query: String) {
        switch path {
        case "/": self = .home
        case "/livez": self = .liveness
        case "/startupz": self = .startup
        case "/readyz":
            let names = query.split(separator: "&").map { $0.prefix { $0 != "=" } }
            self = .readiness(isVerbose: names.contains("verbose"))
        case "/status": self = .status
        case "/upstream-livez": self = .upstreamLiveness
        case "/metrics": self = .metrics
        case "/config": self = .config
        case "/requests": self = .requests
        case "/drain": self = .drain
        case "/undrain": self = .undrain
        case "/reload": self = .reload
        case "/wait-for-drain": self = .waitForDrain
        default:
            let prefix = "/requests/"
            guard path.hasPrefix(prefix), path.utf8.count > prefix.utf8.count else { return nil }
            self = .request(id: String(path.dropFirst(prefix.count)))
        }
    }

    /// The route of a parsed request.
    init?(_ request: RequestHead) {
        let path = request.fields.text(request.path)
        let target = request.fields.text(request.target)
        self.init(
            path: path.isEmpty ? "/" : path,
            query: String(target.dropFirst(path.count).drop { $0 == "?" })
        )
    }

    /// Whether it changes something, so that only POST and only the trusted may ask.
    var isCommand: Bool {
        switch self {
        case .drain, .undrain, .reload: true
        default: false
        }
    }

    /// The value of `Allow`.
    var allowed: StaticString { isCommand ? "POST" : "GET, HEAD" }

    /// Whether `method` is one of `allowed`.
    func allows(_ method: Method) -> Bool {
        isCommand ? method == .post : method == .get || method == .head
    }
}
