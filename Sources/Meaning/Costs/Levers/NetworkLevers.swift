import Resources
import Stacks

extension Levers {
    /// What tasks need where there is no other way out.
    private var endpoints: [Network.Endpoint] {
        [.s3, .ecr, .secretsmanager, .logs] + (stack.services.contains(where: \.exec) ? [.ssmmessages] : [])
    }
    /// Interface endpoints that these make: two for the registry, none for S3.
    private var interfaces: Int { endpoints.count }

    var nat: Lever? {
        let gateways = estimate.lines.filter { $0.item == .natHour }.count
        let cost = cost { [.natHour, .natGigabyte].contains($0.item) || $0.address.text.contains(".nat-") }
        var choices: [Lever.Choice] = []
        for (way, note) in [
            (Network.NAT.perZone, "a zone's failure leaves the other's way out alone"),
            (.single, "when its zone fails no task reaches the internet"),
        ] where way != stack.network.nat {
            choices.append(choice("nat: \(way.rawValue); \(note)", change { $0.network.nat = way }))
        }
        if !Set(endpoints).isSubset(of: stack.network.endpoints) {
            choices.append(
                choice(
                    "endpoints: [\(endpoints.map(\.rawValue).joined(separator: ", "))]\(gateways == 0 ? "" : " beside it")",
                    change { $0.network.endpoints = endpoints }))
        }
        if stack.network.nat != .none {
            choices.append(
                choice(
                    "nat: none with these endpoints; tasks then reach these services and nothing else",
                    change {
                        $0.network.endpoints = endpoints
                        $0.network.nat = .none
                    }))
        }
        return Lever(
            name: "nat",
            now: gateways == 0 ? "no gateway" : "\(gateways) gateway\(gateways == 1 ? "" : "s"), \(cost) a month",
            choices: choices, remarks: natRemarks)
    }

    private var natRemarks: [String] {
        let silence = silence(
            "from where on which of them pays", without: .endpointHour, .endpointGigabyte, .natHour, .natGigabyte,
            .publicAddressHour, .zoneGigabyte)
        if let silence { return [silence] }
        let hours = Assumptions.hours
        let endpoints = each(.endpointHour).billionths * hours * interfaces * stack.zones
        let saved = each(.natGigabyte).billionths - each(.endpointGigabyte).billionths
        let gateway = (each(.natHour).billionths + each(.publicAddressHour).billionths) * hours
        // Of what comes through one gateway, all but a zone's share crosses a border, paid for on both sides.
        let border = 2 * each(.zoneGigabyte).billionths
        var remarks: [String] = []
        if saved > 0 {
            remarks.append(
                "the endpoints (\(Dollars(billionths: endpoints)) a month) pay beside a gateway from "
                    + "\(Quantity(gigabytes: endpoints, over: saved)) GB a month to these services on")
        }
        if border > 0 {
            remarks.append(
                "a gateway in every zone pays from \(Quantity(gigabytes: gateway * stack.zones, over: border)) GB a month on, "
                    + "by what would cross between zones")
        }
        return remarks
    }

    var addresses: Lever? {
        let lines = estimate.lines.filter { $0.item == .publicAddressHour }
        guard !lines.isEmpty else { return nil }
        let count = lines.reduce(0) { $0 + $1.quantity.expected.millionths } / (Assumptions.hours * 1_000_000)
        var choices: [Lever.Choice] = []
        if stack.edge.origin == .public {
            choices.append(
                choice(
                    "origin: private; the load balancer then has no public address",
                    change { $0.edge.origin = .private }))
        }
        let each = each(.publicAddressHour).times(Quantity(Assumptions.hours))
        return Lever(
            name: "public IPv4",
            now: "\(count) address\(count == 1 ? "" : "es"), \(Estimate.sum(lines).expected) a month",
            choices: choices, remarks: ["each is \(each) a month, in use or not"])
    }

    var cache: Lever? {
        let hits = stack.usage.cacheHits
        guard hits < 100, !estimate.lines.filter({ $0.item == .edgeRequest }).isEmpty else { return nil }
        let better = min(100, hits + 10)
        let balancer = change { $0.usage.cacheHits = better }
        let all = change { other in
            other.usage.cacheHits = better
            for service in other.services where !service.routes.isEmpty {
                let least = service.tasks.lowerBound * 100
                let average = Assumptions(stack).tasks(service.name, in: service.tasks).expected
                other.usage.tasks[service.name] = least + (average - least) * (100 - better) / (100 - hits)
            }
        }
        return Lever(
            name: "cache", now: "\(hits) of 100 requests are answered by the cache",
            choices: [
                choice("\(better) of 100: what the load balancer passes on", balancer),
                choice("the same, if the tasks above the fewest follow the requests that reach them", all),
            ],
            remarks: ["what the edge sends out costs the same, from the cache or not"])
    }
}

extension Quantity {
    /// Whole ones, rounded up: from there on it pays.
    init(gigabytes cost: Int, over saving: Int) { self.init((cost + saving - 1) / saving) }
}
