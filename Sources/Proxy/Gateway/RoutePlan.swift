import Base
import Routing

/// What is done with the requests of one route, ready to be looked at.
///
/// A reference, so that looking costs one count and not one for each text of a `Route`.
final class RoutePlan: Sendable {
    let name: String
    /// Place of the service among all.
    let service: Int
    let serviceName: [UInt8]
    /// What the service serves, as the configuration lists it.
    let models: [[UInt8]]
    let version: VersionRange?
    let scopes: [String]
    let keepsCredential: Bool
    let requestEdits: HeaderEditor
    let responseEdits: HeaderEditor

    init(_ route: Route, service: Int, rule: ServiceRule) {
        name = route.name
        self.service = service
        serviceName = Array(rule.name.utf8)
        models = rule.models.map { Array($0.utf8) }
        version = route.version
        scopes = route.scopes
        keepsCredential = route.keepsCredential
        requestEdits = HeaderEditor(route.requestHeaders)
        responseEdits = HeaderEditor(route.responseHeaders)
    }
}
