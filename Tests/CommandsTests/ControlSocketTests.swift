import Foundation
import Stacks
import TestKit
import Testing

@testable import LocalTarget

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ControlSocketTests {
    @Test func everyCallComesBack() async throws {
        let time = Samples.start
        let supervisor = FakeSupervisor(
            changes: 2, log: [LogLine(time: time, task: "web.1", stream: .err, text: "näh\u{0}\n\"x\"")])
        try await withServer(supervisor) { client in
            #expect(try await client.status() == Samples.ready)
            #expect(try await client.databaseEndpoints().reader.port == 54_302)
            #expect(try await client.databaseCredentials() == Samples.credentials)
            let manifest = ManifestText([ManifestSource(file: "terrace.yaml", text: manifestText)], environment: nil)
            #expect(try await client.plan(manifest) == Samples.plan(changes: 2))
            var steps: [String] = []
            try await client.apply(manifest) { steps.append($0) }
            #expect(steps == ["step 1", "step 2", "step 3"])
            #expect(supervisor.applied.map(\.name) == ["shop"])
            var lines: [LogLine] = []
            try await client.logs(LogQuery(service: "web", since: time, last: 3)) { _ in
                Issue.record("every file can be read")
            } each: {
                lines.append($0)
            }
            #expect(lines == [LogLine(time: time, task: "web.1", stream: .err, text: "näh\u{0}\n\"x\"")])
            #expect(supervisor.asked == [LogQuery(service: "web", since: time, last: 3)])
        }
    }

    @Test func reportOfTheSupervisorArrivesWhole() async throws {
        let failure = Report("cannot start web.4", expected: "a free port", next: "try again")
        try await withServer(FakeSupervisor(credentials: nil, applyFailure: failure)) { client in
            let manifest = ManifestText([ManifestSource(file: "terrace.yaml", text: manifestText)], environment: nil)
            await #expect(throws: failure) { try await client.apply(manifest) { _ in } }
            await #expect(throws: Report("shop has no database", next: "add `database: {}` to the manifest")) {
                try await client.databaseCredentials()
            }
        }
    }

    @Test func manifestOfAnotherStackIsRefused() async throws {
        let supervisor = FakeSupervisor()
        try await withServer(supervisor) { client in
            let text = manifestText.replacing("shop", with: "other", maxReplacements: 1)
            let manifest = ManifestText([ManifestSource(file: "terrace.yaml", text: text)], environment: nil)
            await #expect(throws: Report.self) { try await client.apply(manifest) { _ in } }
            #expect(supervisor.applied.isEmpty)
        }
    }

    @Test func stopShowsItsEventsAndEndsTheServer() async throws {
        let supervisor = FakeSupervisor()
        try await withServer(supervisor) { client in
            try await client.stop { _ in }
            #expect(supervisor.stops == 1)
        }
    }

    @Test(arguments: [
        ("rubbish\n", "the request is not a control message"),
        ("\n", "the request is not a control message"),
        ("{\"protocolVersion\":3}\n", "the request is not one that this supervisor knows"),
        ("{\"protocolVersion\":3,\"request\":{\"dance\":{}}}\n", "the request is not one that this supervisor knows"),
        ("{\"protocolVersion\":7,\"request\":{\"dance\":{}}}\n", "the client speaks version 7"),
        ("too long", "the request is longer than 64 KiB"),
    ])
    func wrongRequestIsAnsweredWithItsReason(_ request: String, _ reason: String) async throws {
        var limits = ControlLimits.standard
        limits.line = .kibibytes(64)
        try await withServer(FakeSupervisor(), limits: limits) { client in
            let answer = try await RawClient.exchange(
                client.path, sending: request == "too long" ? String(repeating: "x", count: 70_000) : request)
            let lines = answer.split(separator: "\n")
            #expect(lines.count == 2)
            let failed = try JSONDecoder().decode(ControlAnswer.self, from: Data(try #require(lines.last).utf8))
            guard case .failed(let report) = failed else {
                Issue.record("\(failed)")
                return
            }
            #expect(report.what.hasPrefix(reason))
            // The server is none the worse for it.
            #expect(try await client.status() == Samples.ready)
        }
    }

    @Test func clientThatSaysNothingIsCutOff() async throws {
        var limits = ControlLimits.standard
        limits.request = .milliseconds(50)
        try await withServer(FakeSupervisor(), limits: limits) { client in
            let answer = try await RawClient.exchange(client.path, sending: "{\"protocolVersion\":3")
            #expect(answer.split(separator: "\n").count == 1)
        }
    }

    @Test func clientThatHangsUpEndsItsStream() async throws {
        let supervisor = FakeSupervisor()
        try await withServer(supervisor) { client in
            let reader = Task { try await client.events { _ in } }
            #expect(await eventually { supervisor.openEventStreams == 1 })
            reader.cancel()
            #expect(await eventually { supervisor.openEventStreams == 0 })
            let status = try await client.status()
            #expect(status == Samples.ready)
        }
    }

    @Test func manyClientsAtOnceAreAnswered() async throws {
        try await withServer(FakeSupervisor()) { client in
            try await withThrowingTaskGroup(of: StackStatus.self) { group in
                for _ in 0..<24 { group.addTask { try await client.status() } }
                for try await status in group { #expect(status == Samples.ready) }
            }
        }
    }

    @Test func clientsAboveTheLimitAreTurnedAway() async throws {
        let supervisor = FakeSupervisor()
        var limits = ControlLimits.standard
        limits.connections = 2
        try await withServer(supervisor, limits: limits) { client in
            let readers = (0..<2).map { _ in Task { try await client.events { _ in } } }
            #expect(await eventually { supervisor.openEventStreams == 2 })
            await #expect(throws: Report("the supervisor serves 2 clients already")) { try await client.status() }
            for reader in readers { reader.cancel() }
            #expect(await eventually { (try? await client.status()) == Samples.ready })
        }
    }

    @Test func nobodyListeningIsNotRunning() async throws {
        try await withTemporaryFolder { folder in
            let client = ControlClient(path: folder.appending(path: "none").path(percentEncoded: false))
            await #expect(throws: ControlClient.NotRunning.self) { try await client.status() }
        }
    }

    @Test func olderSupervisorIsNamed() {
        let greeting = ControlGreeting(protocolVersion: 0, productVersion: "0.0.9", stack: "shop")
        #expect(throws: Report.self) { try ControlClient.check(greeting) }
    }

    @Test(
        arguments: [(1000, 1000, true), (0, 1000, true), (1001, 1000, false), (1000, 0, false)]
            as [(UInt32, UInt32, Bool)])
    func onlyItsUserAndRootMayControl(_ peer: UInt32, _ supervisor: UInt32, _ expected: Bool) {
        #expect(ControlPeer.mayControl(peer: peer, supervisor: supervisor) == expected)
    }

    @Test func onlyItsUserCanReachTheSocket() async throws {
        try await withServer(FakeSupervisor()) { client in
            let folder = URL(filePath: client.path).deletingLastPathComponent().path(percentEncoded: false)
            #expect(mode(client.path) == 0o600)
            #expect(mode(folder) == 0o700)
        }
    }

    @Test func longPathMovesToTheRuntimeFolder() {
        let deep = URL(filePath: "/srv/" + String(repeating: "d", count: 100), directoryHint: .isDirectory)
        let folder = StackFolder(manifestFolder: deep, environment: nil)
        let other = StackFolder(manifestFolder: deep.appending(path: "x/"), environment: nil)
        let path = ControlSocket(folder, environment: ["XDG_RUNTIME_DIR": "/run/user/7"], user: 7).path
        #expect(path.hasPrefix("/run/user/7/terrace/"))
        #expect(ControlSocket(folder, environment: [:], user: 7).path.hasPrefix("/tmp/terrace-7/"))
        #expect(path != ControlSocket(other, environment: ["XDG_RUNTIME_DIR": "/run/user/7"], user: 7).path)
        let near = StackFolder(manifestFolder: URL(filePath: "/srv/shop/"), environment: "staging")
        #expect(
            ControlSocket(near, environment: [:]).path == "/srv/shop/.terrace/environments/staging/control/socket")
    }

    @Test func folderThatIsALinkIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let place = StackFolder(manifestFolder: folder, environment: nil)
            try place.create()
            try FileManager.default.createSymbolicLink(atPath: place.path("control"), withDestinationPath: "/tmp")
            #expect(throws: Report.self) { try ControlSocket(place, environment: [:]).prepareFolder() }
        }
    }

    private func mode(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
    }

    private func withServer(
        _ supervisor: FakeSupervisor, limits: ControlLimits = .standard, _ body: (ControlClient) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await withRunningStack(supervisor, in: folder, limits: limits) { place in
                try await body(ControlClient(path: ControlSocket(place, environment: [:]).path))
            }
        }
    }
}

/// A client that may say anything.
enum RawClient {
    /// Sends `text`, then reads until the server hangs up; on a thread of its own, for both block.
    static func exchange(_ path: String, sending text: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try talk(path, text) }) }
        }
    }

    private static func talk(_ path: String, _ text: String) throws -> String {
        let descriptor = socket(AF_UNIX, streamType, 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw Report("cannot connect: \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor)
        try handle.write(contentsOf: Data(text.utf8))
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }

    #if canImport(Glibc)
        private static let streamType = CInt(SOCK_STREAM.rawValue)
    #else
        private static let streamType = SOCK_STREAM
    #endif
}
