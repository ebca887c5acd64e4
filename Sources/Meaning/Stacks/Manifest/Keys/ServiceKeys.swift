enum ServiceKeys {
    private static let standard = Service(name: "")

    static let image = Field(
        "image", Shape<String>.text(.anyText).optional, default: nil,
        "A folder with a Dockerfile, or a reference into a registry; used on AWS.")
    static let command = Field(
        "command", Shape<Command>.command.optional, default: nil,
        "How to start it on this machine. A list of words runs as it is, a text is given to /bin/sh.")
    static let port = Field(
        "port", .integer(in: 1...65_535), default: standard.port,
        "Where the container listens on AWS. On this machine every task finds a port of its own in PORT.")
    static let routes = Field(
        "routes", .list(of: .pattern, isSet: true), default: standard.routes,
        "Which paths lead here: * is any run of characters, ? is one. [] for a service that takes no requests.")
    static let taskProtocol = Field(
        "protocol", Shape<TaskProtocol>.choice, default: standard.taskProtocol,
        "What tasks speak: http1, or HTTP/2 without TLS as h2c or grpc.")
    static let health = Field(
        "health", .health, default: standard.health, "The path to ask, or a mapping with the times too.")
    static let cpu = Field(
        "cpu", .integer(among: TaskSize.all.map(\.cpu)), default: standard.cpu,
        "1024 is one vCPU. On this machine it limits a task where it is written, and where cgroups may be made.")
    static let memory = Field(
        "memory", Shape<ByteCount>.memory.optional, default: nil,
        "MiB, or with a unit: 2 GiB. Fargate offers certain amounts for each cpu; the smallest of them is the default. "
            + "On this machine it limits a task where it is written, and where cgroups may be made.")
    static let tasks = Field("tasks", .tasks, default: standard.tasks, "How many copies run.")
    static let scaleOn = Field("scale-on", .scaleOn, default: standard.scaleOn, "What adds and removes tasks.")
    static let spot = Field(
        "spot", .integer(in: 0...100), default: standard.spot,
        "Per cent of the tasks above tasks.min that may run on Fargate Spot.")
    static let environment = Field(
        "environment", .mapping(named: .variable, to: .text(.value), atMost: 200), default: [],
        "Environment variables; what Terrace sets itself is not among them.")
    static let secrets = Field(
        "secrets", .list(of: .text(.variable), isSet: true), default: standard.secrets,
        "Names of secrets that become environment variables.")
    static let release = Field(
        "release", Shape<Command>.command.optional, default: nil,
        "One task that must succeed before a new version takes traffic, such as a migration.")
    static let stopTimeout = Field(
        "stop-timeout", .duration(.seconds(1)...(.seconds(120))), default: standard.stopTimeout,
        "How long a task may take to end between SIGTERM and SIGKILL.")

    static let deploy = Field(
        "deploy", DeployKeys.shape, default: standard.deploy, "How a new version takes the old one's place.")

    static let exec = Field(
        "exec", .flag, default: standard.exec,
        "Whether `terrace exec --on aws` may run commands inside its tasks. Their image can be written to then: "
            + "the agent that ECS puts beside the application needs it.")

    static let all: [any ManifestKey] =
        [
            image, command, port, routes, taskProtocol, health, cpu, memory, tasks, scaleOn, spot, environment, secrets,
            release, stopTimeout, deploy, exec,
        ] + ServiceBalancingKeys.all

    static let shape: Shape<Service> = .section(all) { section, report in
        let cpu = section.read(ServiceKeys.cpu, &report)
        if !section.has(image), !section.has(command) {
            report.error(
                at: section.found.keyPlace, path: section.found.path, "has nothing to run",
                allowed: "`command:` for this machine, `image:` for aws, or both")
        }
        refuseNamesGivenTwice(section, &report)
        let speaks = section.read(taskProtocol, &report)
        let memory = memory(of: section, cpu: cpu, &report)
        // A default is no limit.
        let limits = TaskLimits(
            cpu: section.has(ServiceKeys.cpu) ? cpu : nil, memory: section.has(ServiceKeys.memory) ? memory : nil)
        return Service(
            name: "", image: section.read(image, &report), command: section.read(command, &report),
            port: section.read(port, &report), routes: section.read(routes, &report),
            health: health(of: section, speaks, &report), cpu: cpu, memory: memory,
            limits: limits,
            tasks: section.read(tasks, &report), scaleOn: section.read(scaleOn, &report),
            spot: section.read(spot, &report),
            environment: Dictionary(section.read(environment, &report).map { ($0.key, $0.value) }) { first, _ in first
            },
            secrets: section.read(secrets, &report), release: section.read(release, &report),
            stopTimeout: section.read(stopTimeout, &report), deploy: section.read(deploy, &report),
            balancing: ServiceBalancingKeys.read(section, &report),
            taskProtocol: speaks, exec: section.read(exec, &report))
    }

    /// A gRPC server has no page to ask for; unless a path is said, its health service is called.
    private static func health(of section: Section, _ speaks: TaskProtocol, _ report: inout MistakeList) -> HealthCheck
    {
        var check = section.read(health, &report)
        let place = section.place(of: health)
        let saysPath = section.has(health) && (place.text != nil || place.child(HealthKeys.path.name) != nil)
        if speaks == .grpc, !saysPath { check.path = HealthCheck.callPath }
        return check
    }

    private static func memory(of section: Section, cpu: Int, _ report: inout MistakeList) -> ByteCount {
        let written = section.read(memory, &report)
        guard let size = TaskSize.all.first(where: { $0.cpu == cpu }) else { return written ?? standard.memory }
        guard let written else { return size.smallest }
        if !size.offers(written) {
            report.error(
                section.place(of: memory), "\(written) does not go with cpu \(cpu)", allowed: size.allowed,
                nearest: size.nearest(to: written).map { "\($0.bytes >> 20)" })
        }
        return written
    }

    /// A variable is either a value or a secret.
    private static func refuseNamesGivenTwice(_ section: Section, _ report: inout MistakeList) {
        let names = Set(section.place(of: environment).children.map(\.key))
        guard section.has(environment), section.has(secrets) else { return }
        for secret in section.place(of: secrets).elements {
            guard let name = secret.text, names.contains(name) else { continue }
            report.error(secret, "\(Excerpt.quoted(name)) stands in `environment:` too", allowed: "one of the two")
        }
    }
}
