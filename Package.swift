// swift-tools-version: 6.2
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

let package = Package(
    name: "zoetrope",
    products: [.executable(name: "zoetrope", targets: ["zoetrope"])],
    targets: [
        .systemLibrary(name: "CLibevent", pkgConfig: "libevent_core", providers: [.apt(["libevent-dev", "libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CShims", dependencies: ["CLibevent"]),
        .target(name: "CEmbedded", exclude: ["console"]),

        module("Transport", ["CLibevent", "CShims"]),
        module("Compression", ["CZlib"]),
        module("HTTP", ["Transport", "Compression"]),
        module("Media", ["HTTP", "Transport"]),
        module("Providers", ["Media", "HTTP", "Compression", "Transport"]),
        module("Storage", ["Media", "HTTP", "Transport", "CSQLite"]),
        module("Configuration", ["Media", "HTTP", "CYAML"]),
        module("Gateway", ["Media", "HTTP", "Transport"]),
        .executableTarget(
            name: "zoetrope",
            dependencies: ["Gateway", "Providers", "Storage", "Configuration", "Media", "HTTP", "Compression", "Transport", "CEmbedded"],
            swiftSettings: house),
        module("GatewayTesting", ["Media", "HTTP", "Transport"]),

        tests("TransportTests", ["Transport"]),
        tests("CompressionTests", ["Compression"]),
        tests("HTTPTests", ["HTTP", "Transport", "Compression", "GatewayTesting"]),
        tests("MediaTests", ["Media", "HTTP", "Transport", "GatewayTesting"]),
        tests("ProvidersTests", ["Providers", "Media", "HTTP", "Compression", "Transport", "GatewayTesting"], exclude: ["Fixtures"]),
        tests("StorageTests", ["Storage", "Media", "HTTP", "Transport", "GatewayTesting"]),
        tests("ConfigurationTests", ["Configuration", "Providers", "Media", "HTTP", "CEmbedded"]),
        tests("GatewayTests", ["Gateway", "Media", "HTTP", "Transport", "GatewayTesting"]),
    ])
