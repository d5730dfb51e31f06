import Testing

@testable import Config

@Suite struct RoleMarkTests {
    @Test(arguments: [
        ("{ routes: [] }", ProxyConfig.Role.gateway), ("{ services: {} }", .gateway),
        ("{ service: 'a' }", .sidecar), ("{}", .sidecar), ("[]", .sidecar),
    ])
    func `a file with routes or services is a gateway's`(
        _ text: String,
        _ role: ProxyConfig.Role
    ) throws {
        let root = try #require(JSON5Reader.read(Array(text.utf8)).root)

        #expect(RoleMark(of: root).role == role)
    }

    @Test func `a file of the other role is told in one line`() {
        #expect(
            problems("{ admin: 5,\n services: {} }", role: .sidecar) == [
                "f:2:2: services: belongs to a gateway's configuration, "
                    + "run it with `outrider gateway`"
            ]
        )
        #expect(
            problems("{ admin: 5 }", role: .gateway) == [
                "f:1:1: has neither `routes` nor `services`, so it is a sidecar's configuration"
            ]
        )
        #expect(problems("{ services: {} }", role: .gateway).isEmpty)
    }

    private func problems(_ text: String, role: ProxyConfig.Role) -> [String] {
        let loader = ConfigLoader(role: role)
        let outcome = loader.load(ConfigLoader.File(name: "f", bytes: Array(text.utf8)))
        guard case .problems(let problems) = outcome else { return [] }
        return problems.map(\.description)
    }
}
