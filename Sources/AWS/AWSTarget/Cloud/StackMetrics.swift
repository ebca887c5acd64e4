import Provisioning
import Resources

/// Where CloudWatch has the figures of one stack, and what they say. Pure.
struct StackMetrics: Sendable, Equatable {
    static let edge = "AWS/CloudFront"
    static let balancer = "AWS/ApplicationELB"
    static let tasks = "AWS/ECS"
    static let database = "AWS/RDS"

    struct Service: Sendable, Equatable {
        var name: String
        var cluster: String
        /// As ECS calls it.
        var fullName: String
        /// Two where versions take turns.
        var groups: [String]
    }

    struct Server: Sendable, Equatable {
        var name: String
        var zone: String
        var isServerless: Bool
    }

    private let distribution: String?
    private let loadBalancer: String?
    private let services: [Service]
    private let servers: [Server]

    init(_ world: World) {
        let observed = world.resources.values.sorted { $0.address < $1.address }
        func fact(_ fact: Fact, of kind: ResourceKind) -> String? {
            observed.first { $0.settings.kind == kind }?.facts[fact]
        }
        distribution = fact(.id, of: .distribution)
        loadBalancer = fact(.metricName, of: .loadBalancer)
        services = observed.compactMap(Service.init)
        servers = observed.compactMap(Server.init)
    }

    // MARK: - Questions

    /// Everything that one look asks for.
    var questions: [MetricQuestion] {
        let ofEdge = distribution.map(edgeQuestions).map { [$0.requests, $0.clientErrors, $0.errors] } ?? []
        let ofBalancer = loadBalancer.map(balancerQuestions)?.all ?? []
        let ofServices = services.flatMap { service in
            groupQuestions(service).flatMap(\.all) + [
                load("CPUUtilization", service), load("MemoryUtilization", service),
            ]
        }
        return ofEdge + ofBalancer + ofServices + servers.flatMap(serverQuestions)
    }

    private typealias EdgeQuestions = (requests: MetricQuestion, clientErrors: MetricQuestion, errors: MetricQuestion)

    /// Errors are per cent there. Source: "CloudFront metrics", read 2026-11; latencies and hits are of those that cost more.
    private func edgeQuestions(_ distribution: String) -> EdgeQuestions {
        let ask = { (metric: String, statistic: String) in
            MetricQuestion(Self.edge, metric, ["DistributionId": distribution, "Region": "Global"], statistic)
        }
        return (ask("Requests", "Sum"), ask("4xxErrorRate", "Average"), ask("5xxErrorRate", "Average"))
    }

    /// What a load balancer tells of itself or of one target group.
    private struct BalancerQuestions {
        var requests: MetricQuestion
        var clientErrors: [MetricQuestion]
        var errors: [MetricQuestion]
        var p50: MetricQuestion
        var p99: MetricQuestion

        var all: [MetricQuestion] { [requests] + clientErrors + errors + [p50, p99] }

        /// - Parameter answerers: `Target`, `ELB`
        init(_ dimensions: [String: String], answerers: [String]) {
            let ask = { MetricQuestion(StackMetrics.balancer, $0, dimensions, $1) }
            requests = ask("RequestCount", "Sum")
            clientErrors = answerers.map { ask("HTTPCode_\($0)_4XX_Count", "Sum") }
            errors = answerers.map { ask("HTTPCode_\($0)_5XX_Count", "Sum") }
            (p50, p99) = (ask("TargetResponseTime", "p50"), ask("TargetResponseTime", "p99"))
        }
    }

    private func balancerQuestions(_ balancer: String) -> BalancerQuestions {
        BalancerQuestions(["LoadBalancer": balancer], answerers: ["Target", "ELB"])
    }

    private func groupQuestions(_ service: Service) -> [BalancerQuestions] {
        guard let loadBalancer else { return [] }
        return service.groups.map {
            BalancerQuestions(["LoadBalancer": loadBalancer, "TargetGroup": $0], answerers: ["Target"])
        }
    }

    private func load(_ metric: String, _ service: Service) -> MetricQuestion {
        MetricQuestion(
            Self.tasks, metric, ["ClusterName": service.cluster, "ServiceName": service.fullName], "Average")
    }

    private func serverQuestions(_ server: Server) -> [MetricQuestion] {
        let names = ["CPUUtilization", "DatabaseConnections", "AuroraReplicaLag"]
        return (names + (server.isServerless ? ["ServerlessDatabaseCapacity"] : [])).map { ofServer(server.name, $0) }
    }

    private func ofServer(_ name: String, _ metric: String) -> MetricQuestion {
        MetricQuestion(Self.database, metric, ["DBInstanceIdentifier": name], "Average")
    }

    // MARK: - Answers

