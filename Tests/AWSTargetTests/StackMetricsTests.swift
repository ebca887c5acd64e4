import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks
import TestKit
import Testing

@testable import AWSTarget

/// Which figures of CloudWatch's are asked for, and what answers make of them.
struct StackMetricsTests {
    /// A service whose versions take turns, one that takes no requests, and a database that has a reader.
    private static let stack = Stack(
        name: "shop", region: "eu-west-1", edge: Edge(domain: "shop.example.com", origin: .public),
        services: [
            Service(name: "web", image: ".", deploy: DeployRules(canary: DeployRules.Canary())),
            Service(name: "worker", image: ".", routes: []),
        ], database: Database(capacity: .serverless(min: 0.5, max: 8), readers: 1))

    /// What exists once all of it is there.
    private static let world: World = {
        let graph = StackResources.graph(of: stack)
        var known = KnownFacts(lookups: [.account: "1", .partition: "aws", .region: "eu-west-1"])
        for zone in 0..<2 { known.lookups[.zoneName(zone)] = "eu-west-1\(["a", "b"][zone])" }
        for resource in graph.resources {
            let name = resource.address.text.split(separator: ".").last ?? ""
            for fact in resource.kind.facts { known.facts[resource.address, default: [:]][fact] = "\(name)-\(fact)" }
            switch resource.kind {
            case .targetGroup: known.facts[resource.address]?[.arn] = "arn:aws:x:eu-west-1:1:targetgroup/\(name)/1a"
            case .loadBalancer: known.facts[resource.address]?[.metricName] = "app/shop/2b"
            case .distribution: known.facts[resource.address]?[.id] = "E1"
            case .ecsCluster: known.facts[resource.address]?[.arn] = "arn:aws:ecs:eu-west-1:1:cluster/shop"
            case .databaseInstance: known.facts[resource.address]?[.name] = "shop-\(name)"
            default: break
            }
        }
        let observed = graph.resources.map {
            Observed($0.address, $0.settings.resolved(knowing: known), facts: known.facts[$0.address] ?? [:])
        }
        return World(resources: Dictionary(observed.map { ($0.address, $0) }) { first, _ in first })
    }()

    private static let metrics = StackMetrics(world)

    private func text(_ question: MetricQuestion) -> String {
        let dimensions = question.dimensions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(question.place) \(question.namespace) \(question.metric) \(question.statistic) "
            + dimensions.joined(separator: " ")
    }

    @Test func whatIsAskedForReadsAsReviewed() {
        let questions = Self.metrics.questions
        expectGolden(questions.map(text).joined(separator: "\n") + "\n", "metric-questions")
        #expect(Set(questions).count == questions.count)
    }

    @Test func aStackThatIsNotThereAsksForNothing() {
        #expect(StackMetrics(World()).questions.isEmpty)
    }

    @Test(arguments: [
        (1_796_004_000, 1_796_003_940), (1_796_004_059, 1_796_003_940), (1_796_004_060, 1_796_004_000),
    ])
    func aMinuteCountsOnceItHasBeenOverForAMinute(now: Int, end: Int) {
        let window = MetricWindow(now: now)
        #expect(window.range == end - 1800..<end && window.reach == 600)
    }

    @Test func aCallAsksForMinutesUnderIdsThatItsAnswerIsReadBy() throws {
        let questions = Array(Self.metrics.questions.prefix(2))
        let request = MetricQuestion.request(questions, in: 600..<1200)
        #expect(request.startTime == AWSWire.Moment(seconds: 600) && request.endTime == AWSWire.Moment(seconds: 1200))
        let queries = try #require(request.metricDataQueries)
        #expect(queries.map(\.id) == ["m0", "m1"] && queries.allSatisfy { $0.metricStat?.period == 60 })
        #expect(queries.map(\.metricStat?.metric?.metricName) == questions.map(\.metric))

        var answer = CloudWatch.GetMetricDataResponse(slots: Slots())
        var result = CloudWatch.MetricDataResult(slots: Slots())
        result.id = "m1"
        result.timestamps = [1140, 1080].map { AWSWire.Moment(seconds: $0) }
        result.values = [3, 4]
        var stranger = result
        stranger.id = "x"
        answer.metricDataResults = [result, stranger]
        let series = MetricQuestion.read(answer, of: questions)
        #expect(series.value(questions[1], at: 1140) == 3 && series.value(questions[1], at: 1080) == 4)
        #expect(series.value(questions[0], at: 1140) == nil && series.value(questions[1], at: nil) == nil)
    }

    // MARK: Answers

    private static let window = MetricWindow(now: 1_796_004_000)
    private static let last = window.range.upperBound - 60
    private static let vitals = CloudVitals(
        services: [],
        servers: [
            .init(name: "shop-db-1", isWriter: false, state: "available"),
            .init(name: "shop-db-2", isWriter: true, state: "available"),
        ])

