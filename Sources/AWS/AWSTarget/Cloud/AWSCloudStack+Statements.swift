import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// What the database is busy with, by Performance Insights: sessions sampled each second, which costs nothing for seven days.
extension AWSCloudStack {
    package func statements(of world: World, over length: Duration, most: Int) async throws -> CloudStatements {
        try await reportingRefusals("look what the database is busy with") {
            let (name, work) = (try clusterName(in: world), work)
            let end = connection.now().seconds
            let window = end - Int(length.components.seconds)..<end
            let filter = RDS.Filter(name: "db-cluster-id", values: [name])
            async let instances = work.call(RDS.DescribeDBInstancesRequest(filters: [filter])).dbInstances
            let members = try await servers(of: world)
            let found = try await instances
            let servers = try await members.concurrentMap { member in
                let instance = found.first { $0.dbInstanceIdentifier == member.name }
                return CloudStatements.Server(
                    name: member.name, isWriter: member.isWriter,
                    statements: try await statements(of: instance, in: window, most: most, work))
            }
            return CloudStatements(
                window: window, servers: servers.filter(\.isWriter) + servers.filter { !$0.isWriter })
        }
    }

    private func statements(
        of instance: RDS.DBInstance?, in window: Range<Int>, most: Int, _ work: Work
    ) async throws -> [CloudStatements.Statement]? {
        guard let instance, instance.performanceInsightsEnabled == true, let id = instance.dbiResourceId else {
            return nil
        }
        let answer = try await work.call(StatementFigure.request(id, in: window, most: most))
        return answer.keys.map(StatementFigure.statement).sorted { ($1.load, $0.text) < ($0.load, $1.text) }
    }
}

/// Figures of statements as Performance Insights calls them. Pure.
enum StatementFigure: String, CaseIterable {
    case calls = "calls_per_sec"
    /// In milliseconds.
    case latency = "avg_latency_per_call"
    case rows = "rows_per_sec"

    private static let group = "db.sql_tokenized"

    /// Averages are the only statistic that there is.
    /// Source: "SQL statistics for Aurora PostgreSQL" and DescribeDimensionKeys, read 2026-11.
    private var metric: String { "\(Self.group).stats.\(rawValue).avg" }

    static func request(
        _ id: String, in window: Range<Int>, most: Int
    ) -> PerformanceInsights.DescribeDimensionKeysRequest {
        PerformanceInsights.DescribeDimensionKeysRequest(
            serviceType: .rds, identifier: id, startTime: Moment(seconds: window.lowerBound),
            endTime: Moment(seconds: window.upperBound), metric: "db.load.avg",
            groupBy: PerformanceInsights.DimensionGroup(group: group, limit: most),
            additionalMetrics: allCases.map(\.metric), maxResults: most)
    }

    static func statement(_ key: PerformanceInsights.DimensionKeyDescription) -> CloudStatements.Statement {
        let figure = { (figure: StatementFigure) in key.additionalMetrics[figure.metric] }
        return CloudStatements.Statement(
            text: key.dimensions["\(group).statement"] ?? "", load: key.total ?? 0, callsPerSecond: figure(.calls),
            mean: figure(.latency).map { $0 / 1000 }, rowsPerSecond: figure(.rows))
    }
}
