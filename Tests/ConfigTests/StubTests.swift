import Testing
@testable import Config
@Suite struct ConfigStubTests {}
