/// How those parts of a stack are that a drill breaks, as its cloud tells it at one moment.
package struct CloudVitals: Sendable, Equatable {
    package struct Service: Sendable, Equatable {
        package var name: String
        package var desired: Int
        package var running: Int
        /// Of its tasks, as the load balancer sees them; nil for a service without one.
        package var healthy: Int?
        /// A deployment is under way.
        package var isDeploying: Bool
        /// What was deployed last, or is being deployed: the ARN of its task definition.
        package var version: String
        /// Tasks of that deployment that could not run.
        package var failed: Int

        package init(
            name: String, desired: Int, running: Int, healthy: Int?, isDeploying: Bool, version: String = "",
            failed: Int = 0
        ) {
            self.name = name
            self.desired = desired
            self.running = running
            self.healthy = healthy
            self.isDeploying = isDeploying
            self.version = version
            self.failed = failed
        }
    }

    package struct Server: Sendable, Equatable {
        package var name: String
        package var isWriter: Bool
        /// As RDS calls it: `available`, `rebooting`, …
        package var state: String

        package init(name: String, isWriter: Bool, state: String) {
            self.name = name
            self.isWriter = isWriter
            self.state = state
        }
    }

    /// One that is in alarm.
    package struct Alarm: Sendable, Equatable {
        /// As the cloud calls it: `shop-web-errors`.
        package var name: String
        /// As the manifest calls it: `web-errors`.
        package var word: String
        package var reason: String

        package init(name: String, word: String, reason: String) {
            self.name = name
            self.word = word
            self.reason = reason
        }
    }

    package var services: [Service]
    package var servers: [Server]
    package var alarms: [Alarm]

    package init(services: [Service], servers: [Server] = [], alarms: [Alarm] = []) {
        self.services = services
        self.servers = servers
        self.alarms = alarms
    }

    package var writer: String? { servers.first(where: \.isWriter)?.name }

    /// What keeps it from being whole; empty when everything runs that was asked for.
    package var troubles: [String] {
        services.flatMap { service -> [String] in
            let few = "\(service.running) of \(service.desired) tasks of \(service.name) run"
            let ill = service.healthy.map { "\($0) of \(service.desired) tasks of \(service.name) are healthy" }
            if service.running != service.desired { return [few] }
            if let healthy = service.healthy, healthy != service.desired { return [ill].compactMap { $0 } }
            return service.isDeploying ? ["a deployment of \(service.name) is under way"] : []
        } + servers.filter { $0.state != "available" }.map { "the server \($0.name) is \($0.state)" }
            + (servers.isEmpty || writer != nil ? [] : ["the database has no writer"])
    }
}

/// What a drill breaks in a cloud. All of it comes back by itself.
package enum CloudFault: Sendable, Equatable {
    /// The newest task of the first service that takes requests.
    case task
    /// Every task in one zone, by its name there; nil for the last zone that has some.
    case zone(String?)
    /// Makes the reader the writer.
    case writer
    /// Restarts the reader.
    case reader
}

/// What has been broken.
package struct CloudInjection: Sendable, Equatable {
    /// One line for each thing: `stopped the task 4711 of web in eu-west-1a`.
    package var what: [String]
    /// The zone that was hit.
    package var zone: String?

    package init(what: [String], zone: String? = nil) {
        self.what = what
        self.zone = zone
    }
}
