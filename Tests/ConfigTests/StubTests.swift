import Testing

@Suite struct ConfigTestsStub {}