    /// - Parameter window: what was asked for.
    func figures(
        _ series: MetricSeries, window: MetricWindow, vitals: CloudVitals, alarms: [CloudFigures.Alarm]
    ) -> CloudFigures {
        let minutes = CloudFigures.Minutes(
            edge: series.newest(in: Self.edge, window), balancer: series.newest(in: Self.balancer, window),
            tasks: series.newest(in: Self.tasks, window), database: series.newest(in: Self.database, window))
        return CloudFigures(
            vitals: vitals, minutes: minutes, reach: window.reach,
            edge: distribution.map { traffic(edgeQuestions($0), series, at: minutes.edge) },
            balancer: loadBalancer.map {
                var traffic = traffic([balancerQuestions($0)], series, at: minutes.balancer)
                // It counts a request once it has chosen a task: not every error is one of these.
                traffic.errorShare = nil
                return traffic
            },
            services: services.map { service in
                let questions = groupQuestions(service)
                return CloudFigures.Service(
                    name: service.name,
                    traffic: questions.isEmpty ? nil : traffic(questions, series, at: minutes.balancer),
                    cpu: series.value(load("CPUUtilization", service), at: minutes.tasks),
                    memory: series.value(load("MemoryUtilization", service), at: minutes.tasks))
            },
            servers: vitals.servers.map { server($0, series, at: minutes.database) },
            alarms: alarms.sorted { $0.word < $1.word })
    }

    private func traffic(
        _ questions: EdgeQuestions, _ series: MetricSeries, at minute: Int?
    ) -> CloudFigures.Traffic {
        let requests = series.value(questions.requests, at: minute)
        let share = { (question: MetricQuestion) in series.value(question, at: minute).map { $0 / 100 } }
        let count = { (question: MetricQuestion) in share(question).flatMap { share in requests.map { $0 * share } } }
        return CloudFigures.Traffic(
            perSecond: requests.map(Self.perSecond), clientErrors: count(questions.clientErrors),
            errors: count(questions.errors), errorShare: share(questions.errors),
            curve: curve(until: minute) { series.value(questions.requests, at: $0) })
    }

    /// A load balancer writes down what is more than nothing, while it has requests: beside a number of requests no number of
    /// errors is none. Source: "CloudWatch metrics for your Application Load Balancer", read 2026-11.
    private func traffic(
        _ questions: [BalancerQuestions], _ series: MetricSeries, at minute: Int?
    ) -> CloudFigures.Traffic {
        let total = { (asked: [MetricQuestion], minute: Int?) -> Double? in
            let values = asked.compactMap { series.value($0, at: minute) }
            return values.isEmpty ? nil : values.reduce(0, +)
        }
        let requests = total(questions.map(\.requests), minute)
        let count = { (asked: [MetricQuestion]) in total(asked, minute) ?? requests.map { _ in 0 } }
        let errors = count(questions.flatMap(\.errors))
        // Two groups' percentiles make no third: those of the one that has more of the requests.
        let busiest = questions.max {
            (series.value($0.requests, at: minute) ?? -1) < (series.value($1.requests, at: minute) ?? -1)
        }
        return CloudFigures.Traffic(
            perSecond: requests.map(Self.perSecond), clientErrors: count(questions.flatMap(\.clientErrors)),
            errors: errors,
            errorShare: errors.flatMap { errors in requests.flatMap { $0 > 0 ? errors / $0 : nil } },
            p50: busiest.flatMap { series.value($0.p50, at: minute) },
            p99: busiest.flatMap { series.value($0.p99, at: minute) },
            curve: curve(until: minute) { total(questions.map(\.requests), $0) })
    }

    private static func perSecond(_ requests: Double) -> Double { requests / Double(MetricWindow.period) }

    private func curve(until minute: Int?, _ requests: (Int) -> Double?) -> [Double?] {
        guard let minute else { return [] }
        let first = minute - (MetricWindow.drawn - 1) * MetricWindow.period
        let values = stride(from: first, through: minute, by: MetricWindow.period).map {
            requests($0).map(Self.perSecond)
        }
        return Array(values.drop { $0 == nil })
    }

    private func server(
        _ vitals: CloudVitals.Server, _ series: MetricSeries, at minute: Int?
    ) -> CloudFigures.Server {
        let value = { (metric: String) in series.value(ofServer(vitals.name, metric), at: minute) }
        let known = servers.first { $0.name == vitals.name }
        return CloudFigures.Server(
            name: vitals.name, zone: known?.zone, isServerless: known?.isServerless ?? false,
            cpu: value("CPUUtilization"), connections: value("DatabaseConnections"),
            // In milliseconds; what a writer tells is not its own.
            lag: vitals.isWriter ? nil : value("AuroraReplicaLag").map { $0 / 1000 },
            capacity: value("ServerlessDatabaseCapacity"))
    }
}

extension StackMetrics.Service {
    /// Nil for what is no service.
    fileprivate init?(_ observed: Observed) {
        guard case .ecsService(let settings) = observed.settings else { return nil }
        name = observed.address.text.split(separator: ".").last.map(String.init) ?? ""
        cluster = settings.cluster.text.split(separator: "/").last.map(String.init) ?? ""
        fullName = settings.name.text
        // The part of a group's ARN that CloudWatch knows it by.
        groups = (settings.target?.targetGroups ?? []).compactMap {
            $0.text.split(separator: ":").last.map(String.init)
        }
    }
}

extension StackMetrics.Server {
    /// Nil for what is no server.
    fileprivate init?(_ observed: Observed) {
        guard case .databaseInstance(let settings) = observed.settings else { return nil }
        name = observed.facts[.name] ?? settings.identifier.text
        zone = settings.zone.text
        isServerless = settings.instanceClass == "db.serverless"
    }
}
