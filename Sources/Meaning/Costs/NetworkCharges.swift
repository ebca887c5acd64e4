import Resources
import Stacks

extension Estimator {
    /// The traffic is shared evenly by the gateways.
    var natGateway: [Charge] {
        let gateways = max(1, count { if case .natGateway = $0 { true } else { false } })
        return [
            .hourly("NAT gateway", .natHour),
            Charge("data through it", .natGigabyte, assumptions.natGigabytes.times(1, over: gateways)),
        ]
    }

    func charges(for endpoint: EndpointSettings, at address: Address) -> [Charge] {
        guard case .interface(let subnets, _) = endpoint.shape else { return [] }
        let hours = Charge.hourly("endpoint in \(subnets.count) zones", .endpointHour, subnets.count)
        // Image layers come from S3, whose gateway is free; secrets are some KiB at a task's start.
        guard address.text.hasSuffix(".logs") else { return [hours] }
        return [hours, Charge("lines of tasks through it", .endpointGigabyte, assumptions.taskLogs)]
    }

    func charges(for log: FlowLogSettings) -> [Charge] {
        let delivery = Charge("delivery into the bucket", .bucketLogGigabyte, assumptions.flowLogs)
        guard log.format == .parquet else { return [delivery] }
        return [delivery, Charge("written as Parquet", .parquetGigabyte, assumptions.flowLogs)]
    }
}
