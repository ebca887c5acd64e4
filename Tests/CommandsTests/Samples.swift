import Foundation
import LocalTarget
import Plans
import Stacks
import TrafficRules

/// Values that several tests look at.
enum Samples {
    /// 2026-11-23 14:00:00 UTC
    static let start = Date(timeIntervalSince1970: 1_795_442_400)
    static let now = start.addingTimeInterval(8040)

    static let keptData = KeptData(path: "/srv/shop/.terrace/database/kept-2026-11-23T141500.250Z", bytes: 41_400_000)

    static let credentials = DatabaseCredentials(
        user: "shop", database: "shop", password: Secret("swordfish"), sslMode: "verify-full",
        rootCertificate: "/srv/shop/.terrace/authority.pem")

    static func plan(changes: Int, effect: Change.Effect = .live) -> Plan {
        Plan(
            changes: (0..<changes).map { number in
                Change(
                    address: "services.web.environment.KEY_\(number)", kind: .create, tier: .application, new: "1",
                    effect: effect, reason: "rolls the tasks of web one by one")
            })
    }

    /// As a supervisor's own file has them.
    static let releases: ReleaseList? = {
        func release(_ number: Int, _ outcome: String, _ level: String, _ digest: String, _ reason: String?) -> String {
            let environment = #"{"LOG_LEVEL": "\#(level)"}"#
            let file = #"{"word": "./shop", "path": "/srv/shop/shop", "digest": "\#(digest)"}"#
            let content = #"""
                {"command": {"words": ["./shop"]}, "environment": \#(environment), "secrets": [], "files": [\#(file)]}
                """#
            let why = reason.map { #", "reason": "\#($0)""# } ?? ""
            let age = -3600 * (4 - number)
            return #"""
                {"number": \#(number), "content": \#(content), "outcome": "\#(outcome)", "madeAt":
                \#(now.addingTimeInterval(Double(age)).timeIntervalSinceReferenceDate)\#(why)}
                """#
        }
        let releases = [
            release(
                3, "failed", "debug", "cafe0123456789abcdef",
                "3 of its tasks failed; the last one ended with exit code 1"),
            release(2, "served", "info", "beef0123456789abcdef", nil),
            release(1, "served", "info", "0fed0123456789abcdef", nil),
        ].joined(separator: ",")
        let text = #"{"service": "web", "running": 2, "instead": 3, "releases": [\#(releases)]}"#
        return try? JSONDecoder().decode(ReleaseList.self, from: Data(text.utf8))
    }()

    static let edge = EdgeStatus(
        url: "https://localhost:8443", redirectURL: "http://localhost:8080", consoleURL: "http://localhost:8090",
        certificateAuthority: "/srv/shop/.terrace/authority.pem",
        traffic: TrafficFigures(requests: 1_234_567, errors: 3, p50: 0.0008, p99: 0.0124, p999: 1.25),
        connections: 12, cacheHits: 830, cacheMisses: 170, cacheBytes: 1 << 20, cacheObjects: 40, firewall: "on")

    /// One for each way in which a run may stand.
    static let jobs: [JobStatus] = {
        let ended = now.addingTimeInterval(-300)
        func job(_ name: String, _ run: JobRun?, zone: String = "UTC") -> JobStatus {
            JobStatus(
                name: name, service: "web", schedule: "30 3 * * MON-FRI", timezone: zone,
                next: now.addingTimeInterval(5400), last: run)
        }
        func run(_ result: JobRun.Result?, code: Int? = nil, signal: Int? = nil, reason: String? = nil) -> JobRun {
            JobRun(
                startedAt: now.addingTimeInterval(-360), cause: code == 3 ? .hand : .schedule,
                endedAt: result == nil ? nil : ended, result: result, exitCode: code, signal: signal, reason: reason)
        }
        return [
            job("report", run(.succeeded, code: 0), zone: "Europe/Berlin"), job("tidy", run(.failed, code: 3)),
            job("mails", run(.failed, signal: 9)), job("sums", run(.timedOut, signal: 15)), job("index", run(nil)),
            job("export", run(.interrupted)), job("import", run(.notStarted, reason: "nothing of web runs")),
            job("frames", run(.failed, signal: 9, reason: "was killed for using more than its 512 MiB")),
            job("new", nil),
        ]
    }()

    static let ready = StackStatus(
        stack: "shop", manifest: "terrace.yaml", supervisor: 4242, startedAt: start, phase: .ready, edge: edge,
        services: [
            ServiceStatus(
                name: "web", routes: ["/*"], desired: 2,
                traffic: TrafficFigures(requests: 204_567, errors: 0, p50: 0.0031, p99: 0.024, p999: 0.31),
                tasks: [
                    TaskStatus(
                        id: "web.1", zone: "a", port: 41_231, pid: 4301, state: .healthy, since: start, inFlight: 3),
                    TaskStatus(
                        id: "web.2", zone: "b", port: 41_232, pid: 4302, state: .healthy, restarts: 1,
                        since: start.addingTimeInterval(7200), inFlight: 0),
                ])
        ],
        database: DatabaseStatus(
            version: "15.18", writerEndpoint: "127.0.0.1:54301", readerEndpoint: "127.0.0.1:54302",
            servers: [
                DatabaseServerStatus(
                    name: "db-1", zone: "a", port: 54_311, pid: 4201, role: .writer, state: .available),
                DatabaseServerStatus(
                    name: "db-2", zone: "b", port: 54_312, pid: 4202, role: .reader, state: .available, lagBytes: 0,
                    lagSeconds: 0.0002),
            ], synchronous: true, failovers: 0, connections: 24))

    static var starting: StackStatus {
        var status = ready
        status.phase = .starting
        status.startedAt = now.addingTimeInterval(-2)
        status.edge.traffic = TrafficFigures()
        (status.edge.cacheHits, status.edge.cacheMisses, status.edge.connections) = (0, 0, 0)
        status.services[0].traffic = TrafficFigures()
        status.services[0].tasks = [
            TaskStatus(id: "web.1", zone: "a", port: 41_231, pid: 4301, state: .starting, since: now),
            TaskStatus(id: "web.2", zone: "b", port: 41_232, state: .starting, since: now),
        ]
        status.database?.servers[1].state = .starting
        status.database?.servers[1].pid = nil
        status.database?.servers[1].lagBytes = nil
        status.database?.servers[1].lagSeconds = nil
        status.database?.synchronous = false
        return status
    }

    /// With figures of the last minute, one task that works hard, and an alarm.
    static var busy: StackStatus {
        var status = degraded
        status.problems = []
        status.edge.recent = RecentFigures(
            seconds: 60, requests: 12_240, errors: 3, p50: 0.0008, p99: 0.0124, hits: 830, misses: 170)
        status.services[0].recent = RecentFigures(seconds: 60, requests: 2081, p50: 0.0031, p99: 0.024)
        status.services[0].tasks[0].cpu = 91.4
        status.services[0].tasks[0].memoryBytes = 84 << 20
        status.receivers = [
            NoticeStatus(name: "https://hooks.example.com/…"),
            NoticeStatus(name: "smtp.example.com:587", problem: "cannot be reached: connection refused"),
        ]
        return status
    }

    /// One task in a crash loop, the old writer on its way back.
    static var degraded: StackStatus {
        var status = ready
        status.phase = .degraded
        status.edge.firewall = "off: libmodsecurity is not installed"
        status.services[0].tasks[1] = TaskStatus(
            id: "web.3", zone: "b", port: 41_233, state: .backingOff,
            reason: "exit code 1 after 0.2 s: Error: connect ECONNREFUSED 127.0.0.1:6379, and so on for a long while",
            restarts: 7, since: now.addingTimeInterval(-4))
        status.database?.servers[0].role = .reader
        status.database?.servers[0].state = .rejoining
        status.database?.servers[0].reason = "pg_rewind runs"
        status.database?.servers[1].role = .writer
        status.database?.synchronous = false
        status.database?.failovers = 1
        status.alarms = [
            AlarmStatus(
                name: "slow", summary: "1 in 100 requests takes longer than 1 s", state: .ok,
                reason: "above 1 in 0 of the last 5 minutes, 0.012 at last", since: start),
            AlarmStatus(
                name: "web-unhealthy", summary: "a task of web fails its health check", state: .alarm,
                reason: "above 0 in 3 of the last 3 minutes, 1 at last", since: now.addingTimeInterval(-240)),
            AlarmStatus(
                name: "web-cpu", summary: "tasks of web use more than 85 % of their cpu", state: .insufficientData,
                reason: "above 85 in 0 of the last 5 minutes, no data at last", since: start),
            AlarmStatus(
                name: "nat-a", summary: "the NAT gateway of zone a has no port left for a new connection", state: nil,
                reason: "this machine has no NAT gateway"),
        ]
        status.problems = [
            Problem(
                subject: "task web.3",
                message: "exit code 1, seven times in a row within twenty seconds; next start in 8 s",
                next: "read `terrace logs web.3`, mend the application, then run `terrace up`"),
            Problem(subject: "database", message: "db-1 failed; db-2 is the writer now"),
        ]
        return status
    }

    static var withoutDatabase: StackStatus {
        var status = ready
        status.database = nil
        return status
    }

    static var longNames: StackStatus {
        var status = ready
        status.stack = "a-stack-with-a-name-of-thirty-1-in-an-environment-of-thirty-one-x"
        status.services[0].name = "a-service-with-a-long-name-too"
        for index in status.services[0].tasks.indices {
            status.services[0].tasks[index].id = "a-service-with-a-long-name-too.\(index + 1_000_000)"
        }
        return status
    }
}
