import AWSServices
import Provisioning
import Resources

/// A record of the network's connections. Nothing about it can be changed.
enum FlowLogHandler: KindHandler {
    static func find(_ search: Search<FlowLogSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.vpcFlowLog) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeFlowLogsRequest(filter: work.ofThisStack))
        return pages.flatMap(\.flowLogs).compactMap { log in
            let tags = EC2.dictionary(log.tags)
            guard let address = work.scope.address(in: tags), let id = log.flowLogId else { return nil }
            return Observed(
                address, .flowLog(settings(log)), facts: work.connection.facts(id, "vpc-flow-log"), state: state(log),
                tags: tags)
        }
    }

    static func settings(_ log: EC2.FlowLog) -> FlowLogSettings {
        FlowLogSettings(
            vpc: Value(log.resourceId ?? ""),
            traffic: FlowLogSettings.Traffic(rawValue: log.trafficType?.rawValue ?? "") ?? .all,
            destination: Value(log.logDestination ?? ""),
            format: log.destinationOptions?.fileFormat == .parquet ? .parquet : .text,
            seconds: log.maxAggregationInterval ?? 600)
    }

    static func state(_ log: EC2.FlowLog) -> Observed.State {
        guard log.deliverLogsStatus == "FAILED" else { return .ready }
        return .failed(log.deliverLogsErrorMessage ?? "its lines cannot be delivered")
    }

    static func create(_ order: Order<FlowLogSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let format: EC2.DestinationFileFormat = wanted.format == .parquet ? .parquet : .plainText
        var request = EC2.CreateFlowLogsRequest(
            resourceIds: [wanted.vpc.text], resourceType: .vpc,
            trafficType: EC2.TrafficType(rawValue: wanted.traffic.rawValue),
            logDestinationType: .s3, logDestination: wanted.destination.text,
            tagSpecifications: order.tagged(.vpcFlowLog),
            maxAggregationInterval: wanted.seconds,
            destinationOptions: EC2.DestinationOptionsRequest(
                fileFormat: format, hiveCompatiblePartitions: false, perHourPartition: false))
        request.clientToken = order.tokenOfRun()
        return try await work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address && isLike(wanted, $0) }
        } made: { answer in
            try answer.unsuccessful.throwFirst("CreateFlowLogs", work)
            let id = try answer.flowLogIds.first.orUnreadable("EC2.CreateFlowLogs", "FlowLogIds")
            return order.done(facts: work.connection.facts(id, "vpc-flow-log"))
        }
    }

    private static func isLike(_ wanted: FlowLogSettings, _ observed: Observed) -> Bool {
        if case .flowLog(let found) = observed.settings { found == wanted } else { false }
    }

    static func update(_ order: Order<FlowLogSettings>, from observed: Observed) async throws -> Observed {
        guard let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        return order.done(facts: observed.facts, state: observed.state)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        let answer = try await work.call(EC2.DeleteFlowLogsRequest(flowLogIds: [id]))
        try answer.unsuccessful.throwFirst("DeleteFlowLogs", work)
    }
}
