/// One thing that is to exist on AWS.
package struct Resource: Sendable, Equatable {
    package var address: Address
    package var settings: Settings
    /// The user's tags and Terrace's own; empty for a kind that AWS cannot tag.
    package var tags: [String: String]
    package var place: Place
    /// What it needs beside what its settings refer to.
    package var needs: [Dependency]

    package init(
        _ address: Address, _ settings: Settings, tags: [String: String] = [:], place: Place? = nil,
        needs: [Dependency] = []
    ) {
        self.address = address
        self.settings = settings
        self.tags = tags
        self.place = place ?? settings.kind.place
        self.needs = needs
    }

    package var kind: ResourceKind { settings.kind }

    /// Everything it waits for, each address once, with the later of the moments that are asked for.
    package var dependencies: [Dependency] {
        let referred = settings.values.flatMap(\.references).map { Dependency($0.address, $0.moment) }
        let moments = Dictionary((needs + referred).map { ($0.address, $0.moment) }, uniquingKeysWith: max)
        return moments.map { Dependency($0.key, $0.value) }.sorted { $0.address < $1.address }
    }
}

/// Where a resource lives, which decides whom to ask for it.
package enum Place: String, Sendable, Hashable, Codable {
    /// The stack's region.
    case region
    /// us-east-1, from where CloudFront takes its certificates, its firewall and its logs.
    case edge
    /// A service without regions; its calls are signed for us-east-1.
    case global
}

/// A resource must wait for another one's moment.
package struct Dependency: Sendable, Hashable {
    package var address: Address
    package var moment: Moment

    package init(_ address: Address, _ moment: Moment = .identified) {
        self.address = address
        self.moment = moment
    }
}

/// What one kind of resource is made of. A struct for each kind; `Settings` has a case for each.
package protocol ResourceSettings: Sendable, Equatable, ValueHolding {
    static var kind: ResourceKind { get }
    var settings: Settings { get }
    /// Everything that is compared with what exists, in the order in which a plan shows it. Values that AWS fills in by
    /// itself and that Terrace does not care about are not here.
    var fields: [Field] { get }
}
