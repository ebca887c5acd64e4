/// What the user deploys; `tasks.min` running copies of it.
package struct Service: Sendable, Equatable {
    package var name: String
    /// A Dockerfile folder or a registry reference; used on aws.
    package var image: String?
    /// How to start it on this machine; needed by the local target only.
    package var command: Command?
    /// Where the container listens on aws. Locally every task gets a port of its own in `PORT`.
    package var port: Int
    /// Empty for a worker that takes no requests.
    package var routes: [RoutePattern]
    package var health: HealthCheck
    /// 1024 = one vCPU.
    package var cpu: Int
    package var memory: ByteCount
    /// What of these two the manifest writes down.
    package var limits: TaskLimits
    package var tasks: ClosedRange<Int>
    package var scaleOn: ScaleOn
    /// Per cent of the tasks above `tasks.lowerBound` that may run on Fargate Spot.
    package var spot: Int
    package var environment: [String: String]
    /// Names of secrets that become environment variables.
    package var secrets: [String]
    /// One task that must succeed before a new version takes traffic.
    package var release: Command?
    /// How long a task may take between SIGTERM and SIGKILL.
    package var stopTimeout: Duration
    package var deploy: DeployRules
    package var balancing: ServiceBalancing
    package var taskProtocol: TaskProtocol
    /// Whether an operator may run commands inside its tasks on aws. Locally that takes no permission.
    package var exec: Bool
    /// A rule of the balancer leads here, whatever the routes say.
    package var isNamedByRule: Bool

    package init(
        name: String, image: String? = nil, command: Command? = nil, port: Int = 3000,
        routes: [RoutePattern] = [.everything], health: HealthCheck = HealthCheck(), cpu: Int = 512,
        memory: ByteCount = .mebibytes(1024), limits: TaskLimits = TaskLimits(), tasks: ClosedRange<Int> = 2...10,
        scaleOn: ScaleOn = ScaleOn(),
        spot: Int = 0, environment: [String: String] = [:], secrets: [String] = [], release: Command? = nil,
        stopTimeout: Duration = .seconds(30), deploy: DeployRules = DeployRules(),
        balancing: ServiceBalancing = ServiceBalancing(), taskProtocol: TaskProtocol = .http1,
        exec: Bool = false, isNamedByRule: Bool = false
    ) {
        self.name = name
        self.image = image
        self.command = command
        self.port = port
        self.routes = routes
        self.health = health
        self.cpu = cpu
        self.memory = memory
        self.limits = limits
        self.tasks = tasks
        self.scaleOn = scaleOn
        self.spot = spot
        self.environment = environment
        self.secrets = secrets
        self.release = release
        self.stopTimeout = stopTimeout
        self.deploy = deploy
        self.balancing = balancing
        self.taskProtocol = taskProtocol
        self.exec = exec
        self.isNamedByRule = isNamedByRule
    }

    /// False for a worker: nothing leads to it, so nobody asks it for its health.
    package var takesRequests: Bool { !routes.isEmpty || isNamedByRule }
}

/// A list of words is run as it is; a text is given to `/bin/sh -c`.
package enum Command: Sendable, Equatable {
    case words([String])
    case shell(String)
}

/// When a task counts as able to take requests.
package struct HealthCheck: Sendable, Equatable {
    package var path: String
    package var interval: Duration
    package var timeout: Duration
    /// Successes in a row that make a target healthy.
    package var healthy: Int
    /// Failures in a row that make a target unhealthy.
    package var unhealthy: Int
    /// Failures within this time after the start do not count against a task.
    package var grace: Duration

    /// gRPC's own health service.
    package static let callPath = "/grpc.health.v1.Health/Check"

    package init(
        path: String = "/health", interval: Duration = .seconds(10), timeout: Duration = .seconds(5),
        healthy: Int = 2, unhealthy: Int = 3, grace: Duration = .seconds(60)
    ) {
        self.path = path
        self.interval = interval
        self.timeout = timeout
        self.healthy = healthy
        self.unhealthy = unhealthy
        self.grace = grace
    }
}

/// Targets of target-tracking scaling; at least one is set.
package struct ScaleOn: Sendable, Equatable {
    /// Per cent of the task's own cpu share.
    package var cpu: Int?
    package var requestsPerTask: Int?

    package init(cpu: Int? = 60, requestsPerTask: Int? = nil) {
        self.cpu = cpu
        self.requestsPerTask = requestsPerTask
    }
}

extension Service {
    /// Where a service's image comes from.
    package enum ImageSource: Sendable, Equatable {
        /// A folder with a Dockerfile; the stack then has a repository for it.
        case folder(String)
        /// `registry/name:tag` or `name@sha256:…`, as a container engine reads it.
        case reference(String)
    }

    /// A folder begins with `.` or `/`, so that `nginx` stays an image.
    package var imageSource: ImageSource? {
        image.map { $0.hasPrefix(".") || $0.hasPrefix("/") ? .folder($0) : .reference($0) }
    }
}
