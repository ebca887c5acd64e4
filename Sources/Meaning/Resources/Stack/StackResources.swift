package import Stacks

/// Everything that a stack is on AWS, as a value. A file for each part; each edge that waits for more than an id says why.
package struct StackResources {
    let stack: Stack
    let names: Names

    /// For a stack with an image for every service; see `obstacles`.
    package static func graph(of stack: Stack) -> ResourceGraph {
        let parts = StackResources(stack)
        let resources =
            parts.network + parts.accessLists + parts.securityGroups + parts.endpoints + parts.alarmTopic
            + parts.logBucket + parts.data + parts.application + parts.services + parts.jobs
            + parts.balancing + parts.certificates + parts.firewall + parts.edge + parts.alarms + parts.dashboard
        return ResourceGraph(resources.map(parts.tagged))
    }

    init(_ stack: Stack) {
        self.stack = stack
        names = Names(stack: stack.fullName)
    }

    // MARK: Words that the parts share

    var zones: [Zone] { (0..<stack.zones).map { Zone(index: $0) } }
    var hasPublicOrigin: Bool { stack.edge.origin == .public }
    /// Services that take requests.
    var routed: [Service] { stack.services.filter(\.takesRequests) }
    var databasePort: Int { 5432 }

    /// `network.subnet.public-a`: the group, the kind, and a word where there are several of the kind.
    func address(_ group: ResourceGroup, _ kind: ResourceKind, _ word: String? = nil) -> Address {
        word.map { Address(group, kind.rawValue, $0) } ?? Address(group, kind.rawValue)
    }

    func id(_ address: Address, when moment: Moment = .identified) -> Value {
        Value(Reference(address, .id, when: moment))
    }

    func arn(_ address: Address, when moment: Moment = .identified) -> Value {
        Value(Reference(address, .arn, when: moment))
    }

    func name(of address: Address, when moment: Moment = .identified) -> Value {
        Value(Reference(address, .name, when: moment))
    }

    /// `arn:aws:logs:us-east-1:123456789012:…`
    func arn(of service: String, _ rest: Value, region: Value = Value(Lookup.region)) -> Value {
        "arn:\(Lookup.partition):\(service):\(region):\(Lookup.account):\(rest)"
    }

    // MARK: Tags

    /// The user's first: nobody loses the own `Name`. Terrace's tags are what finds a resource again.
    private func tagged(_ resource: Resource) -> Resource {
        guard resource.kind.tagging != .never else { return resource }
        var resource = resource
        var tags = ["Name": displayName(of: resource.address)]
        tags.merge(stack.tags) { $1 }
        tags["terrace:tool"] = "terrace"
        tags["terrace:stack"] = stack.fullName
        tags["terrace:environment"] = stack.environment
        tags["terrace:address"] = resource.address.text
        tags["terrace:tier"] = resource.address.group.rawValue
        resource.tags = tags
        return resource
    }

    /// `guestbook-public-a`: what the console shows.
    private func displayName(of address: Address) -> String {
        let words = address.text.split(separator: ".").dropFirst()
        return ([stack.fullName] + (words.count > 1 ? words.dropFirst() : words).map(String.init)).joined(
            separator: "-")
    }
}

extension Duration {
    /// Whole seconds, at least one for anything above none.
    var wholeSeconds: Int { Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0) }
}
