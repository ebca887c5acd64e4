// swift-tools-version: 6.2
import PackageDescription

// Four bands, drawn as folders under Sources/: Meaning, Engine and AWS to come, Local, Surface.
// An import points down only; Tests/TidyTests reads the import lists against the table of allowed arrows.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// Small packages first, then NIO's family, then what only the example needs.
let dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.5.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.8.0"),
]

let package = Package(
    name: "terrace",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "terrace", targets: ["terrace"]),
        .executable(name: "guestbook", targets: ["guestbook"]),
    ],
    dependencies: dependencies,
    targets: [
        // Meaning: pure. No clock, no file, no network, no environment.
        .target(
            name: "Stacks", dependencies: ["Yams"], path: "Sources/Meaning/Stacks", swiftSettings: strict),
        .target(
            name: "TrafficRules", dependencies: ["Stacks"], path: "Sources/Meaning/TrafficRules",
            swiftSettings: strict),
        .target(name: "Plans", dependencies: ["Stacks"], path: "Sources/Meaning/Plans", swiftSettings: strict),

        // Local: everything real on this machine.
        .target(name: "CPlatform", path: "Sources/Local/CPlatform"),
        .systemLibrary(
            name: "CLibPQ", path: "Sources/Local/CLibPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(name: "Machine", path: "Sources/Local/Machine", swiftSettings: strict),
        .target(
            name: "Processes", dependencies: ["CPlatform"], path: "Sources/Local/Processes",
            swiftSettings: strict),
        .target(
            name: "Streams",
            dependencies: ["TrafficRules", "Machine", nioCore, nioPosix, nioSSL, nioTLS, nioHTTP2, nioHPACK],
            path: "Sources/Local/Streams", swiftSettings: strict),
        .target(
            name: "LocalTarget",
            dependencies: [
                "Stacks", "TrafficRules", "Plans", "Machine", "Processes", "Streams", "CLibPQ", nioCore, nioPosix,
                nioSSL,
                crypto, x509, .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            path: "Sources/Local/LocalTarget", swiftSettings: strict),

        // Surface: the verbs.
        .target(
            name: "Commands",
            dependencies: [
                "Stacks", "Plans", "LocalTarget", "Machine", "Processes", nioCore, nioPosix, argumentParser,
            ],
            path: "Sources/Surface/Commands", swiftSettings: strict),
        .executableTarget(
            name: "terrace", dependencies: ["Commands"], path: "Sources/Surface/terrace", swiftSettings: strict),

        // An application of a user's own kind: imports nothing of Terrace.
        .systemLibrary(
            name: "CPostgres", path: "Examples/guestbook/Sources/CPostgres", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .executableTarget(
            name: "guestbook",
            dependencies: [
                "CPostgres", nioPosix, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/guestbook/Sources/guestbook", swiftSettings: strict),

        // Measures the built product from outside: `make bench`.
        .executableTarget(
            name: "terrace-bench", dependencies: ["CLibPQ", "Machine", "Processes"], path: "Benchmarks/terrace-bench",
            swiftSettings: strict),

        // Tests: one folder per part; TestKit holds what several of them need.
        .target(name: "TestKit", path: "Tests/TestKit", swiftSettings: strict),
        .testTarget(name: "StacksTests", dependencies: ["Stacks", "TestKit"], swiftSettings: strict),
        .testTarget(name: "PlansTests", dependencies: ["Plans", "Stacks", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "TrafficRulesTests", dependencies: ["TrafficRules", "Stacks", "TestKit"], swiftSettings: strict),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "StreamsTests", dependencies: ["Streams", "TrafficRules", "TestKit", nioCore, nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "LocalTargetTests",
            dependencies: [
                "LocalTarget", "Stacks", "TrafficRules", "Plans", "Processes", "Streams", "CLibPQ", "TestKit", nioCore,
                nioPosix,
            ], swiftSettings: strict),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["Commands", "LocalTarget", "Stacks", "Plans", "TestKit", argumentParser],
            swiftSettings: strict),
        .testTarget(name: "GuestbookTests", dependencies: ["guestbook", "TestKit"], swiftSettings: strict),
        // Runs the executables that are built beside it; they are named so that a build of the tests builds them.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["terrace", "guestbook", "LocalTarget", "Machine", "Processes", "TestKit"],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", dependencies: ["TestKit"], swiftSettings: strict),
    ]
)
