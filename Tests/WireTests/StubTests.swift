import Testing
@testable import Wire
@Suite struct WireStubTests {}
