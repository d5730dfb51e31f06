import Testing

@testable import Proxy

@Suite struct ServiceNameTests {
    @Test func `a version stands behind the service, where there is one`() {
        #expect(ServiceName("chat").description == "chat")
        #expect(ServiceName("chat", version: "1.4.0").description == "chat@1.4.0")
        #expect(ServiceName("chat", version: "1") != ServiceName("chat", version: "2"))
    }
}
