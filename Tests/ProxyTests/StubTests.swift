import Testing
@testable import Proxy
@Suite struct ProxyStubTests {}
