import Foundation

/// Answers of 1 KB out of the edge's cache.
enum CachedCase: BenchmarkCase {
    static let name = "cached"
    static func run(_ report: BenchReport) throws {
        try PeerComparison(title: "Cached GET of 1 KB", path: "/cached/object", hasFloor: true).run(report)
    }
}

/// Answers of 32 KB out of the edge's cache.
enum LargeCachedCase: BenchmarkCase {
    static let name = "large"
    static func run(_ report: BenchReport) throws {
        try PeerComparison(title: "Cached GET of 32 KB", path: "/cached/large").run(report)
    }
}

/// Answers of 1 KB that the origin gives anew each time.
enum ProxiedCase: BenchmarkCase {
    static let name = "proxied"
    static func run(_ report: BenchReport) throws {
        try PeerComparison(title: "Proxied GET of 1 KB", path: "/object", hasFloor: true).run(report)
    }
}

/// Bodies of 64 KB on their way to the origin.
enum UploadCase: BenchmarkCase {
    static let name = "uploads"
    static func run(_ report: BenchReport) throws {
        try PeerComparison(title: "Proxied POST of 64 KB", path: "/object", loads: PeerLoad.posts).run(report)
    }
}

/// A new connection with a new TLS session for every request.
enum HandshakeCase: BenchmarkCase {
    static let name = "handshakes"
    static func run(_ report: BenchReport) throws {
        try PeerComparison(
            title: "A new TLS connection for each cached GET of 1 KB", path: "/cached/object",
            loads: [PeerLoad.connections]
        ).run(report)
    }
}

/// Terrace, nginx, HAProxy and Varnish in turns on core 0; the load generator and the origin on core 1.
struct PeerComparison {
    let title: String
    let path: String
    let loads: [PeerLoad]
    /// Whether what swift-nio costs alone is measured, too, over HTTP/1.1.
    let hasFloor: Bool
    private let rounds = 3
    private let seconds = 5

    private struct Peer {
        var name: String
        var url: String
        var pids: [Int32]

        func answers(_ load: PeerLoad) -> Bool { name != BareNIO.name || load.tool == .wrk }
    }

    private struct Figures {
        var (rate, cost, p50, p99) = (Series(), Series(), Series(), Series())
        var failures = 0
    }

    init(title: String, path: String, loads: [PeerLoad] = PeerLoad.gets, hasFloor: Bool = false) {
        (self.title, self.path, self.loads, self.hasFloor) = (title, path, loads, hasFloor)
    }

    func run(_ report: BenchReport) throws {
        var figures: [String: Figures] = [:]
        try Workspace.with { workspace in
            try PeerLoad.writeFiles(workspace)
            let services = """
                  web:
                    image: .
                    command: \(try Nginx.originCommand(workspace))
                    port: 3000
                    health: /health
                    tasks: { min: 1 }
                """
            // nginx has no such rules.
            let firewall = "{ rules: [], rate-limit: none }"
            let stack = try BenchStack(workspace, services: services, extra: "", firewall: firewall)
            try stack.whileUp(prefix: ["taskset", "-c", "0"]) {
                try stack.waitForAnswer(path)
                let supervisor = try stack.status().supervisor
                let origin = try Workspace.freePort()
                try Program.whileRunning(["env", "PORT=\(origin)", workspace.path("origin.sh")]) { _ in
                    try whilePeersRun(workspace, origin: origin) { peers in
                        let terrace = Peer(name: "terrace", url: stack.url + path, pids: [supervisor])
                        try compare([terrace] + peers, workspace, &figures)
                    }
                }
            }
        }
        write(figures, report)
    }

