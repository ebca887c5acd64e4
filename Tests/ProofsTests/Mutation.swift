import Resources

@testable import Proofs

/// The planned network with one thing in it taken away or opened.
struct Mutation: Sendable, CustomStringConvertible {
    var description: String
    var network: NetworkModel

    private init(_ description: String, _ network: NetworkModel, _ change: (inout NetworkModel) -> Void) {
        self.description = description
        self.network = network
        change(&self.network)
    }

    /// Rules, entries and routes that decide anything: without one of them a claim must break.
    static func removedRules(of network: NetworkModel, superfluous: [Superfluous]) -> [Mutation] {
        let spare = Set(superfluous)
        let rules =
            rules(of: network) { layer, rule, remove in
                if !spare.contains(Superfluous(layer: layer.text, rule: rule.text)) { remove() }
            }
            + entries(of: network) { layer, entry, remove in
                if !spare.contains(Superfluous(layer: layer.text, rule: entry.text)) { remove() }
            }
        let routes = network.tables.sorted { $0.key < $1.key }.filter { isInhabited($0.key, network) }
            .flatMap { name, table in
                table.routes.indices.map { index in
                    Mutation("\(name) without \(table.routes[index].text)", network) {
                        $0.tables[name]?.routes.remove(at: index)
                    }
                }
            }
        return rules + routes
    }

    /// Without NAT gateways and with a private origin nobody stands in the public subnets.
    static func isInhabited(_ table: String, _ network: NetworkModel) -> Bool {
        network.subnets.contains { $0.value.table == table && isInhabited(subnet: $0.key, network) }
    }

    private static func isInhabited(subnet: String, _ network: NetworkModel) -> Bool {
        network.parties.contains { $0.subnet == subnet } || network.natGateways.values.contains { $0.subnet == subnet }
    }

    static func removed(_ spare: Superfluous, of network: NetworkModel) -> [Mutation] {
        rules(of: network) { layer, rule, remove in
            if Superfluous(layer: layer.text, rule: rule.text) == spare { remove() }
        }
            + entries(of: network) { layer, entry, remove in
                if Superfluous(layer: layer.text, rule: entry.text) == spare { remove() }
            }
    }

    /// Whole parts.
    static func removedParts(of network: NetworkModel) -> [Mutation] {
        var all: [Mutation] = []
        for name in network.groups.keys.sorted() {
            all.append(
                Mutation("nobody in \(name)", network) { network in
                    for index in network.parties.indices { network.parties[index].groups.removeAll { $0 == name } }
                })
        }
        for (name, subnet) in network.subnets.sorted(by: { $0.key < $1.key }) {
            guard isInhabited(subnet: name, network) else { continue }
            // A table without routes is what a subnet has that names none.
            if let table = subnet.table, network.tables[table]?.routes.isEmpty == false {
                all.append(Mutation("\(name) without table", network) { $0.subnets[name]?.table = nil })
            }
            all.append(Mutation("\(name) without list", network) { $0.subnets[name]?.list = nil })
        }
        for name in network.natGateways.keys.sorted() {
            all.append(Mutation("without \(name)", network) { $0.natGateways[name] = nil })
        }
        all.append(Mutation("without internet gateway", network) { $0.internetGateway = nil })
        if !network.vpcOrigins.isEmpty {
            all.append(Mutation("without VPC origin", network) { $0.vpcOrigins = [] })
        }
        return all
    }

    /// Every port, every address, and the other verdict.
    static func openings(of network: NetworkModel) -> [Mutation] {
        let ports =
            rules(of: network) { _, rule, _ in rule.traffic = .all }
            + entries(of: network) { _, entry, _ in entry.traffic = .all }
        let peers =
            rules(of: network) { _, rule, _ in rule.peer = .addresses(.everyAddress) }
            + entries(of: network) { _, entry, _ in entry.peer = .everyAddress }
        let denials = entries(of: network) { _, entry, _ in entry.allows.toggle() }
        // Longer than every other route for everything, so that it wins.
        let routes = network.tables.sorted { $0.key < $1.key }.filter { isInhabited($0.key, network) }
            .flatMap { name, table in
                table.routes.indices.filter { table.routes[$0].destination != .everyAddress }.map { index in
                    Mutation("\(name): \(table.routes[index].text) for everything", network) {
                        $0.tables[name]?.routes[index].destination = .everyAddress
                        $0.tables[name]?.routes[index].prefix = 1
                    }
                }
            }
        let publics = network.parties.indices.filter { network.parties[$0].subnet != nil }.map { index in
            Mutation("\(network.parties[index].name) with a public address", network) {
                $0.parties[index].hasPublicAddress.toggle()
            }
        }
        let gateways = network.tables.keys.sorted().filter { isInhabited($0, network) && !leadsOut($0, network) }.map {
            name in
            Mutation("\(name) to the internet", network) {
                $0.tables[name]?.routes.append(
                    NetworkModel.Route(
                        destination: .everyAddress, prefix: 1, way: .internetGateway(network.internetGateway ?? ""),
                        text: "everything to the internet"))
            }
        }
        let opened = (ports + peers + denials).filter { !passesTheSame(network, $0.network) }
        return opened + publics + gateways + routes
    }

