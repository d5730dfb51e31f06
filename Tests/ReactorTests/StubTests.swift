import Testing
@testable import Reactor
@Suite struct ReactorStubTests {}
