/// A manifest that says the same on both targets: what an image's tag makes of a task on aws, a command makes of it here.
struct DayTwoManifest: Sendable {
    enum Program: Sendable {
        case serves
        /// Writes `no table users` and ends.
        case crashes
    }

    var program = Program.serves
    var level = "info"
    /// Of the service `worker`, in seconds.
    var pause = 3600
    /// Of the service `web`, for a shell.
    var release: String?
    var hasDatabase = false
    var ports = LocalPorts()

    var text: String {
        """
        stack: trial
        services:
          web:
            image: public.ecr.aws/nginx/nginx:\(program == .serves ? "1.27" : "crashes")
            command: [sh, -c, "\(program == .serves ? Self.server : "echo no table users; exit 1")"]
            port: 3000
            health: { path: / }
            tasks: { min: 2, max: 4 }
            environment: { LOG_LEVEL: \(level) }
        \(release.map { "    release: [sh, -c, \"\($0)\"]\n" } ?? "")  worker:
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
        \(hasDatabase ? "database: {}\n" : "")local: { https: \(ports.https), http: \(ports.http), console: \(ports.console) }
        """
    }

    private static let server = "exec python3 -m http.server --bind 127.0.0.1 $PORT"
}
