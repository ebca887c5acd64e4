import Testing

/// Four bands; an import points down only. SwiftPM lets a target import a sibling that it never declared, so the table is
/// read here and not trusted to the package's manifest.
struct ArrowTests {
    /// Folder → the modules of this package that its files may import.
    private static let arrows: [(folder: String, allowed: Set<String>)] = [
        ("Sources/Meaning/Stacks", []),
        ("Sources/Meaning/TrafficRules", ["Stacks"]),
        ("Sources/Meaning/Resources", ["Stacks"]),
        ("Sources/Meaning/Plans", ["Stacks", "Resources"]),
        ("Sources/Meaning/Proofs", ["Stacks", "Resources"]),
        ("Sources/Meaning/Exports", ["Stacks", "Resources"]),
        ("Sources/Meaning/Costs", ["Stacks", "Resources"]),
        ("Sources/Meaning/Drills", []),
        ("Sources/Engine/Visitors", ["Drills"]),
        ("Sources/Engine/Provisioning", ["Stacks", "Resources", "Plans", "Proofs"]),
        ("Sources/AWS/AWSWire", []),
        ("Sources/AWS/AWSServices", ["AWSWire"]),
        (
            "Sources/AWS/AWSTarget",
            ["Stacks", "Resources", "Proofs", "Costs", "Provisioning", "AWSWire", "AWSServices"]
        ),
        ("Sources/Local/Machine", []),
        ("Sources/Local/Processes", ["CPlatform"]),
        ("Sources/Local/Images", ["Stacks", "Provisioning", "CZlib"]),
        ("Sources/Local/Streams", ["TrafficRules", "Stacks", "Machine"]),
        (
            "Sources/Local/LocalTarget",
            [
                "Stacks", "TrafficRules", "Plans", "Drills", "Machine", "Processes", "Streams", "CLibPQ",
                "CModSecurity", "CZlib", "CBrotli",
            ]
        ),
        (
            "Sources/Surface/Commands",
            [
                "Stacks", "TrafficRules", "Resources", "Plans", "Proofs", "Costs", "Exports", "Provisioning", "AWSWire",
                "AWSTarget", "LocalTarget", "Images", "Machine", "Processes", "Drills", "Visitors", "CZlib",
            ]
        ),
        ("Sources/Surface/terrace", ["Commands"]),
        ("Examples/guestbook", ["CPostgres"]),
        ("Tests/TestKit", ["Machine"]),
        ("Tests/SampleStacks", ["Stacks"]),
        ("Tests/PeerKit", ["ProcessKit"]),
    ]

    /// Every module that a file could import by mistake.
    private static let ours: Set<String> = [
        "Stacks", "TrafficRules", "Plans", "Drills", "Visitors", "Resources", "Proofs", "Costs", "Exports",
        "Provisioning", "AWSWire", "AWSServices", "AWSTarget", "CPlatform", "CLibPQ", "CModSecurity", "CZlib",
        "CBrotli", "Machine", "Processes", "Streams", "Images",
        "LocalTarget", "Console", "Commands", "terrace", "CPostgres", "guestbook", "TestKit", "ProcessKit", "PeerKit",
        "SampleStacks",
    ]

    /// Meaning has no clock, no file, no network and no environment; these would bring one of them.
    private static let impure: Set<String> = [
        "Glibc", "Musl", "Darwin", "Foundation", "FoundationNetworking", "Dispatch", "NIO", "NIOCore", "NIOPosix",
        "NIOSSL", "NIOHTTP1", "NIOHTTP2", "AsyncHTTPClient", "Hummingbird", "Logging", "ServiceLifecycle", "Crypto",
    ]

    @Test(arguments: arrows)
    func importsPointDownOnly(folder: String, allowed: Set<String>) {
        for file in SourceTree.swift(below: folder) {
            for (module, line) in imports(of: file) where Self.ours.contains(module) && !allowed.contains(module) {
                Issue.record("\(file.path):\(line): \(folder) must not import \(module); allowed: \(allowed.sorted())")
            }
        }
    }

    @Test func meaningDoesNoInputOrOutput() {
        // A thread with a deep stack around the YAML parser, and nothing else.
        let excepted = "Sources/Meaning/Stacks/Manifest/RoomyThread.swift"
        for file in SourceTree.swift(below: "Sources/Meaning") where file.path != excepted {
            for (module, line) in imports(of: file) where Self.impure.contains(module) {
                Issue.record("\(file.path):\(line): Meaning is pure and must not import \(module)")
            }
        }
    }

    /// Beside NIO or Foundation the compiler may take the C library's structs for another module's, from build to build
    /// (MemberImportVisibility): they stay in the modules that import neither.
    @Test func structsOfTheCLibraryStayInTheirModules() throws {
        let structs = try Regex(
            #"\b(stat|timespec|sockaddr_in6?|sockaddr_un|pollfd|rlimit|winsize|passwd|in6?_addr)\("#)
        for folder in ["Sources/Local/Streams", "Sources/Local/LocalTarget", "Sources/Surface"] {
            for file in SourceTree.swift(below: folder) where file.lines.contains(where: { $0.contains(structs) }) {
                Issue.record("\(file.path) makes a struct of the C library; see Sources/Local/Machine")
            }
        }
    }

    /// At the socket's level TCP_NODELAY's number is SO_DEBUG, which only root may set: every connection of an ordinary
    /// user's stack was closed, and none of root's.
    @Test func optionsOfTCPAreSetAtItsOwnLevel() {
        for file in SourceTree.swift(below: "Sources/Local")
        where file.lines.contains(where: { $0.contains(".socketOption(.tcp_") }) {
            Issue.record("\(file.path) sets an option of TCP at the socket's level; use .tcpOption")
        }
    }

    @Test func awsAndLocalNeverMeet() {
        let aws = Self.ours.filter { $0.hasPrefix("AWS") }
        let local: Set<String> = ["LocalTarget", "Images", "Streams", "Processes", "CPlatform", "CLibPQ"]
        for (folder, forbidden) in [
            ("Sources/Local", aws), ("Sources/AWS", local), ("Sources/Engine", aws.union(local)),
        ] {
            for file in SourceTree.swift(below: folder) {
                for (module, line) in imports(of: file) where forbidden.contains(module) {
                    Issue.record("\(file.path):\(line): \(folder) must not import \(module)")
                }
            }
        }
    }

    /// So that a new target cannot arrive without an arrow of its own.
    @Test func everySourceFolderIsInTheTable() {
        for file in SourceTree.swift(below: "Sources") {
            let isCovered = Self.arrows.contains { file.path.hasPrefix($0.folder + "/") }
            #expect(isCovered, "\(file.path): its folder has no row in the table of arrows")
        }
    }

    @Test(arguments: [
        ("import Stacks", "Stacks"), ("package import struct Foundation.Date", "Foundation"),
        ("@testable import guestbook", "guestbook"), ("    import Glibc", "Glibc"),
    ])
    func importLinesAreUnderstood(line: String, module: String) {
        #expect(imports(of: SourceTree.File(path: "x", lines: [line])).map(\.module) == [module])
    }
}
