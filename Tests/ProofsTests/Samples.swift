import Proofs
import Resources
import Stacks

/// Stacks whose networks differ.
enum Sample: String, CaseIterable, Sendable {
    case standard, domain, privateDomain, singleNAT, endpoints, workers

    var stack: Stack {
        switch self {
        case .standard:
            Stack(name: "guestbook", services: [Service(name: "web", image: ".")], database: Database())
        case .domain:
            Stack(
                name: "shop", edge: Edge(domain: "shop.example.com", origin: .public),
                services: [Service(name: "web", image: "."), Service(name: "api", image: ".", port: 4000)],
                database: Database())
        case .privateDomain:
            Stack(
                name: "shop", zones: 3, edge: Edge(domain: "shop.example.com", origin: .private),
                services: [Service(name: "web", image: ".")], database: Database(readers: 2))
        case .singleNAT:
            Stack(
                name: "small", network: Network(nat: .single), services: [Service(name: "web", image: ".")],
                database: Database(readers: 0))
        case .endpoints:
            Stack(
                name: "closed", network: Network(nat: .none, endpoints: Network.Endpoint.allCases),
                services: [Service(name: "web", image: ".")], database: Database())
        case .workers:
            Stack(
                name: "jobs", network: Network(nat: .perZone, endpoints: [.s3, .logs]),
                services: [Service(name: "mailer", image: ".", routes: [])], database: Database())
        }
    }

    var graph: ResourceGraph { StackResources.graph(of: stack) }
    var network: NetworkModel { PlannedNetwork.model(of: graph) }
    var proof: Proof { Proof(network, choices: Choice.of(stack), starts: TaskStart.of(stack)) }
}
