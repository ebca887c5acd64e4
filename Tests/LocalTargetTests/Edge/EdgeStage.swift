import Foundation
import LocalTarget
import NIOCore
import NIOPosix
import NIOSSL
import Stacks
import Streams
import Synchronization
import TestKit
import Testing
import TrafficRules

/// A real edge and load balancer on free ports, before tasks that a test scripts. Requests come from curl.
struct EdgeStage {
    let edge: EdgeTier
    let balancer: LoadBalancer
    let tasks: [ScriptedTask]
    let folder: URL
    let firewall: FirewallTier?

    var url: String { "https://localhost:\(edge.httpsPort)" }
    var authority: String { folder.appending(path: "certificate.pem").path(percentEncoded: false) }

    /// What a test sets up: `tasks` tasks of each service that all answer by `script`.
    struct Setting {
        var tasks = 1
        /// Beside `web`, which takes everything unless it is among them.
        var services: [Service] = []
        var balancing = ServiceBalancing()
        var rules: [BalancerRule] = []
        var cache: [CacheRule] = []
        /// nil: none at all.
        var firewall: Firewall?
        var place = RuleSetLibrary.Place.standard
        /// false: they stay as they are while the first of them load.
        var loadsRules = true
        var limits = ConnectionLimits()
        /// Of the cache; with a folder for what is large when `keepsLarge`, which hears what it reports.
        var kept = EdgeCache.Limits()
        var keepsLarge: (@Sendable (String) -> Void)?
        /// Where that folder is, if not in the stage's own.
        var largeFolder: URL?
        var health = HealthCheck(interval: .milliseconds(100), timeout: .milliseconds(80))
        var script: ScriptedTask.Script

        /// Runs `body` when all tasks are healthy, and ends everything after it.
        func run(_ body: (EdgeStage) async throws -> Void) async throws {
            try await withTemporaryFolder { folder in
                let stage = try await open(in: folder)
                let isReady = await eventually {
                    await stage.balancer.standings().values.count { $0.state == .healthy } == stage.tasks.count
                }
                #expect(isReady, "the scripted tasks did not become healthy")
                try await body(stage)
                await stage.edge.stop()
                stage.firewall?.stop()
                await stage.balancer.close()
                for task in stage.tasks { await task.stop() }
            }
        }

        private func open(in folder: URL) async throws -> EdgeStage {
            let certificate = try await EdgeStage.selfSigned(in: folder)
            let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
            let balancer = LoadBalancer(eventLoop: loops[0]) { _, _ in }
            let web = Service(name: "web", health: health, balancing: balancing)
            let all = services.contains { $0.name == "web" } ? services : [web] + services
            balancer.setServices(all, Balancer(rules: rules))
            let firewall = firewall.map {
                FirewallTier(
                    $0, loops: loops.count, folder: folder.appending(path: "firewall"),
                    logFolder: folder.appending(path: "logs"), place: place)
            }
            if loadsRules { await firewall?.load() }
            let edge = try await EdgeTier.start(
                on: loops,
                .init(
                    ports: LocalPorts(https: 0, http: 0), tls: certificate, balancerName: "app/test/local",
                    cacheRules: cache, limits: limits, cache: kept,
                    cacheFolder: try keepsLarge.map {
                        try ObjectFolder(largeFolder ?? folder.appending(path: "cache"), report: $0)
                    },
                    logFolder: folder.appending(path: "logs"), firewall: firewall),
                groups: balancer.groups)
            var started: [ScriptedTask] = []
            for service in all {
                for index in 0..<tasks {
                    let task = try await ScriptedTask.start("\(service.name).\(index + 1)", service.name, script)
                    started.append(task)
                    balancer.taskStarted(task.endpoint)
                }
            }
            return EdgeStage(
                edge: edge, balancer: balancer, tasks: started, folder: folder, firewall: firewall)
        }
    }

    /// What curl printed; `arguments` come before the URL.
    func curl(_ arguments: String..., path: String = "/", input: Data? = nil) async throws -> ToolResult {
        try await runTool(
            ["curl", "--silent", "--show-error", "--max-time", "30", "--cacert", authority] + arguments
                + [url + path], input: input)
    }

    /// Status, fields by lower-case name and body.
    func get(_ path: String, _ arguments: String...) async throws -> Answer {
        let result = try await runTool(
            ["curl", "--silent", "--show-error", "--max-time", "30", "--include", "--http1.1", "--cacert", authority]
                + arguments + [url + path])
        return Answer(result)
    }

