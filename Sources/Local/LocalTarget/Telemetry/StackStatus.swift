package import struct Foundation.Date

/// What the local target answers to "how are you": one value for `status`, its JSON, the live view and the console.
/// Durations are in seconds, amounts in bytes, times in UTC.
package struct StackStatus: Codable, Sendable, Equatable {
    package enum Phase: String, Codable, Sendable {
        case starting, ready, degraded, stopping
    }

    /// The stack's full name, environment included.
    package var stack: String
    package var manifest: String
    package var supervisor: Int32
    package var startedAt: Date
    package var phase: Phase
    package var edge: EdgeStatus
    package var services: [ServiceStatus]
    package var database: DatabaseStatus?
    package var jobs: [JobStatus]
    /// In the order of the definitions; empty until the stack runs.
    package var alarms: [AlarmStatus]
    /// Whom alarms are told.
    package var receivers: [NoticeStatus]
    /// What a person should know, the most urgent first: complete sentences with a next step.
    package var problems: [Problem]
    /// What is other than one may think and yet nothing is wrong: sentences. nil when there are none.
    package var notes: [String]?

    package init(
        stack: String, manifest: String, supervisor: Int32, startedAt: Date, phase: Phase, edge: EdgeStatus,
        services: [ServiceStatus] = [], database: DatabaseStatus? = nil, jobs: [JobStatus] = [],
        alarms: [AlarmStatus] = [], receivers: [NoticeStatus] = [], problems: [Problem] = [], notes: [String] = []
    ) {
        self.notes = notes.isEmpty ? nil : notes
        self.stack = stack
        self.manifest = manifest
        self.supervisor = supervisor
        self.startedAt = startedAt
        self.phase = phase
        self.edge = edge
        self.services = services
        self.database = database
        self.jobs = jobs
        self.alarms = alarms
        self.receivers = receivers
        self.problems = problems
    }
}

/// One thing that is wrong now.
package struct Problem: Codable, Sendable, Equatable {
    /// `edge`, `firewall`, `service web`, `task web.3`, `database`, …
    package var subject: String
    /// What happened, in one line.
    package var message: String
    /// What to do; nil when Terrace mends it by itself.
    package var next: String?
    /// What a task wrote last, the oldest line first; nil where there is none.
    package var lines: [String]?

    package init(subject: String, message: String, next: String? = nil, lines: [String] = []) {
        self.subject = subject
        self.message = message
        self.next = next
        self.lines = lines.isEmpty ? nil : lines
    }
}

/// Counts since the start, and latencies in seconds.
package struct TrafficFigures: Codable, Sendable, Equatable {
    package var requests: Int
    /// Answers of 500 and above.
    package var errors: Int
    package var p50: Double
    package var p99: Double
    package var p999: Double

    package init(requests: Int = 0, errors: Int = 0, p50: Double = 0, p99: Double = 0, p999: Double = 0) {
        self.requests = requests
        self.errors = errors
        self.p50 = p50
        self.p99 = p99
        self.p999 = p999
    }
}

/// What listens for clients, and how the cache does.
package struct EdgeStatus: Codable, Sendable, Equatable {
    /// `https://localhost:8443`
    package var url: String
    package var redirectURL: String
    package var consoleURL: String
    /// Path of the certificate that clients must trust: `curl --cacert`.
    package var certificateAuthority: String?
    package var traffic: TrafficFigures
    /// Of the last minute; nil before there is anything to compare with.
    package var recent: RecentFigures?
    package var connections: Int
    package var cacheHits: Int
    package var cacheMisses: Int
    package var cacheBytes: Int
    package var cacheObjects: Int
    /// `on`, or what of the firewall is not.
    package var firewall: String
    /// Requests that the firewall refused.
    package var refused: Int

    package init(
        url: String, redirectURL: String, consoleURL: String, certificateAuthority: String? = nil,
        traffic: TrafficFigures = TrafficFigures(), recent: RecentFigures? = nil, connections: Int = 0,
        cacheHits: Int = 0, cacheMisses: Int = 0,
        cacheBytes: Int = 0, cacheObjects: Int = 0, firewall: String, refused: Int = 0
    ) {
        self.url = url
        self.redirectURL = redirectURL
        self.consoleURL = consoleURL
        self.certificateAuthority = certificateAuthority
        self.traffic = traffic
        self.recent = recent
        self.connections = connections
        self.cacheHits = cacheHits
        self.cacheMisses = cacheMisses
        self.cacheBytes = cacheBytes
        self.cacheObjects = cacheObjects
        self.firewall = firewall
        self.refused = refused
    }

    /// 0...1; nil before the first request.
    package var hitRatio: Double? {
        let all = cacheHits + cacheMisses
        return all == 0 ? nil : Double(cacheHits) / Double(all)
    }
}

