import Foundation
import NIOSSL
import Streams
import Synchronization
import TestKit
import Testing

@testable import LocalTarget

/// A supervisor that runs for years shows no certificate that is near its end, and nobody's connection is dropped for it.
@Suite struct CertificateKeeperTests {
    private static let day: TimeInterval = 86_400
    private static let names = ["localhost"]

    /// What was shown, in order.
    private final class Shown: Sendable {
        let certificates = Mutex<[IssuedCertificate]>([])
        let failures = Mutex<[String]>([])
        var last: IssuedCertificate? { certificates.withLock { $0.last } }
    }

    @Test func threeYearsPassWithoutADroppedConnection() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "whole") }).run { stage in
            let (clock, start) = (ManualClock(), Date())
            let now = { @Sendable in start + TimeInterval(clock.now.time.components.seconds) }
            let folder = stage.folder.appending(path: "authority")
            let first = try CertificateAuthority.open(folder: folder, now: start)
                .issue(names: Self.names, addresses: CertificateAuthority.loopback, now: start)
            stage.edge.setCertificates(try Self.context(first))
            let shown = Shown()
            shown.certificates.withLock { $0 = [first] }
            let keeper = CertificateKeeper(
                authorityFolder: folder, names: Self.names, current: first, now: now,
                show: { _, fresh in
                    stage.edge.setCertificates(try Self.context(fresh))
                    shown.certificates.withLock { $0.append(fresh) }
                },
                tell: { news in if case .failed(let reason) = news { shown.failures.withLock { $0.append(reason) } } })
            let running = Task { await keeper.run(clock: clock) }
            let enough = stage.folder.appending(path: "enough").path(percentEncoded: false)
            async let held = runTool(["python3", "-c", Self.holder, "\(stage.edge.httpsPort)", enough])

            for step in 1...44 {
                #expect(await eventually { clock.sleepers == 1 })
                clock.advance(by: .seconds(25 * 86_400))
                #expect(await eventually { clock.sleepers == 1 })
                let current = try #require(shown.last)
                #expect(current.notAfter.timeIntervalSince(now()) > 264 * Self.day, "after \(step * 25) days")
                if step % 11 == 0 { #expect(try await Self.served(stage) == current.certificatePEM.lines) }
            }
            try "".write(toFile: enough, atomically: true, encoding: .utf8)
            let said = try await held
            #expect(said.output.hasPrefix("no failure in "), "\(said.output)\(said.errors)")
            // The first, and one every 150 days of 1100: the first look after a third of 397.
            let count = shown.certificates.withLock { $0.count }
            #expect(count == 8)
            #expect(shown.failures.withLock { $0 } == [])
            running.cancel()
            await running.value
        }
    }

    @Test func whatCannotBeRenewedStaysAndIsTriedAgain() async throws {
        try await withTemporaryFolder { folder in
            let (clock, start, shown) = (ManualClock(), Date(), Shown())
            let now = { @Sendable in start + TimeInterval(clock.now.time.components.seconds) }
            let place = folder.appending(path: "authority")
            let first = try CertificateAuthority.open(folder: place, now: start)
                .issue(names: Self.names, addresses: CertificateAuthority.loopback, now: start)
            let keeper = CertificateKeeper(
                authorityFolder: place, names: Self.names, current: first, now: now,
                show: { _, fresh in shown.certificates.withLock { $0.append(fresh) } },
                tell: { news in if case .failed(let reason) = news { shown.failures.withLock { $0.append(reason) } } })
            let key = place.appending(path: "ca.key")
            let text = try String(contentsOf: key, encoding: .utf8)
            try "no key".write(to: key, atomically: true, encoding: .utf8)

            clock.advance(by: .seconds(132 * 86_400))
            await keeper.renewIfDue()
            #expect(shown.failures.withLock { $0 } == [])
            clock.advance(by: .seconds(86_400))
            await keeper.renewIfDue()
            #expect(shown.failures.withLock { $0.count } == 1)
            #expect(shown.last == nil)
            try text.write(to: key, atomically: true, encoding: .utf8)
            await keeper.renewIfDue()
            #expect(shown.certificates.withLock { $0.count } == 1)
            await keeper.renewIfDue()
            #expect(shown.certificates.withLock { $0.count } == 1)
        }
    }

    @Test func databaseServersShowANewOneWhileConnectionsGoOn() async throws {
        try await DatabaseStand.run { stand in
            try await stand.becomesSynchronous()
            let parameters = await stand.parameters()
            let shown = Shown()
            let isOpen = Mutex(false)
            async let answers = onOwnThread {
                let connection = try PostgresConnection.open(parameters)
                isOpen.withLock { $0 = true }
                var answers = 0
                repeat {
                    answers += try connection.query("SELECT 1", within: .seconds(5)).count
                } while shown.last == nil
                return answers
            }
            // A connection that only begins now would see the new certificate, which the old authority did not sign.
            #expect(await eventually { isOpen.withLock { $0 } })
            let now = Date()
            let authority = try CertificateAuthority.open(folder: stand.folder.appending(path: "new"), now: now)
            let fresh = try authority.issue(names: Self.names, addresses: CertificateAuthority.loopback, now: now)
            try await stand.tier.setCertificate(fresh, authorityPEM: authority.certificatePEM)
            for port in [await stand.tier.writerPort, await stand.tier.readerPort] {
                let isShown = try await eventually {
                    let hello = try await runTool(
                        ["openssl", "s_client", "-starttls", "postgres", "-connect", "127.0.0.1:\(port)"])
                    return hello.output.contains(fresh.certificatePEM.lines.joined(separator: "\n"))
                }
                #expect(isShown)
            }
            shown.certificates.withLock { $0.append(fresh) }
            #expect(try await answers > 0)
            #expect(try await stand.query("SELECT 2") == [["2"]])
        }
    }

    private static func context(_ certificate: IssuedCertificate) throws -> ServerCertificates {
        ServerCertificates(
            try ServerTLS.context(certificatePEM: certificate.certificatePEM, keyPEM: certificate.keyPEM.reveal()))
    }

    /// The lines of the certificate that a new connection sees.
    private static func served(_ stage: EdgeStage) async throws -> [String] {
        try await runTool([
            "python3", "-c", "import ssl; print(ssl.get_server_certificate(('127.0.0.1', \(stage.edge.httpsPort))))",
        ]).output.lines
    }

    /// Asks again and again over one connection, and over new ones beside it, until a file appears.
    private static let holder = """
        import http.client, os, ssl, sys, time
        context = ssl._create_unverified_context()
        def connect(): return http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), context=context, timeout=20)
        def ask(peer):
            peer.request("GET", "/")
            answer = peer.getresponse()
            assert answer.status == 200 and answer.read() == b"whole", answer.status
        held, count = connect(), 0
        held.connect()
        socket = held.sock
        while not os.path.exists(sys.argv[2]):
            ask(held)
            assert held.sock is socket, "the connection was closed"
            other = connect()
            ask(other)
            other.close()
            count += 1
            time.sleep(0.005)
        print("no failure in", count)
        """
}

extension String {
    fileprivate var lines: [String] { split(whereSeparator: \.isNewline).map(String.init) }
}

/// Time that passes when a test says so.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var time: Duration

        func advanced(by duration: Duration) -> Instant { Instant(time: time + duration) }
        func duration(to other: Instant) -> Duration { other.time - time }
        static func < (left: Instant, right: Instant) -> Bool { left.time < right.time }
    }

    private struct State {
        var now = Instant(time: .zero)
        var sleeping: [Int: (until: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var sleepers: Int { state.withLock { $0.sleeping.count } }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let ids = state.sleeping.filter { $0.value.until <= state.now }.keys
            return ids.compactMap { state.sleeping.removeValue(forKey: $0)?.continuation }
        }
        for continuation in due { continuation.resume() }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || deadline <= state.now { return true }
                    state.sleeping[id] = (deadline, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { $0.sleeping.removeValue(forKey: id)?.continuation }
            continuation?.resume(throwing: CancellationError())
        }
    }
}
