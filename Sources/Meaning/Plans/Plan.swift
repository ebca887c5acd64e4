package import Stacks

/// What stands between what runs and what is wanted, each step with its reason. A value: `apply` carries it out.
package struct Plan: Sendable, Equatable, Codable {
    package var changes: [Change]

    package init(changes: [Change] = []) { self.changes = changes }

    package var isEmpty: Bool { changes.isEmpty }
    /// Whether any change must wait for `terrace down`.
    package var requiresRestart: Bool { changes.contains(where: \.requiresRestart) }
}

/// One step from what runs to what is wanted.
package struct Change: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        case create, update, replace, delete
    }
    /// When the change can be felt here.
    package enum Effect: String, Sendable, Codable {
        /// `apply` does it while requests go on.
        case live
        /// Only after `terrace down` and `terrace up`.
        case restart
        /// Never here: nothing on this machine carries the setting out.
        case elsewhere
    }

    /// `services.web.tasks.min`; on AWS a resource such as `network.subnet.public-a`.
    package var address: String
    package var kind: Kind
    package var tier: Tier
    /// As the manifest writes them; nil for what was not or will not be there.
    package var old: String?
    package var new: String?
    package var effect: Effect
    /// What will happen, as a clause: `rolls the tasks of web one by one`.
    package var reason: String

    package init(
        address: String, kind: Kind, tier: Tier, old: String? = nil, new: String? = nil, effect: Effect = .live,
        reason: String
    ) {
        self.address = address
        self.kind = kind
        self.tier = tier
        self.old = old
        self.new = new
        self.effect = effect
        self.reason = reason
    }

    package var requiresRestart: Bool { effect == .restart }
}