    /// - Parameter told: the metric, a part of a dimension's value (none: without a target group), the statistic; the value; minutes before the last one.
    private static func figures(_ told: [(String, String?, String, Double, Int)]) -> CloudFigures {
        var series = MetricSeries()
        for (metric, part, statistic, value, ago) in told {
            let question = metrics.questions.first { question in
                question.metric == metric && question.statistic == statistic
                    && (part.map { part in question.dimensions.values.contains { $0.contains(part) } }
                        ?? (question.dimensions["TargetGroup"] == nil))
            }
            guard let question else { continue }
            series.note(value, of: question, at: last - ago * 60)
        }
        return metrics.figures(series, window: window, vitals: vitals, alarms: [])
    }

    @Test func whatIsNotToldIsNotZero() {
        let none = Self.figures([])
        #expect(none.minutes == CloudFigures.Minutes() && none.reach == 600)
        #expect(none.edge == CloudFigures.Traffic() && none.balancer == CloudFigures.Traffic())
        #expect(none.services.map(\.traffic) == [CloudFigures.Traffic(), nil])
        #expect(none.services.allSatisfy { $0.cpu == nil && $0.memory == nil })
        #expect(none.servers.map(\.cpu) == [nil, nil] && none.servers.allSatisfy(\.isServerless))
    }

    @Test func eachTiersFiguresAreOfItsNewestMinuteAlone() {
        let found = Self.figures([
            ("Requests", "E1", "Sum", 1200, 3), ("4xxErrorRate", "E1", "Average", 2, 3),
            ("5xxErrorRate", "E1", "Average", 0.5, 4),
            ("CPUUtilization", "shop-web", "Average", 40, 1), ("MemoryUtilization", "shop-web", "Average", 60, 0),
        ])
        #expect(found.minutes == CloudFigures.Minutes(edge: Self.last - 180, tasks: Self.last))
        #expect(found.edge == CloudFigures.Traffic(perSecond: 20, clientErrors: 24, curve: [20]))
        #expect(found.services.first?.cpu == nil && found.services.first?.memory == 60)
    }

    @Test func aMinuteThatIsTooOldTellsNothingOfNow() {
        #expect(Self.figures([("Requests", "E1", "Sum", 60, 9)]).minutes.edge == Self.last - 540)
        #expect(Self.figures([("Requests", "E1", "Sum", 60, 10)]).edge == CloudFigures.Traffic())
    }

    @Test func besideRequestsNoNumberOfErrorsIsNone() {
        let found = Self.figures([
            ("RequestCount", nil, "Sum", 600, 0), ("RequestCount", nil, "Sum", 300, 2),
            ("HTTPCode_ELB_5XX_Count", nil, "Sum", 2, 0), ("HTTPCode_Target_5XX_Count", nil, "Sum", 3, 0),
            ("TargetResponseTime", nil, "p50", 0.02, 0), ("TargetResponseTime", nil, "p99", 0.3, 0),
        ])
        #expect(
            found.balancer
                == CloudFigures.Traffic(
                    perSecond: 10, clientErrors: 0, errors: 5, p50: 0.02, p99: 0.3, curve: [5, nil, 10]))
        #expect(found.services.first?.traffic == CloudFigures.Traffic())
    }

    @Test func whileVersionsTakeTurnsRequestsAreThoseOfBoth() throws {
        let groups = Set(Self.metrics.questions.compactMap { $0.dimensions["TargetGroup"] }).sorted()
        #expect(groups.count == 2)
        let (old, new) = (groups[0], groups[1])
        let found = Self.figures([
            ("RequestCount", old, "Sum", 540, 0), ("RequestCount", new, "Sum", 60, 0),
            ("HTTPCode_Target_5XX_Count", new, "Sum", 6, 0),
            ("TargetResponseTime", old, "p99", 0.1, 0), ("TargetResponseTime", new, "p99", 0.9, 0),
        ])
        let traffic = try #require(found.services.first?.traffic)
        #expect(traffic.perSecond == 10 && traffic.errors == 6 && traffic.errorShare == 0.01 && traffic.p99 == 0.1)
    }

    @Test func lagIsAReadersAndInSeconds() {
        let lag = "AuroraReplicaLag"
        let found = Self.figures([
            (lag, "shop-db-1", "Average", 18, 0), (lag, "shop-db-2", "Average", 7, 0),
            ("ServerlessDatabaseCapacity", "shop-db-2", "Average", 2.5, 0),
            ("DatabaseConnections", "shop-db-2", "Average", 24, 0),
        ])
        #expect(found.servers.map(\.lag) == [0.018, nil] && found.servers.map(\.capacity) == [nil, 2.5])
        #expect(found.servers.map(\.connections) == [nil, 24] && found.servers.map(\.zone).allSatisfy { $0 != nil })
    }
}
