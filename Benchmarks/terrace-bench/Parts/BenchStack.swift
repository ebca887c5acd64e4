import Foundation

/// A stack that is started, measured and destroyed.
final class BenchStack {
    let workspace: Workspace
    let httpsPort: Int
    private let terrace: String
    private let ports: String
    private let services: String
    private let extra: String
    private let firewall: String

    var manifest: String { workspace.path("terrace.yaml") }
    var authority: String { workspace.path(".terrace/ca.pem") }
    var url: String { "https://localhost:\(httpsPort)" }

    /// - Parameters:
    ///   - services: the manifest's lines below `services:`.
    ///   - extra: more lines of the manifest.
    ///   - firewall: without a rate limit by default: the load is one client.
    init(
        _ workspace: Workspace, services: String, extra: String, firewall: String = "{ rate-limit: none }"
    ) throws {
        self.workspace = workspace
        self.services = services
        self.extra = extra
        self.firewall = firewall
        terrace = try Workspace.built("terrace")
        httpsPort = try Workspace.freePort()
        let (http, console) = (try Workspace.freePort(), try Workspace.freePort())
        ports = "local: { https: \(httpsPort), http: \(http), console: \(console) }"
        try writeManifest()
    }

    /// The example with its database, as `make up` starts it.
    static func guestbook(_ workspace: Workspace) throws -> BenchStack {
        let program = try Workspace.built("guestbook")
        let source = FileManager.default.currentDirectoryPath + "/Examples/guestbook/static"
        try FileManager.default.copyItem(atPath: source, toPath: workspace.path("static"))
        let services = """
              web:
                image: .
                command: \(program)
                port: 3000
                health: /health
                release: [\(program), migrate]
            """
        return try BenchStack(workspace, services: services, extra: "database: {}")
    }

    /// - Parameter round: a new number is a changed environment, for which every task is replaced.
    func writeManifest(round: Int = 0) throws {
        let text = """
            stack: bench
            edge: { firewall: \(firewall) }
            services:
            \(services)
                environment: { ROUND: "\(round)" }
            \(extra)
            \(ports)

            """
        try workspace.write(text, to: "terrace.yaml")
    }

    @discardableResult
    func call(_ words: String..., prefix: [String] = []) throws -> String {
        try Program.run(prefix + [terrace] + words + [manifest]).output
    }

    func up(prefix: [String] = []) throws { try call("up", "--detach", "--yes", prefix: prefix) }

    func down() { _ = try? Program.run([terrace, "down", manifest], mayFail: true) }

    /// `body`, after which nothing runs any more.
    func withDown(_ body: () throws -> Void) throws {
        let (terrace, manifest) = (terrace, manifest)
        try Farewell.after({ _ = try? Program.run([terrace, "down", manifest], mayFail: true) }, body)
    }

    /// `body` while the stack runs.
    func whileUp(prefix: [String] = [], _ body: () throws -> Void) throws {
        try withDown {
            try up(prefix: prefix)
            try body()
        }
    }

    /// A drill's result as JSON, whether its hypothesis held or not.
    func drill(_ name: String) throws -> String {
        try Program.run(
            [terrace, "drill", name, "--yes", "--json", "--manifest", manifest], mayFail: true, isQuiet: true
        ).output
    }

    func status() throws -> Status {
        let text = try Program.run([terrace, "status", "--json", manifest], isQuiet: true).output
        return try JSONDecoder().decode(Status.self, from: Data(text.utf8))
    }

    /// Status code of one request with a connection of its own; 0 when there was no answer.
    func get(_ path: String = "/") -> Int {
        let command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", authority, url + path]
        let result = try? Program.run(command, mayFail: true, isQuiet: true)
        return result.flatMap { Int($0.output) } ?? 0
    }

    func waitForAnswer(_ path: String = "/") throws {
        try Patience.until("200 of \(path)") { get(path) == 200 ? () : nil }
    }

    /// What libpq needs for the writer's endpoint.
    func databaseEnvironment() throws -> [String: String] {
        let lines = try Program.run(
            [terrace, "db", "credentials", "--show-password", "--manifest", manifest], isQuiet: true
        ).output.split(separator: "\n")
        return Dictionary(
            lines.compactMap { line in
                line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            }, uniquingKeysWith: { $1 })
    }
}

/// What is read of `terrace status --json`.
struct Status: Decodable {
    struct Task: Decodable {
        var id: String
        var pid: Int32?
        var state: String
    }
    struct Service: Decodable { var tasks: [Task] }
    struct Server: Decodable {
        var pid: Int32?
        var role: String
        var state: String
    }
    struct Database: Decodable {
        var synchronous: Bool
        var servers: [Server]
    }

    var supervisor: Int32
    var phase: String
    var services: [Service]
    var database: Database?
}
