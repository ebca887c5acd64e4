package import Stacks

extension StackResources {
    /// What the manifest says and the stack on AWS does not do, in plain words; empty when all of it is carried out. A plan
    /// shows them, so that nobody relies on a setting that nothing enforces.
    package static func notes(of stack: Stack) -> [String] {
        firewallNotes(stack.edge.firewall) + stack.services.compactMap(ejectionNote)
            + stack.services.flatMap { deployNotes($0) + canaryNotes($0, stack) } + jobNotes(stack.jobs)
            + alarmNotes(stack.alarms)
    }

    private static func alarmNotes(_ alarms: Alarms) -> [String] {
        let mail = alarms.mail.map { _ in
            "alarms.mail is this machine's alone: on aws SNS sends the mails, once their readers have confirmed"
        }
        let own = alarms.ownWebhooks.map {
            "alarms.notify \($0) is this machine's alone: from aws nobody reaches it"
        }
        return [mail].compactMap { $0 } + own
    }

    private static func firewallNotes(_ firewall: Firewall) -> [String] {
        let proxies = "edge.firewall.trusted-proxies is not used on aws: CloudFront itself sees the client's address"
        let seen = FirewallRule.longestSeenBody
        let body =
            "edge.firewall.largest-body goes by Content-Length on aws: WAF sees the first \(seen >> 10) KiB of a body, "
            + "so one that is sent without a length passes"
        let isUnseen = (firewall.largestBody?.bytes ?? 0) > seen
        return (firewall.trustedProxies.isEmpty ? [] : [proxies]) + (isUnseen ? [body] : [])
    }

    /// Without a word about it there is nothing that anybody relied on.
    private static func ejectionNote(_ service: Service) -> String? {
        guard let ejection = service.balancing.ejection, ejection != Ejection() else { return nil }
        return "services.\(service.name).ejection is this machine's alone: on aws the health checks decide"
    }

    private static func deployNotes(_ service: Service) -> [String] {
        let base = "services.\(service.name).deploy"
        let failures = service.deploy.failures.map { _ in
            "\(base).failures is this machine's alone: on aws the circuit breaker counts by its own rule"
        }
        return [failures].compactMap { $0 }
    }

    private static func canaryNotes(_ service: Service, _ stack: Stack) -> [String] {
        let base = "services.\(service.name).deploy"
        switch stack.cloudCanary(of: service) {
        case nil: return []
        case .leftOut(let reason)?:
            return [
                "\(base).canary is this machine's alone: on aws \(reason), so a new version takes the old one's place task by task"
            ]
        case .carriedOut(let canary)?:
            let isRounded = canary.bake != .seconds(60 * canary.minutes)
            let minutes = "\(canary.minutes) minute\(canary.minutes == 1 ? "" : "s")"
            let isUncompared =
                canary.share > CloudCanary.mostForComparison
                ? "CloudWatch cannot tell two versions apart of which one gets more than \(CloudCanary.mostForComparison) per cent"
                : canary.minutes < CloudCanary.fewestMinutes
                    ? "CloudWatch needs \(CloudCanary.fewestMinutes) minutes to compare two versions" : nil
            return [
                isRounded ? "\(base).canary.bake is \(minutes) on aws: ECS counts whole ones" : nil,
                isUncompared.map { "\(base).canary is judged by \(service.name)-errors alone on aws: \($0)" },
                ruleNote(service.deploy, base),
            ].compactMap { $0 }
        }
    }

    /// A canary's tasks all run beside those of the old version.
    private static func ruleNote(_ rules: DeployRules, _ base: String) -> String? {
        let standard = DeployRules()
        guard rules.minimumHealthy != standard.minimumHealthy || rules.maximum != standard.maximum else { return nil }
        return
            "\(base).minimum-healthy and maximum mean nothing to a canary on aws: ECS starts as many new tasks as there are old ones"
    }

    private static func jobNotes(_ jobs: [ScheduledJob]) -> [String] {
        guard !jobs.isEmpty else { return [] }
        return [
            "jobs: on aws a run that goes on keeps no other from starting, and its timeout ends it with Fargate's half minute in it"
        ]
    }

    /// What becomes of a key of the manifest on AWS.
    package enum Coverage: Sendable, Equatable {
        case carriedOut
        /// It is about this machine.
        case localOnly
        /// It is about what the stack costs, not what it is.
        case estimate
        /// A note says that it is not.
        case noted
    }

    /// Every key of the manifest, by its path in the schema; a test holds it against the schema.
    package static let coverage: [String: Coverage] = Dictionary(
        uniqueKeysWithValues: [
            (
                Coverage.carriedOut,
                [
                    "stack", "region", "zones", "tags", "network.cidr", "network.nat", "network.endpoints",
                    "edge.domain", "edge.origin", "edge.cache.path", "edge.cache.ttl", "edge.cache.query",
                    "edge.cache.cookies", "edge.cache.headers", "edge.firewall.rules", "edge.firewall.mode",
                    "edge.firewall.rate-limit", "edge.firewall.allow", "edge.firewall.deny",
                    "edge.firewall.largest-body",
                    "services.image", "services.port", "services.routes",
                    "services.health", "services.cpu", "services.memory", "services.tasks", "services.scale-on",
                    "services.spot", "services.environment", "services.secrets", "services.release",
                    "services.stop-timeout", "services.sticky", "services.deploy.minimum-healthy",
                    "services.deploy.maximum", "services.deploy.canary", "services.exec",
                    "services.slow-start", "services.timeout", "services.protocol", "balancer",
                    "database.engine", "database.version", "database.instance", "database.serverless",
                    "database.readers", "database.backups", "alarms.notify", "alarms.rules", "jobs",
                ]
            ),
            (Coverage.estimate, ["usage", "budget"]),
            (Coverage.localOnly, ["services.command", "drill", "local.https", "local.http", "local.console"]),
            (
                Coverage.noted,
                [
                    "edge.firewall.trusted-proxies", "services.ejection", "services.deploy.failures", "alarms.mail",
                ]
            ),
        ].flatMap { coverage, keys in keys.map { ($0, coverage) } })
}
