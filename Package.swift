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
        .systemLibrary(name: "COpenSSL"),
        // 1 bytes, instants, slots: the one public, inlinable face
        module("Base"),
        // 2 pure protocols; pure decisions
        module("Wire", ["Base"]),
        module("Policy", ["Base"]),
        // OpenSSL, linked statically: its shared libraries would be resident before we begin
        .target(
            name: "Crypto",
            dependencies: ["Base", "COpenSSL"],
            swiftSettings: strict + lean,
            linkerSettings: [.linkedLibrary(":libssl.a"), .linkedLibrary(":libcrypto.a")]
        ),
        // 3 what we say; how bytes and time arrive
        module("Telemetry", ["Base", "Wire"]),
        module("Reactor", ["Base", "CLinux"]),
        // 4 who may pass; where to
        module("Access", ["Base", "Wire", "Crypto", "Telemetry"]),
        module("Routing", ["Base", "Wire", "Policy"]),
        // 5 text to one immutable snapshot
        module(
            "Config",
            ["Base", "Wire", "Crypto", "Policy", "Telemetry", "Access", "Routing"]
        ),
        // 6 the only place where I/O meets decisions
        module(
            "Proxy",
            [
                "Base", "Wire", "Crypto", "Policy", "Telemetry", "Reactor", "Access", "Routing",
                "Config",
            ]
        ),
        // 7 arguments, start, exit code
        .executableTarget(
            name: "outrider",
            dependencies: [
                "Base", "Wire", "Crypto", "Policy", "Telemetry", "Reactor", "Access", "Routing",
                "Config", "Proxy",
            ],
            swiftSettings: strict + lean
        ),
        // tools: inputs by chance against every parser
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Base", "Wire", "Telemetry", "Reactor", "Access", "Routing", "Config"],
            swiftSettings: strict
        ),
        // and what primitives cost, with the two ends of a proxy under load
        .executableTarget(
            name: "Bench",
            dependencies: [
                "Base", "Wire", "Crypto", "Policy", "Telemetry", "Reactor", "Access", "Routing",
            ],
            swiftSettings: strict
        ),
        // certificates that tests make for themselves
        .target(
            name: "Support",
            dependencies: ["Crypto"],
            path: "Tests/Support",
            swiftSettings: strict
        ),
        tests("BaseTests", ["Base"]),
        tests("WireTests", ["Base", "Wire"]),
        tests("PolicyTests", ["Base", "Policy"]),
        tests("CryptoTests", ["Base", "Crypto", "Support"]),
        tests("AccessTests", ["Base", "Wire", "Crypto", "Telemetry", "Access", "Support"]),
        tests("RoutingTests", ["Base", "Wire", "Policy", "Routing"]),
        tests("TelemetryTests", ["Base", "Wire", "Telemetry"]),
        tests("ReactorTests", ["Base", "Reactor"]),
        tests(
            "ConfigTests",
            [
                "Base", "Wire", "Crypto", "Policy", "Telemetry", "Access", "Routing", "Config",
                "Support",
            ]
        ),
        tests(
            "ProxyTests",
            [
                "Base", "Wire", "Crypto", "Policy", "Telemetry", "Reactor", "Access", "Routing",
                "Config", "Proxy", "Support",
            ]
        ),
        tests(
            "SimulationTests",
            [
                "Base", "Wire", "Crypto", "Policy", "Telemetry", "Reactor", "Access", "Routing",
                "Config", "Proxy",
            ]
        ),
        tests(
            "outriderTests",
            ["Base", "Access", "Config", "Crypto", "Reactor", "Routing", "Wire", "outrider"]
        ),
        tests("FuzzTests", ["Fuzz"]),
        tests("BenchTests", ["Base", "Reactor", "Bench"]),
        tests("HouseTests", ["Telemetry", "Config"]),
    ]
)
