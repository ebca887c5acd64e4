import Stacks

/// Subnets, gateways and the tables that tell packets where to go.
extension StackResources {
    var vpc: Address { address(.network, .vpc) }
    var internetGateway: Address { address(.network, .internetGateway) }

    func subnet(_ tier: Tier, _ zone: Zone) -> Address { address(.network, .subnet, "\(tier.subnets)-\(zone)") }

    func subnets(_ tier: Tier) -> [Address] { zones.map { subnet(tier, $0) } }

    func routeTable(_ tier: Tier, _ zone: Zone) -> Address {
        // What leaves the public subnets goes one way, whatever the zone.
        address(.network, .routeTable, tier == .edge ? "public" : "\(tier.subnets)-\(zone)")
    }

    var network: [Resource] {
        let network = Resource(vpc, .vpc(VPCSettings(cidr: "\(stack.network.cidr)")))
        let gateway = Resource(internetGateway, .internetGateway(InternetGatewaySettings(vpc: id(vpc))))
        return [network, gateway] + subnetResources + natResources + routeTables + [flowLog]
    }

    private var subnetResources: [Resource] {
        stack.network.subnets(zones: stack.zones).map { subnet in
            Resource(
                self.subnet(subnet.tier, subnet.zone),
                .subnet(
                    SubnetSettings(
                        vpc: id(vpc), cidr: "\(subnet.cidr)", zone: Value(Lookup.zoneID(subnet.zone.index)))))
        }
    }

    // MARK: Ways out

    func natGateway(_ zone: Zone) -> Address { address(.network, .natGateway, "\(zone)") }

    /// The zones that have a gateway of their own.
    var natZones: [Zone] { stack.natZones }

    /// The gateway that a zone's tasks use.
    private func natGateway(for zone: Zone) -> Address? {
        natZones.contains(zone) ? natGateway(zone) : natZones.first.map(natGateway)
    }

    private var natResources: [Resource] {
        natZones.flatMap { zone in
            let elastic = address(.network, .elasticAddress, "nat-\(zone)")
            return [
                Resource(elastic, .elasticAddress(ElasticAddressSettings())),
                Resource(
                    natGateway(zone),
                    .natGateway(NATGatewaySettings(subnet: id(subnet(.edge, zone)), address: id(elastic))),
                    // A gateway in a network whose internet gateway is not attached yet fails for good.
                    needs: [Dependency(internetGateway, .ready)]),
            ]
        }
    }

    private var routeTables: [Resource] {
        let toInternet = Route(
            destination: "0.0.0.0/0",
            // EC2 takes no route to a gateway that is not attached.
            via: .internetGateway(id(internetGateway, when: .ready)))
        let open = table(routeTable(.edge, zones[0]), routes: [toInternet], subnets: subnets(.edge))
        let closed = zones.flatMap { zone in
            // A route to a gateway on its way up is taken and works from the moment the gateway does.
            let way = natGateway(for: zone)
                .map { Route(destination: "0.0.0.0/0", via: .natGateway(id($0))) }
            return [
                table(
                    routeTable(.application, zone), routes: way.map { [$0] } ?? [],
                    subnets: [subnet(.application, zone)]),
                table(routeTable(.data, zone), routes: [], subnets: [subnet(.data, zone)]),
            ]
        }
        return [open] + closed
    }

    private func table(_ address: Address, routes: [Route], subnets: [Address]) -> Resource {
        Resource(
            address, .routeTable(RouteTableSettings(vpc: id(vpc), routes: routes, subnets: subnets.map { id($0) })))
    }

    /// Into the bucket as Parquet, every packet's flow: as lines in CloudWatch they would be the dearest thing of the stack.
    private var flowLog: Resource {
        Resource(
            address(.network, .flowLog),
            // EC2 tries to write when the log is made: the bucket's policy must be there.
            .flowLog(
                FlowLogSettings(vpc: id(vpc), traffic: .all, destination: "\(arn(logs, when: .ready))/flow")))
    }
}