/// A service as its load balancer and its tasks show it.
package struct ServiceStatus: Codable, Sendable, Equatable {
    package var name: String
    package var routes: [String]
    /// True for one that takes no requests, whose tasks need not listen; else nil.
    package var isWorker: Bool?
    package var desired: Int
    package var traffic: TrafficFigures
    /// Of the last minute; nil before there is anything to compare with.
    package var recent: RecentFigures?
    package var tasks: [TaskStatus]

    package init(
        name: String, routes: [String], isWorker: Bool = false, desired: Int,
        traffic: TrafficFigures = TrafficFigures(), recent: RecentFigures? = nil, tasks: [TaskStatus] = []
    ) {
        self.isWorker = isWorker ? true : nil
        self.recent = recent
        self.name = name
        self.routes = routes
        self.desired = desired
        self.traffic = traffic
        self.tasks = tasks
    }
}

/// One running copy of a service.
package struct TaskStatus: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case starting, healthy, unhealthy, draining, stopped
        /// Ended, and waiting to be started again.
        case backingOff = "backing-off"
    }

    /// `web.1`: service and a number that is never used twice while the supervisor runs.
    package var id: String
    /// `a`, `b`, …
    package var zone: String
    package var port: Int
    package var pid: Int32?
    package var state: State
    /// Why it is not healthy, in one line.
    package var reason: String?
    package var restarts: Int
    package var since: Date
    package var inFlight: Int
    /// Per cent of its share of a processor in the last seconds; nil before there is anything to compare with.
    package var cpu: Double?
    package var memoryBytes: Int?

    package init(
        id: String, zone: String, port: Int, pid: Int32? = nil, state: State, reason: String? = nil,
        restarts: Int = 0, since: Date, inFlight: Int = 0, cpu: Double? = nil, memoryBytes: Int? = nil
    ) {
        self.cpu = cpu
        self.memoryBytes = memoryBytes
        self.id = id
        self.zone = zone
        self.port = port
        self.pid = pid
        self.state = state
        self.reason = reason
        self.restarts = restarts
        self.since = since
        self.inFlight = inFlight
    }
}

/// The data tier: its endpoints, its servers and how they stand to each other.
package struct DatabaseStatus: Codable, Sendable, Equatable {
    /// `15.18`
    package var version: String
    /// `127.0.0.1:54301`: the relays that applications use.
    package var writerEndpoint: String
    package var readerEndpoint: String
    package var servers: [DatabaseServerStatus]
    /// Whether a commit waits for the reader's disk.
    package var synchronous: Bool
    package var failovers: Int
    package var connections: Int

    package init(
        version: String, writerEndpoint: String, readerEndpoint: String, servers: [DatabaseServerStatus] = [],
        synchronous: Bool = false, failovers: Int = 0, connections: Int = 0
    ) {
        self.version = version
        self.writerEndpoint = writerEndpoint
        self.readerEndpoint = readerEndpoint
        self.servers = servers
        self.synchronous = synchronous
        self.failovers = failovers
        self.connections = connections
    }
}

/// One PostgreSQL server in its present role.
package struct DatabaseServerStatus: Codable, Sendable, Equatable {
    package enum Role: String, Codable, Sendable { case writer, reader }
    package enum State: String, Codable, Sendable {
        case starting, available, promoting, rejoining, stopped
    }

    /// `db-1`, `db-2`: names that stay when roles move.
    package var name: String
    package var zone: String
    package var port: Int
    package var pid: Int32?
    package var role: Role
    package var state: State
    package var reason: String?
    /// Bytes of write-ahead log that the reader has not replayed yet; nil for the writer.
    package var lagBytes: Int?
    /// nil for the writer.
    package var lagSeconds: Double?

    package init(
        name: String, zone: String, port: Int, pid: Int32? = nil, role: Role, state: State, reason: String? = nil,
        lagBytes: Int? = nil, lagSeconds: Double? = nil
    ) {
        self.name = name
        self.zone = zone
        self.port = port
        self.pid = pid
        self.role = role
        self.state = state
        self.reason = reason
        self.lagBytes = lagBytes
        self.lagSeconds = lagSeconds
    }
}