    private func whilePeersRun(_ workspace: Workspace, origin: Int, _ body: ([Peer]) throws -> Void) throws {
        try Nginx.whileRunning(workspace, origin: origin) { nginx in
            try HAProxy.whileRunning(workspace, origin: origin) { haproxy in
                try Varnish.whileRunning(workspace, origin: origin) { varnish in
                    let peers = [
                        peer("nginx", nginx.port, nginx.workers), peer("haproxy", haproxy.port, [haproxy.pid]),
                        peer("varnish", varnish.port, varnish.pids),
                    ]
                    guard hasFloor else { return try body(peers) }
                    try BareNIO.whileRunning(workspace, origin: origin) { bare in
                        try body(peers + [peer(BareNIO.name, bare.port, [bare.pid])])
                    }
                }
            }
        }
    }

    private func peer(_ name: String, _ port: Int, _ pids: [Int32]) -> Peer {
        Peer(name: name, url: "https://localhost:\(port)\(path)", pids: pids)
    }

    private func key(_ peer: String, _ load: PeerLoad) -> String { "\(load.name)|\(peer)" }

    private func compare(_ peers: [Peer], _ workspace: Workspace, _ figures: inout [String: Figures]) throws {
        for _ in 0..<rounds {
            for load in loads {
                for peer in peers where peer.answers(load) {
                    try measure(peer, load, workspace, &figures[key(peer.name, load), default: Figures()])
                }
            }
        }
    }

    private func measure(
        _ peer: Peer, _ load: PeerLoad, _ workspace: Workspace, _ figures: inout Figures
    ) throws {
        let before = ProcessFigures.processorTime(peer.pids)
        let output = try Program.run(
            load.command(peer.url, seconds, workspace), environment: load.environment(workspace)
        ).output
        let used = ProcessFigures.processorTime(peer.pids) - before
        let run = try load.read(output)
        // h2load does not count what it asked for while warming up; the time of that is in `used`.
        let requests = load.tool == .wrk ? Double(run.requests) : run.requestsPerSecond * Double(seconds + 1)
        figures.rate.values.append(run.requestsPerSecond)
        figures.cost.values.append(used * 1e6 / requests)
        // A failure is evidence: what the tool said must be there to be read.
        if run.failures > 0 { say(output) }
        figures.failures += run.failures
        if let p50 = run.p50 { figures.p50.values.append(p50) }
        if let p99 = run.p99 { figures.p99.values.append(p99) }
    }

    private func write(_ figures: [String: Figures], _ report: BenchReport) {
        report.title(title + ", one core each for server and load")
        let rows = loads.flatMap { load in
            ["terrace", "nginx", "haproxy", "varnish", BareNIO.name].compactMap { name in
                figures[key(name, load)].map { each in
                    [
                        load.name, name, each.rate.text(digits: 0, unit: ""),
                        each.cost.text(digits: 1, unit: ""),
                        each.p50.values.isEmpty
                            ? "–" : "\(each.p50.median.text(digits: 2)) / \(each.p99.median.text(digits: 2)) ms",
                        "\(each.failures)",
                    ]
                }
            }
        }
        report.table(["load over TLS", "server", "requests/s", "CPU µs a request", "p50 / p99", "failed"], rows)
        let example = loads.map { "`\($0.words("https://localhost:PORT\(path)", seconds).joined(separator: " "))`" }
        report.method(
            """
            \(rounds) rounds in turns; \(example.joined(separator: ", ")). CPU from `/proc/PID/stat`. Each \
            load offers TLS's ciphers in the order of browsers, AES-128 first. nginx: one worker, TLS with \
            a P-256 certificate, `sendfile off`, `open_file_cache`, cache in `/dev/shm`, connections to the origin kept, an access log for every \
            request, as Terrace and HAProxy have. HAProxy: one thread, `cache` in memory, `http-reuse always`. Varnish: behind one worker of hitch, `malloc` store, varnishncsa for \
            its log, all of them counted. \
            \(hasFloor ? "bare NIO is no peer: it passes bytes and does nothing else, for what swift-nio and TLS cost alone. " : "")The origin is another nginx on the load's core.
            """)
    }
}
