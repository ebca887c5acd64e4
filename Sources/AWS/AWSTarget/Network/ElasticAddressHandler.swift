import AWSServices
import Provisioning
import Resources

/// A public address. It has no name and takes no token: searched by its tags before each creation.
enum ElasticAddressHandler: KindHandler {
    static func find(_ search: Search<ElasticAddressSettings>) async throws -> [Observed] {
        let work = search.work
        guard try await work.mayHave(.elasticIp) else { return [] }
        let answer = try await work.look(EC2.DescribeAddressesRequest(filters: work.ofThisStack))
        return answer.addresses.compactMap { found in
            let tags = EC2.dictionary(found.tags)
            guard let address = work.scope.address(in: tags), let id = found.allocationId else { return nil }
            return Observed(
                address, .elasticAddress(ElasticAddressSettings()), facts: facts(id, found.publicIp, work), tags: tags)
        }
    }

    private static func facts(_ id: String, _ address: String?, _ work: Work) -> [Fact: String] {
        var facts = work.connection.facts(id, "elastic-ip")
        facts[.publicAddress] = address
        return facts
    }

    static func create(_ order: Order<ElasticAddressSettings>) async throws -> Observed {
        let request = EC2.AllocateAddressRequest(domain: .vpc, tagSpecifications: order.tagged(.elasticIp))
        return try await order.work.callOnce(request) { work in
            try await find(Search([], work)).first { $0.address == order.address }
        } made: { answer in
            let id = try answer.allocationId.orUnreadable("EC2.AllocateAddress", "AllocationId")
            return order.done(facts: facts(id, answer.publicIp, order.work))
        }
    }

    static func update(_ order: Order<ElasticAddressSettings>, from observed: Observed) async throws -> Observed {
        guard let id = observed.facts[.id] else { return observed }
        try await order.retag(id, from: observed)
        return order.done(facts: observed.facts)
    }

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let id = observed.facts[.id] else { return }
        try await work.call(EC2.ReleaseAddressRequest(allocationId: id))
    }
}
