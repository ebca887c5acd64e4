import AWSServices
import AWSWire
import Provisioning
import Resources

/// Made first, attached by an update.
enum InternetGatewayHandler: KindHandler {
    static func find(_ search: Search<InternetGatewaySettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.internetGateway) else { return [] }
        let pages = try await work.lookAll(EC2.DescribeInternetGatewaysRequest(filters: work.ofThisStack))
        return pages.flatMap(\.internetGateways).compactMap { gateway in
            let tags = EC2.dictionary(gateway.tags)
            guard let address = work.scope.address(in: tags), let id = gateway.internetGatewayId else { return nil }
            let vpc = gateway.attachments.first?.vpcId ?? ""
            return Observed(
                address, .internetGateway(InternetGatewaySettings(vpc: Value(vpc))),
                facts: work.connection.facts(id, "internet-gateway"), tags: tags)
        }
    }

    static func create(_ order: Order<InternetGatewaySettings>) async throws -> Observed {
        let request = EC2.CreateInternetGatewayRequest(tagSpecifications: order.tagged(.internetGateway))
        return try await order.work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address }
        } made: { answer in
            let id = try (answer.internetGateway?.internetGatewayId).orUnreadable(
                "EC2.CreateInternetGateway", "InternetGatewayId")
            return order.born(
                InternetGatewaySettings(vpc: ""), facts: order.work.connection.facts(id, "internet-gateway"))
        }
    }

    static func update(_ order: Order<InternetGatewaySettings>, from observed: Observed) async throws -> Observed {
        guard case .internetGateway(let found) = observed.settings, let id = observed.facts[.id] else {
            return observed
        }
        try await order.retag(id, from: observed)
        if found.vpc != order.settings.vpc {
            try await detach(id, from: found.vpc.text, order.work)
            do {
                try await order.work.call(
                    EC2.AttachInternetGatewayRequest(internetGatewayId: id, vpcId: order.settings.vpc.text))
            } catch let error as AWSError where error.code == "Resource.AlreadyAssociated" {
                // An earlier run got this far.
            }
        }
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard case .internetGateway(let found) = observed.settings, let id = observed.facts[.id] else { return }
        try await detach(id, from: found.vpc.text, work)
        try await work.call(EC2.DeleteInternetGatewayRequest(internetGatewayId: id))
    }

    private static func detach(_ id: String, from vpc: String, _ work: Work) async throws {
        guard !vpc.isEmpty else { return }
        try await work.callIfThere(EC2.DetachInternetGatewayRequest(internetGatewayId: id, vpcId: vpc))
    }

    static func blockers(of observed: Observed, _ work: Work) async throws -> [String] {
        guard case .internetGateway(let found) = observed.settings else { return [] }
        return try await Interfaces.holding("vpc-id", found.vpc.text, work)
    }
}
