import Foundation
import Synchronization
import TestKit
import Testing

@testable import LocalTarget

/// A database tier on real PostgreSQL in a folder of its own, and clients for it.
struct DatabaseStand: Sendable {
    static let password = Secret("an application's password: it's \\odd")

    let tier: DatabaseTier
    let folder: URL
    let configuration: DatabaseConfiguration

    static func make(in folder: URL, readers: Int = 1, data: String = "database") throws -> DatabaseStand {
        let identity = try CertificateForTests.shared.get()
        let configuration = DatabaseConfiguration(
            folder: folder.appending(path: data).path(percentEncoded: false), readers: readers,
            serverCertificatePEM: identity.certificate, serverKeyPEM: Secret(identity.key),
            authorityPEM: identity.authority, replicationPassword: Secret("replication:\\secret"),
            applicationPassword: password, applicationRole: "guest-book", databaseName: "guest-book",
            log: { line in
                if ProcessInfo.processInfo.environment["TERRACE_TEST_LOG"] != nil {
                    print(ContinuousClock.now, line)
                }
            })
        return DatabaseStand(
            tier: DatabaseTier(configuration: configuration), folder: folder, configuration: configuration)
    }

    /// Starts a tier, runs `body`, and stops it whatever happens.
    static func run(readers: Int = 1, _ body: (DatabaseStand) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let stand = try make(in: folder, readers: readers)
            try await stand.tier.start()
            do {
                try await body(stand)
            } catch {
                await stand.tier.stop(graceful: false)
                throw error
            }
            await stand.tier.stop()
        }
    }

    func parameters(_ changes: [String: String] = [:]) async -> [String: String] {
        let environment = await tier.environment()
        let base = [
            "host": "127.0.0.1", "port": environment["PGPORT"] ?? "", "user": "guest-book", "dbname": "guest-book",
            "password": Self.password.reveal(), "sslmode": "verify-full",
            "sslrootcert": environment["PGSSLROOTCERT"] ?? "", "gssencmode": "disable",
        ]
        return base.merging(changes) { $1 }
    }

    func query(_ sql: String, _ changes: [String: String] = [:]) async throws -> [[String?]] {
        let parameters = await parameters(changes)
        return try await onOwnThread {
            try PostgresConnection.open(parameters, within: .seconds(15)).query(sql, within: .seconds(15))
        }
    }

    func pid(_ role: DatabaseServerStatus.Role) async throws -> pid_t {
        try #require(await tier.status().servers.first { $0.role == role }?.pid)
    }

    func port(_ role: DatabaseServerStatus.Role) async throws -> Int {
        try #require(await tier.status().servers.first { $0.role == role }?.port)
    }

    func becomesSynchronous() async throws { try await tier.waitUntilReaderReady() }

    /// The tier's supervisor dies: its servers get the signal that the kernel would send, and nobody reacts any more.
    func abandon() async throws {
        tier.mailbox.finish()
        for server in await tier.status().servers {
            if let pid = server.pid { kill(pid, SIGINT) }
        }
    }
}

/// An authority and a server certificate, made once by openssl.
enum CertificateForTests {
    struct Identity: Sendable {
        var authority: String
        var certificate: String
        var key: String
    }

    static let shared: Result<Identity, any Error> = Result {
        let folder = URL(filePath: "/tmp/terrace-tls-\(UInt32.random(in: .min ... .max))", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let steps = """
            cd '\(folder.path(percentEncoded: false))' &&
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt \
            -subj '/CN=test authority' -days 2 &&
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr \
            -subj '/CN=localhost' &&
            printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > names &&
            openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt
            """
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", steps]
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        return Identity(
            authority: try text("ca.crt"), certificate: try text("server.crt"), key: try text("server.key"))
    }
}

/// An application that inserts one number after the other and remembers which of them were acknowledged.
final class InsertingClient: Sendable {
    private struct State {
        var acknowledged: [Int] = []
        var times: [ContinuousClock.Instant] = []
        var stopped = false
    }

    private let state = Mutex(State())

    private let table: String

    private init(table: String) { self.table = table }

    static func start(on stand: DatabaseStand, table: String = "entries") async throws -> InsertingClient {
        _ = try await stand.query("CREATE TABLE IF NOT EXISTS \(table) (number bigint)")
        let client = InsertingClient(table: table)
        let parameters = await stand.parameters()
        Task { try await onOwnThread { client.run(parameters) } }
        return client
    }

    var acknowledged: [Int] { state.withLock { $0.acknowledged } }

    /// The first acknowledgement after a moment; nil until there is one.
    func firstAcknowledgement(after moment: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        state.withLock { state in state.times.first { $0 > moment } }
    }

    func hasAcknowledged(more count: Int) -> Bool { state.withLock { $0.acknowledged.count > count } }

    func stop() { state.withLock { $0.stopped = true } }

    private func run(_ parameters: [String: String]) {
        var connection: PostgresConnection?
        var number = 0
        while !state.withLock({ $0.stopped }) {
            do {
                let used = try connection ?? PostgresConnection.open(parameters, within: .seconds(12))
                connection = used
                number += 1
                try used.query("INSERT INTO \(table) VALUES (\(number))", within: .seconds(12))
                let (moment, done) = (ContinuousClock.now, number)
                state.withLock {
                    $0.acknowledged.append(done)
                    $0.times.append(moment)
                }
            } catch {
                connection = nil
                usleep(1_000)
            }
        }
    }
}
