import Foundation

/// One way of asking that every peer gets the same of; the load generator runs on core 1.
struct PeerLoad {
    enum Tool { case wrk, h2load }

    var name: String
    var tool: Tool
    /// What the tool is told besides the address and the time. `BODY` and `SCRIPT` stand for files of the workspace.
    var options: [String]

    static let gets = [
        PeerLoad(name: "HTTP/1.1, 64 connections", tool: .wrk, options: ["-c64"]),
        PeerLoad(name: "HTTP/2, 64 connections, one stream each", tool: .h2load, options: ["-c64", "-m1"]),
        PeerLoad(name: "HTTP/2, 16 connections, 32 streams each", tool: .h2load, options: ["-c16", "-m32"]),
    ]
    static let posts = [
        PeerLoad(name: "HTTP/1.1, 64 connections", tool: .wrk, options: ["-c64", "-s", script]),
        PeerLoad(name: "HTTP/2, 16 connections, 4 streams each", tool: .h2load, options: ["-c16", "-m4", "-d", body]),
    ]
    static let connections = PeerLoad(
        name: "HTTP/1.1, 32 at a time", tool: .wrk, options: ["-c32", "-H", "Connection: close"])

    private static let body = "BODY"
    private static let script = "SCRIPT"
    private static let bodyBytes = 65_536

    /// OpenSSL's own order, which wrk would follow, begins with AES-256 and SHA-384; browsers and h2load begin with AES-128.
    private static let preferences = """
        openssl_conf = init
        [init]
        ssl_conf = programs
        [programs]
        system_default = every
        [every]
        Ciphersuites = TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256

        """

    func environment(_ workspace: Workspace) -> [String: String] {
        tool == .wrk ? ["OPENSSL_CONF": workspace.path("openssl.cnf")] : [:]
    }

    /// What every load reads, and the files that `posts` name.
    static func writeFiles(_ workspace: Workspace) throws {
        try workspace.write(preferences, to: "openssl.cnf")
        let text = String(repeating: "x", count: bodyBytes)
        try workspace.write(text, to: body)
        let lua = """
            wrk.method = "POST"
            wrk.body = string.rep("x", \(bodyBytes))
            wrk.headers["Content-Type"] = "application/octet-stream"

            """
        try workspace.write(lua, to: script)
    }

    /// As a person would type it.
    func words(_ url: String, _ seconds: Int) -> [String] {
        let tail =
            switch tool {
            case .wrk: ["wrk", "-t1", "-d\(seconds)s", "--latency"]
            case .h2load: ["h2load", "-t1", "-D\(seconds)", "--warm-up-time=1"]
            }
        return ["taskset", "-c", "1"] + tail + options + [url]
    }

    func command(_ url: String, _ seconds: Int, _ workspace: Workspace) -> [String] {
        words(url, seconds).map { $0 == Self.body || $0 == Self.script ? workspace.path($0) : $0 }
    }

    func read(_ output: String) throws -> LoadRun {
        switch tool {
        case .wrk: try LoadRun(wrk: output)
        case .h2load: try LoadRun(h2load: output)
        }
    }
}
