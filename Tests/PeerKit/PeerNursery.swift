import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One process of Python that has moto and boto3 imported (`Tests/Peers/nursery.py`): servers and readers are forks of it, for what they
/// import takes seconds of a processor. It ends with whoever started it.
package final class PeerNursery: Sendable {
    private static let shared = Result { try PeerNursery() }

    private let process: Process
    private let lifeline: Pipe
    /// The socket at which it takes requests.
    private let path: String

    private init() throws {
        guard FileManager.default.isExecutableFile(atPath: MotoServer.python) else {
            throw PeerFailure("\(MotoServer.python) is missing; `scripts/install tests` makes it")
        }
        (process, lifeline) = (Process(), Pipe())
        let output = Pipe()
        process.executableURL = URL(filePath: MotoServer.python)
        process.arguments = [MotoServer.script("nursery.py")]
        process.standardInput = lifeline
        process.standardOutput = output
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") }
        try process.run()
        path = output.fileHandleForReading.firstLine
        guard !path.isEmpty else { throw PeerFailure("the process that peers are forked from did not start") }
    }

    /// What the Python side understands; it says there what each means.
    struct Request: Encodable {
        var serve: Double?
        var run: [String]?
        var environment: [String: String]?
        var output: String?
        var errors: String
    }

    /// A new peer. The answer comes on one line, and a server lives as long as the connection is open.
    static func ask(_ request: Request) throws -> FileHandle {
        let connection = try connect(to: shared.get().path)
        try connection.write(contentsOf: JSONEncoder().encode(request) + Data("\n".utf8))
        return connection
    }

    /// Runs a program of `Tests/Peers` to its end, as a process of its own would: its name, then its arguments.
    package static func run(_ words: [String], environment: [String: String]) async throws -> PeerResult {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try runBlocking(words, environment) })
            }
        }
    }

    private static func runBlocking(_ words: [String], _ environment: [String: String]) throws -> PeerResult {
        let folder = URL(filePath: "/tmp/terrace-peer-\(UInt64.random(in: .min ... .max))", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appending(path: "output"), folder.appending(path: "errors"))
        let connection = try ask(
            Request(
                run: words, environment: environment, output: output.path(percentEncoded: false),
                errors: errors.path(percentEncoded: false)))
        guard let code = Int32(connection.firstLine) else {
            throw PeerFailure("\(words) ended without an exit code\n\((try? text(of: errors)) ?? "")")
        }
        return PeerResult(exitCode: code, output: try text(of: output), errors: try text(of: errors))
    }

    private static func text(of file: URL) throws -> String {
        String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    private static func connect(to path: String) throws -> FileHandle {
        let descriptor = socket(AF_UNIX, streamType, 0)
        guard descriptor >= 0 else { throw PeerFailure("no socket: \(String(cString: strerror(errno)))") }
        let connection = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // A program that a test starts must not hold it open.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Self.system(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw PeerFailure("no peer is made: \(String(cString: strerror(errno)))") }
        return connection
    }

    #if canImport(Glibc)
        private static let streamType = CInt(SOCK_STREAM.rawValue)
        private static let system = Glibc.connect
    #else
        private static let streamType = SOCK_STREAM
        private static let system = Darwin.connect
    #endif
}

/// How a program of `Tests/Peers` ended, and what it printed.
package struct PeerResult: Sendable {
    package var exitCode: Int32
    package var output: String
    package var errors: String
}

extension FileHandle {
    /// Without its end, and the rest of the pieces in which it came; empty when nothing comes any more.
    var firstLine: String {
        var text = ""
        while !text.contains("\n") {
            let piece = availableData
            guard !piece.isEmpty else { return "" }
            text += String(decoding: piece, as: UTF8.self)
        }
        return String(text.prefix { $0 != "\n" })
    }
}
