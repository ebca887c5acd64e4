/// A way that requests need, from every party of one role to a party of another.
struct Need: Hashable {
    var from: Party.Role
    var to: Party.Role
    var traffic: Traffic

    /// The chain from the edge to the data, and the ways on which tasks get images, secrets and logs out.
    static func of(_ network: NetworkModel) -> [Need] {
        let roles = Set(network.parties.map(\.role)).sorted()
        let listens = Dictionary(network.parties.map { ($0.role, $0.listens) }) { $0.union($1) }
        let tasks = roles.filter(\.isTasks)
        func need(_ from: Party.Role, _ to: Party.Role, _ traffic: Traffic? = nil) -> Need? {
            let traffic = traffic ?? .tcp(listens[to] ?? SpanSet())
            return roles.contains(from) && roles.contains(to) && !traffic.isEmpty
                ? Need(from: from, to: to, traffic: traffic) : nil
        }
        let chain = [need(.cloudFront, .loadBalancer)] + tasks.map { need(.loadBalancer, $0) }
        let data = tasks.map { need($0, .database) }
        let out = network.natGateways.isEmpty ? [] : tasks.map { need($0, .internet, .tcp(SpanSet(Span(443)))) }
        let endpoints = roles.filter { if case .interfaceEndpoint = $0 { true } else { $0.isGatewayEndpoint } }
        return (chain + data + out + endpoints.flatMap { endpoint in tasks.map { need($0, endpoint) } })
            .compactMap { $0 }
    }
}

extension Party.Role {
    var isGatewayEndpoint: Bool { if case .gatewayEndpoint = self { true } else { false } }
}

extension NetworkModel {
    var zones: [String] { Set(subnets.values.map(\.zone)).sorted() }

    /// What is left when everything in a zone is gone; routes to what stood there lead nowhere.
    func losing(zone: String) -> NetworkModel {
        var rest = self
        rest.parties = parties.filter { $0.zone != zone }
        rest.natGateways = natGateways.filter { subnets[$0.value.subnet]?.zone != zone }
        return rest
    }
}
