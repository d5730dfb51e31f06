import Testing
@testable import Policy
@Suite struct PolicyStubTests {}
