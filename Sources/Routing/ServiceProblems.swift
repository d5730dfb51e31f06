import Base

/// What is wrong with services, alone and together.
struct ServiceProblems {
    private(set) var problems: [RoutingProblem] = []
    private let services: [ServiceRule]
    private var places: [String: Int] = [:]

    init(_ services: [ServiceRule]) {
        self.services = services
        for (index, service) in services.enumerated() {
            if places[service.name] != nil { add(service, "", "is there twice") }
            places[service.name] = places[service.name] ?? index
        }
        for (index, service) in services.enumerated() {
            checkVersions(service)
            checkSplit(service)
            checkNames(service)
            checkFallback(service, index)
        }
    }

    private mutating func add(_ service: ServiceRule, _ place: String, _ message: String) {
        problems.append(RoutingProblem("services.\(service.name)\(place)", message))
    }

    private mutating func checkVersions(_ service: ServiceRule) {
        if service.versions.isEmpty { add(service, ".versions", "has no version") }
        var known: [SemanticVersion: String] = [:]
        for version in service.versions {
            if let other = known[version] {
                add(service, ".versions", "\(other) and \(version.text) are the same version")
            }
            known[version] = version.text
        }
    }

    private mutating func checkSplit(_ service: ServiceRule) {
        switch service.split {
        case .stable(let version):
            if !service.versions.contains(version) {
                add(service, ".stable", "there is no version \(version.text)")
            }
        case .percent(let shares):
            guard shares.count == service.versions.count else {
                return add(service, ".split", "does not name every version once")
            }
            guard shares.allSatisfy({ $0 >= 0 && $0 <= 100 }) else {
                return add(service, ".split", "has a share that is not from 0 to 100")
            }
            let sum = shares.reduce(0, +)
            if !shares.isEmpty, (sum - 100).magnitude > 0.001 {
                add(service, ".split", "sums to \(sum), not to 100")
            }
        }
    }

    private mutating func checkNames(_ service: ServiceRule) {
        if service.name.isEmpty { add(service, "", "has an empty name") }
        if case .header(let name) = service.stickiness, !Self.isFieldName(name) {
            add(service, ".sticky", "names no field in lower case")
        }
        if let name = service.versionHeader, !Self.isFieldName(name) {
            add(service, ".versionHeader", "names no field in lower case")
        }
        if service.versionQuery?.isEmpty == true { add(service, ".versionQuery", "is empty") }
    }

    private mutating func checkFallback(_ service: ServiceRule, _ index: Int) {
        for (place, name) in service.fallback.enumerated() {
            let path = ".fallback[\(place)]"
            if service.fallback[..<place].contains(name) {
                add(service, path, "is there twice")
            } else if name.first == "@" {
                if FallbackChain.version(name, of: service) == nil {
                    add(service, path, "there is no version \(name.dropFirst())")
                }
            } else if name == service.name {
                add(service, path, "is the service itself")
            } else if places[name] == nil {
                add(service, path, "there is no service \"\(name)\"")
            }
        }
        guard !service.fallback.contains(service.name),
            let circle = FallbackChain.cycle(from: index, services, places)
        else { return }
        add(service, ".fallback", "goes in a circle: " + circle.joined(separator: ", "))
    }

    private static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { ASCII.isToken($0) && ASCII.lowercased($0) == $0 }
    }
}
