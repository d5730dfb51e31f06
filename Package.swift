// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Regular expressions are not imported behind our back: unused, they would add a megabyte.
let lean: [SwiftSetting] = [
    .unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])
]

/// A module of the house; what it may import is what its layer allows (Sources/README.md).
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + lean)
}

/// The tests of one module, mirroring its files path for path.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "outrider",
    targets: [
        // 0 headers only: what the toolchain's Glibc and Swift's importer leave out
        .systemLibrary(name: "CLinux"),
        // 1 bytes, instants, slots: the one public, inlinable face
        module("Base"),
        // 2 pure protocols; pure decisions
        module("Wire", ["Base"]),
        module("Policy", ["Base"]),
        // 3 what we say; how bytes and time arrive
        module("Telemetry", ["Base", "Wire"]),
        module("Reactor", ["Base", "CLinux"]),
        // 5 text to one immutable snapshot
        module("Config", ["Base", "Wire", "Policy", "Telemetry"]),
        // 6 the only place where I/O meets decisions
        module("Proxy", ["Base", "Wire", "Policy", "Telemetry", "Reactor", "Config"]),
        // 7 arguments, start, exit code
        .executableTarget(
            name: "outrider",
            dependencies: ["Base", "Wire", "Policy", "Telemetry", "Reactor", "Config", "Proxy"],
            swiftSettings: strict + lean
        ),
        // tools: inputs by chance against every parser
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Base", "Wire", "Telemetry", "Reactor", "Config"],
            swiftSettings: strict
        ),
        tests("BaseTests", ["Base"]),
        tests("WireTests", ["Base", "Wire"]),
        tests("PolicyTests", ["Base", "Policy"]),
        tests("TelemetryTests", ["Base", "Wire", "Telemetry"]),
        tests("ReactorTests", ["Base", "Reactor"]),
        tests("ConfigTests", ["Base", "Wire", "Policy", "Telemetry", "Config"]),
        tests("ProxyTests", ["Base", "Wire", "Policy", "Telemetry", "Reactor", "Config", "Proxy"]),
        tests(
            "SimulationTests",
            ["Base", "Wire", "Policy", "Telemetry", "Reactor", "Config", "Proxy"]
        ),
        tests("outriderTests", ["Base", "Config", "Reactor", "Wire", "outrider"]),
        tests("FuzzTests", ["Fuzz"]),
        tests("HouseTests", ["Telemetry", "Config"]),
    ]
)