    /// Whether every list and group lets the same pass of whoever is there: opening a rule that a wider one covers opens
    /// nothing.
    private static func passesTheSame(_ one: NetworkModel, _ other: NetworkModel) -> Bool {
        let somebody = SpanSet.union(of: one.parties.map(\.addresses))
        func passes(_ network: NetworkModel) -> [PeerFilter] {
            let lists = network.lists.sorted { $0.key < $1.key }.flatMap { _, list in
                [list.filter(.ingress), list.filter(.egress)].map {
                    $0.intersection(PeerFilter(somebody, Traffic.all.region))
                }
            }
            let groups = network.groups.sorted { $0.key < $1.key }.flatMap { _, group in
                network.parties.flatMap { party in
                    [GroupFilter(group.ingress).filter(peer: party), GroupFilter(group.egress).filter(peer: party)]
                }
            }
            return lists + groups
        }
        return passes(one) == passes(other)
    }

    private static func leadsOut(_ table: String, _ network: NetworkModel) -> Bool {
        network.tables[table]?.routes.contains { if case .internetGateway = $0.way { true } else { false } } ?? false
    }

    private static func rules(
        of network: NetworkModel, _ change: (Layer, inout NetworkModel.Rule, _ remove: () -> Void) -> Void
    ) -> [Mutation] {
        let paths: [(layer: (String) -> Layer, rules: WritableKeyPath<NetworkModel.Group, [NetworkModel.Rule]>)] = [
            ({ .groupIngress([$0]) }, \.ingress), ({ .groupEgress([$0]) }, \.egress),
        ]
        return network.groups.sorted { $0.key < $1.key }.flatMap { name, group in
            paths.flatMap { layer, path in
                group[keyPath: path].enumerated().compactMap { index, rule in
                    var rules = group[keyPath: path]
                    var isGone = false
                    change(layer(name), &rules[index]) { isGone = true }
                    if isGone { rules.remove(at: index) }
                    if rules == group[keyPath: path] { return nil }
                    return Mutation("\(layer(name).text): \(rule.text)", network) {
                        $0.groups[name]?[keyPath: path] = rules
                    }
                }
            }
        }
    }

    private static func entries(
        of network: NetworkModel, _ change: (Layer, inout NetworkModel.Entry, _ remove: () -> Void) -> Void
    ) -> [Mutation] {
        let paths:
            [(layer: (String) -> Layer, entries: WritableKeyPath<NetworkModel.AccessList, [NetworkModel.Entry]>)] = [
                (Layer.listIngress, \.ingress), (Layer.listEgress, \.egress),
            ]
        return network.lists.sorted { $0.key < $1.key }.flatMap { name, list in
            paths.flatMap { layer, path in
                list[keyPath: path].enumerated().compactMap { index, entry in
                    var entries = list[keyPath: path]
                    var isGone = false
                    change(layer(name), &entries[index]) { isGone = true }
                    if isGone { entries.remove(at: index) }
                    if entries == list[keyPath: path] { return nil }
                    return Mutation("\(layer(name).text): \(entry.text)", network) {
                        $0.lists[name]?[keyPath: path] = entries
                    }
                }
            }
        }
    }

    /// The planned resources with one rule, entry or route taken away, each under its name.
    static func shortened(_ graph: ResourceGraph) -> [(name: String, graph: ResourceGraph)] {
        graph.resources.flatMap { resource in
            shorter(resource.settings).map { text, settings in
                let resources = graph.resources.map { other in
                    var other = other
                    // Its dependencies stay what they were, so that nothing else changes.
                    other.needs = other.dependencies
                    if other.address == resource.address { other.settings = settings }
                    return other
                }
                return ("\(resource.address): \(text)", ResourceGraph(resources))
            }
        }
    }

    private static func shorter(_ settings: Settings) -> [(text: String, settings: Settings)] {
        switch settings {
        case .securityGroupRules(let rules):
            without(each: rules, \.ingress) { .securityGroupRules($0) }
                + without(each: rules, \.egress) { .securityGroupRules($0) }
        case .networkACL(let list): without(each: list, \.entries) { .networkACL($0) }
        case .routeTable(let table): without(each: table, \.routes) { .routeTable($0) }
        default: []
        }
    }

    private static func without<Whole, Part: FieldConvertible>(
        each whole: Whole, _ parts: WritableKeyPath<Whole, [Part]>, _ settings: (Whole) -> Settings
    ) -> [(text: String, settings: Settings)] {
        whole[keyPath: parts].indices.map { index in
            var shorter = whole
            let part = shorter[keyPath: parts].remove(at: index)
            return (part.fieldValue.description, settings(shorter))
        }
    }
}

extension Proof {
    /// Rules of groups and entries of lists.
    var rules: Int {
        network.groups.values.reduce(0) { $0 + $1.ingress.count + $1.egress.count }
            + network.lists.values.reduce(0) { $0 + $1.ingress.count + $1.egress.count }
    }
}