    static func selfSigned(in folder: URL) async throws -> ServerCertificates {
        let (key, certificate) = (folder.appending(path: "key.pem"), folder.appending(path: "certificate.pem"))
        let made = try await runTool([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
            key.path(percentEncoded: false), "-out", certificate.path(percentEncoded: false),
        ])
        #expect(made.exitCode == 0, "openssl: \(made.errors)")
        return ServerCertificates(
            try ServerTLS.context(
                certificatePEM: String(contentsOf: certificate, encoding: .utf8),
                keyPEM: String(contentsOf: key, encoding: .utf8)))
    }
}

/// An answer as curl saw it.
struct Answer {
    var status = 0
    var fields: [String: String] = [:]
    var body = ""

    init(_ result: ToolResult) {
        // Interim answers come first.
        var rest = result.output[...]
        repeat {
            guard let end = rest.range(of: "\r\n\r\n") else { return }
            let lines = rest[..<end.lowerBound].split(separator: "\r\n")
            status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
            fields = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                    .trimmingCharacters(in: .whitespaces)
            }
            rest = rest[end.upperBound...]
        } while status < 200
        body = String(rest)
    }
}

/// A task whose answers a test writes: a real server on loopback.
final class ScriptedTask: Sendable {
    typealias Script = @Sendable (_ request: RequestHead, _ body: String, _ task: String) -> ScriptedAnswer

    let endpoint: TaskEndpoint
    private let listener: Listener
    private let requests: @Sendable () -> [RequestHead]

    private init(endpoint: TaskEndpoint, listener: Listener, requests: @escaping @Sendable () -> [RequestHead]) {
        self.endpoint = endpoint
        self.listener = listener
        self.requests = requests
    }

    /// Everything asked of it but health checks.
    var received: [RequestHead] { requests() }

    static func start(
        _ id: String, _ service: String = "web", _ script: @escaping Script
    ) async throws -> ScriptedTask {
        final class Received: Sendable { let heads = Mutex<[RequestHead]>([]) }
        let received = Received()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let listener = try await Listener.start(on: [loop], .init(addresses: ["127.0.0.1"], port: 0)) { _ in
            let handler = ScriptHandler { request, body in
                if request.path == "/health" { return ScriptedAnswer() }
                received.heads.withLock { $0.append(request) }
                return script(request, body, id)
            }
            return (handler, LoopClock())
        }
        return ScriptedTask(
            endpoint: TaskEndpoint(id: id, service: service, zone: "a", port: listener.port), listener: listener,
            requests: { received.heads.withLock { $0 } })
    }

    func stop() async {
        await listener.stopAccepting()
        listener.closeConnections()
    }
}

struct ScriptedAnswer: Sendable {
    var status = 200
    var fields: [(String, String)] = []
    var body = ""
    var delay = Duration.zero
    /// Sent without saying how long it is.
    var isChunked = false
    /// Closes the connection after this many bytes of the body.
    var cutAfter: Int?
}

private final class ScriptHandler: RequestHandler {
    private let script: (RequestHead, String) -> ScriptedAnswer

    init(_ script: @escaping (RequestHead, String) -> ScriptedAnswer) { self.script = script }

    func begin(_ request: IncomingRequest, _ responder: any Responder) -> (any RequestReceiver)? {
        ScriptReceiver(request, responder, script)
    }

    func refused(_ refusal: MessageRefusal, facts: ConnectionFacts) {}
}

private final class ScriptReceiver: RequestReceiver {
    private let request: IncomingRequest
    private let responder: any Responder
    private let script: (RequestHead, String) -> ScriptedAnswer
    private var body = ByteBuffer()

    init(
        _ request: IncomingRequest, _ responder: any Responder,
        _ script: @escaping (RequestHead, String) -> ScriptedAnswer
    ) {
        self.request = request
        self.responder = responder
        self.script = script
        responder.readBody()
    }

    func receive(body piece: ByteBuffer) {
        body.writeImmutableBuffer(piece)
        responder.readBody()
    }

    func receiveEnd(trailers: HeaderFields?) {
        let answer = script(request.head, String(buffer: body))
        guard answer.delay > .zero else { return send(answer) }
        _ = responder.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(answer.delay)) { self.send(answer) }
    }

    private func send(_ answer: ScriptedAnswer) {
        var head = ResponseHead(status: answer.status)
        for (name, value) in answer.fields { head.fields.append(FieldName(name), value) }
        if answer.isChunked {
            responder.send(head, body: .chunked)
            responder.send(ByteBuffer(string: answer.body))
            return responder.finish(trailers: nil)
        }
        guard let cut = answer.cutAfter else {
            responder.send(whole: head, body: ByteBuffer(string: answer.body), length: nil)
            return
        }
        responder.send(head, body: .length(answer.body.utf8.count))
        responder.send(ByteBuffer(string: String(answer.body.prefix(cut))))
        responder.abort()
    }

    func clientGone() {}
    func clientWritabilityChanged(isWritable: Bool) {}
}
