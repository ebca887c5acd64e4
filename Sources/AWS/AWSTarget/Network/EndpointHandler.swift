import AWSServices
import AWSWire
import Provisioning
import Resources

/// A way to one of AWS's own services.
enum EndpointHandler: KindHandler {
    static var lingers: Bool { true }

    static func find(_ search: Search<EndpointSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.vpcEndpoint) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeVpcEndpointsRequest(filters: work.ofThisStack))
        return pages.flatMap(\.vpcEndpoints).compactMap { endpoint in
            let tags = EC2.dictionary(endpoint.tags)
            guard let address = work.scope.address(in: tags), let id = endpoint.vpcEndpointId,
                endpoint.stateWord != "deleted"
            else { return nil }
            return Observed(
                address, .endpoint(settings(endpoint)), facts: work.connection.facts(id, "vpc-endpoint"),
                state: state(endpoint), tags: tags)
        }
    }

    static func settings(_ endpoint: EC2.VpcEndpoint) -> EndpointSettings {
        let shape: EndpointSettings.Shape =
            endpoint.vpcEndpointType == .gateway
            ? .gateway(routeTables: endpoint.routeTableIds.map { Value($0) })
            : .interface(
                subnets: endpoint.subnetIds.map { Value($0) },
                groups: endpoint.groups.compactMap(\.groupId).map { Value($0) })
        return EndpointSettings(
            vpc: Value(endpoint.vpcId ?? ""), service: Value(endpoint.serviceName ?? ""), shape: shape)
    }

    static func state(_ endpoint: EC2.VpcEndpoint) -> Observed.State {
        let reason = endpoint.failureReason ?? endpoint.lastError?.message
        return switch endpoint.stateWord {
        case "pending": .pending("the endpoint is pending")
        case "pendingacceptance": .pending("the owner of the service has to accept the endpoint")
        case "failed", "rejected", "expired", "partial":
            .failed("the endpoint is \(endpoint.stateWord)" + (reason.map { ": \($0)" } ?? ""))
        case "deleting", "deleted": .deleting
        default: .ready
        }
    }

    static func create(_ order: Order<EndpointSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        var request = EC2.CreateVpcEndpointRequest(
            vpcId: wanted.vpc.text, serviceName: wanted.service.text, tagSpecifications: order.tagged(.vpcEndpoint))
        request.clientToken = order.tokenOfRun()
        switch wanted.shape {
        case .gateway(let tables):
            request.vpcEndpointType = .gateway
            request.routeTableIds = tables.map(\.text)
        case .interface(let subnets, let groups):
            request.vpcEndpointType = .interface
            request.subnetIds = subnets.map(\.text)
            request.securityGroupIds = groups.map(\.text)
            request.privateDnsEnabled = true
        }
        return try await work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address && isLike(wanted, $0) }
        } made: { answer in
            let endpoint = try answer.vpcEndpoint.orUnreadable("EC2.CreateVpcEndpoint", "VpcEndpoint")
            let id = try endpoint.vpcEndpointId.orUnreadable("EC2.CreateVpcEndpoint", "VpcEndpointId")
            return order.done(facts: work.connection.facts(id, "vpc-endpoint"), state: state(endpoint))
        }
    }

    private static func isLike(_ wanted: EndpointSettings, _ observed: Observed) -> Bool {
        guard case .endpoint(let found) = observed.settings, observed.state != .deleting else { return false }
        return found.vpc == wanted.vpc && found.service == wanted.service
    }

    static func update(_ order: Order<EndpointSettings>, from observed: Observed) async throws -> Observed {
        guard case .endpoint(let found) = observed.settings, let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        var request = EC2.ModifyVpcEndpointRequest(vpcEndpointId: id)
        switch (found.shape, order.settings.shape) {
        case (.gateway(let old), .gateway(let new)):
            (request.addRouteTableIds, request.removeRouteTableIds) = difference(old, new)
        case (.interface(let oldSubnets, let oldGroups), .interface(let newSubnets, let newGroups)):
            (request.addSubnetIds, request.removeSubnetIds) = difference(oldSubnets, newSubnets)
            (request.addSecurityGroupIds, request.removeSecurityGroupIds) = difference(oldGroups, newGroups)
        case (.gateway, .interface), (.interface, .gateway): return observed
        }
        if request != EC2.ModifyVpcEndpointRequest(vpcEndpointId: id) { try await order.work.call(request) }
        return order.done(facts: observed.facts, state: observed.state)
    }

    /// Nil where there is nothing to say.
    private static func difference(_ old: [Value], _ new: [Value]) -> (add: [String]?, remove: [String]?) {
        let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
        return (added.isEmpty ? nil : added.map(\.text), removed.isEmpty ? nil : removed.map(\.text))
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        let answer = try await work.call(EC2.DeleteVpcEndpointsRequest(vpcEndpointIds: [id]))
        try answer.unsuccessful.throwFirst("DeleteVpcEndpoints", work)
    }
}

extension EC2.VpcEndpoint {
    /// EC2 writes it in several ways: `pendingAcceptance`, `PendingAcceptance`.
    fileprivate var stateWord: String { (state?.rawValue ?? "").lowercased() }
}

extension [EC2.UnsuccessfulItem] {
    /// Calls about several resources succeed although one was refused.
    func throwFirst(_ operation: String, _ work: Work) throws {
        guard let error = first?.error else { return }
        let code = error.code ?? "Unsuccessful"
        throw AWSError(
            service: "EC2", operation: operation, region: work.connection.region,
            kind: AWSError.Kind(code: code, status: 400),
            code: code, message: error.message ?? "", status: 400)
    }
}
