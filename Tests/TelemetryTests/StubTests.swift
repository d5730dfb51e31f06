import Testing
@testable import Telemetry
@Suite struct TelemetryStubTests {}
