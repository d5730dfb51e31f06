import Foundation
import Testing

@testable import Config

@Suite struct JSONSchemaTests {
    @Test func `the schema is JSON that another reader accepts`() throws {
        let object = try JSONSerialization.jsonObject(
            with: Data(JSONSchema.text(of: .sidecar).utf8)
        )

        let root = try #require(object as? [String: Any])
        #expect(root["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(root["additionalProperties"] as? Bool == false)
    }

    @Test(arguments: ConfigKey<SidecarConfig>.sidecar.map(\.path))
    func `the schema names and describes every key of a sidecar`(_ path: String) throws {
        try expectDescription(of: path, in: .sidecar)
    }

    @Test(arguments: ConfigKey<GatewayConfig>.gateway.map(\.path))
    func `the schema names and describes every key of a gateway`(_ path: String) throws {
        try expectDescription(of: path, in: .gateway)
    }

    private func expectDescription(of path: String, in role: ProxyConfig.Role) throws {
        let object = try JSONSerialization.jsonObject(with: Data(JSONSchema.text(of: role).utf8))

        var node = try #require(object as? [String: Any])
        for name in path.split(separator: ".") {
            let properties = try #require(node["properties"] as? [String: Any])
            node = try #require(properties[String(name)] as? [String: Any], "\(path) is missing")
        }
        #expect(node["description"] as? String != nil)
        #expect(node.keys.contains("default"))
    }
}
