import Resources
import Stacks

extension Estimator {
    /// The traffic is shared evenly by the gateways, and comes evenly from all zones. What comes from one without a gateway is paid for
    /// on both sides of the zones' border.
    var natGateway: [Charge] {
        let gateways = max(1, count { if case .natGateway = $0 { true } else { false } })
        let zones = zones.count
        let charges = [
            Charge.hourly("NAT gateway", .natHour),
            Charge("data through it", .natGigabyte, assumptions.natGigabytes.times(1, over: gateways)),
        ]
        guard gateways < zones else { return charges }
        let crossing = assumptions.natGigabytes.times(2 * (zones - gateways), over: zones * gateways)
        return charges + [Charge("data to it from other zones", .zoneGigabyte, crossing)]
    }

    /// Those in which there are subnets.
    private var zones: Set<Value> {
        Set(resources.compactMap { if case .subnet(let subnet) = $0.settings { subnet.zone } else { nil } })
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
