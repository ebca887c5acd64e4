/// How busy a stack in a cloud is and how its parts are. Figures are those of one minute, the newest that is whole; one that the
/// cloud does not tell is nil.
package struct CloudFigures: Sendable, Equatable {
    /// Requests of one tier.
    package struct Traffic: Sendable, Equatable {
        package var perSecond: Double?
        /// Answers of 400 to 499 and of 500 and above.
        package var clientErrors: Double?
        package var errors: Double?
        /// Of all requests, those whose answer was 500 and above: 0...1.
        package var errorShare: Double?
        /// Seconds.
        package var p50: Double?
        package var p99: Double?
        /// Requests a second of minute after minute, the newest last; nil for a minute that the cloud has nothing of.
        package var curve: [Double?]

        package init(
            perSecond: Double? = nil, clientErrors: Double? = nil, errors: Double? = nil, errorShare: Double? = nil,
            p50: Double? = nil, p99: Double? = nil, curve: [Double?] = []
        ) {
            self.perSecond = perSecond
            self.clientErrors = clientErrors
            self.errors = errors
            self.errorShare = errorShare
            self.p50 = p50
            self.p99 = p99
            self.curve = curve
        }
    }

    package struct Service: Sendable, Equatable {
        package var name: String
        /// nil for a service that takes no requests.
        package var traffic: Traffic?
        /// Per cent of what its tasks have, on average.
        package var cpu: Double?
        package var memory: Double?

        package init(name: String, traffic: Traffic? = nil, cpu: Double? = nil, memory: Double? = nil) {
            self.name = name
            self.traffic = traffic
            self.cpu = cpu
            self.memory = memory
        }
    }

    package struct Server: Sendable, Equatable {
        package var name: String
        /// `eu-west-1a`
        package var zone: String?
        package var isServerless: Bool
        /// Per cent.
        package var cpu: Double?
        package var connections: Double?
        /// Of a reader behind its writer, in seconds.
        package var lag: Double?
        /// Aurora's capacity units, of a serverless one.
        package var capacity: Double?

        package init(
            name: String, zone: String? = nil, isServerless: Bool = false, cpu: Double? = nil,
            connections: Double? = nil, lag: Double? = nil, capacity: Double? = nil
        ) {
            self.name = name
            self.zone = zone
            self.isServerless = isServerless
            self.cpu = cpu
            self.connections = connections
            self.lag = lag
            self.capacity = capacity
        }
    }

    package struct Alarm: Sendable, Equatable {
        package enum State: String, Sendable {
            case ok = "OK"
            case alarm = "ALARM"
            case insufficientData = "INSUFFICIENT_DATA"
        }

        /// As the manifest calls it: `web-errors`.
        package var word: String
        /// What has happened when it is in alarm.
        package var summary: String
        package var state: State
        package var reason: String
        /// Seconds since 1970.
        package var since: Int?

        package init(word: String, summary: String, state: State, reason: String, since: Int?) {
            self.word = word
            self.summary = summary
            self.state = state
            self.reason = reason
            self.since = since
        }
    }

    /// When the minute of each tier's figures began, in seconds since 1970; nil where no minute has any.
    package struct Minutes: Sendable, Equatable {
        package var edge: Int?
        package var balancer: Int?
        package var tasks: Int?
        package var database: Int?

        package init(edge: Int? = nil, balancer: Int? = nil, tasks: Int? = nil, database: Int? = nil) {
            self.edge = edge
            self.balancer = balancer
            self.tasks = tasks
            self.database = database
        }
    }

    package var vitals: CloudVitals
    package var minutes: Minutes
    /// How old a minute may be to count, in seconds.
    package var reach: Int
    /// nil for a stack without one.
    package var edge: Traffic?
    package var balancer: Traffic?
    /// By name.
    package var services: [Service]
    /// In the order of the vitals'.
    package var servers: [Server]
    /// By word.
    package var alarms: [Alarm]

    package init(
        vitals: CloudVitals, minutes: Minutes = Minutes(), reach: Int = 0, edge: Traffic? = nil,
        balancer: Traffic? = nil, services: [Service] = [], servers: [Server] = [], alarms: [Alarm] = []
    ) {
        self.vitals = vitals
        self.minutes = minutes
        self.reach = reach
        self.edge = edge
        self.balancer = balancer
        self.services = services
        self.servers = servers
        self.alarms = alarms
    }
}
