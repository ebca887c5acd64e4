import TestKit

/// A manifest that says the same on both targets: what an image's tag makes of a task on aws, a command makes of it here.
struct DayTwoManifest: Sendable {
    enum Program: Sendable {
        case serves
        /// Is healthy and answers every other page with an error.
        case fails
        /// Writes `no table users` and ends.
        case crashes
    }

    var program = Program.serves
    var level = "info"
    /// Of the service `worker`, in seconds.
    var pause = 3600
    /// Of the service `web`, for a shell.
    var release: String?
    /// Of the service `web`: `{ share: 20, bake: 5s }`.
    var canary: String?
    var hasDatabase = false
    var ports = StackPorts()

    var text: String {
        """
        stack: trial
        services:
          web:
            image: public.ecr.aws/nginx/nginx:\(tag)
            command: [sh, -c, "\(command)"]
            port: 3000
            health: { path: / }
            tasks: { min: 2, max: 4 }
            environment: { LOG_LEVEL: \(level) }
        \(release.map { "    release: [sh, -c, \"\($0)\"]\n" } ?? "")\(canary.map { "    deploy: { canary: \($0) }\n" } ?? "")  worker:
            image: public.ecr.aws/nginx/nginx:1.27
            command: [sh, -c, "exec sleep $PAUSE"]
            environment: { PAUSE: "\(pause)" }
            port: 9000
            routes: []
            tasks: { min: 1, max: 2 }
        jobs:
          report:
            schedule: "30 3 * * MON-FRI"
            timezone: Europe/Berlin
            service: web
            command: [sh, -c, "echo report at $LOG_LEVEL; exit 3"]
        edge: { firewall: { rate-limit: none } }
        \(hasDatabase ? "database: {}\n" : "")\(ports.text)
        """
    }

    private var tag: String {
        switch program {
        case .serves: "1.27"
        case .fails: "errors"
        case .crashes: "crashes"
        }
    }

    private var command: String {
        switch program {
        case .serves, .fails: "exec python3 \(Self.siteName) \(program == .fails ? 500 : 200)"
        case .crashes: "echo no table users; exit 1"
        }
    }

    static let siteName = "site.py"
    /// Says its level; its argument is the status of every page but the first.
    static let site = """
        import http.server, os, signal, sys
        class Site(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                body = os.environ["LOG_LEVEL"].encode() + b"\\n"
                self.send_response(200 if self.path == "/" else int(sys.argv[1]))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *words): pass
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Site).serve_forever()

        """
}
