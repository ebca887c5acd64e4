/// What exists at one address.
package struct Observed: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case ready
        /// On its way up; the text says what it is waiting for, as AWS puts it.
        case pending(String)
        /// It will not come up; the text is the reason that AWS gives.
        case failed(String)
        /// On its way out.
        case deleting
    }

    package var address: Address
    /// The same kind as the desired settings; every `Value` in it is literal.
    package var settings: Settings
    package var facts: [Fact: String]
    package var state: State
    /// Without those that AWS sets itself (`aws:…`).
    package var tags: [String: String]
    package var place: Place

    package init(
        _ address: Address, _ settings: Settings, facts: [Fact: String], state: State = .ready,
        tags: [String: String] = [:], place: Place? = nil
    ) {
        self.address = address
        self.settings = settings
        self.facts = facts
        self.state = state
        self.tags = tags
        self.place = place ?? settings.kind.place
    }
}

/// Everything that was found, and what the account told.
package struct World: Sendable, Equatable {
    package var resources: [Address: Observed]
    package var lookups: [Lookup: String]
    /// What carries the stack's tags and has no place in it: left by a crash, made twice, or of an older manifest.
    package var strays: [Observed]
    /// Where the name that a resource is to have belongs to somebody else's: to whom.
    package var taken: [Address: String]

    package init(
        resources: [Address: Observed] = [:], lookups: [Lookup: String] = [:], strays: [Observed] = [],
        taken: [Address: String] = [:]
    ) {
        self.resources = resources
        self.lookups = lookups
        self.strays = strays
        self.taken = taken
    }
}

/// What is known so far: turns a `Value` into its text.
package struct KnownFacts: Sendable {
    package var facts: [Address: [Fact: String]]
    package var lookups: [Lookup: String]

    package init(facts: [Address: [Fact: String]] = [:], lookups: [Lookup: String] = [:]) {
        self.facts = facts
        self.lookups = lookups
    }

    package init(_ world: World) {
        self.init(facts: world.resources.mapValues(\.facts), lookups: world.lookups)
    }

    /// Nil while a part is not known.
    package func text(_ value: Value) -> String? { filling(value).literal }

    /// The value with every part that is known as text.
    package func filling(_ value: Value) -> Value {
        Value(parts: value.parts.map { part in text(part).map { .text($0) } ?? part })
    }

    private func text(_ part: Value.Part) -> String? {
        switch part {
        case .text(let text): text
        case .reference(let reference): facts[reference.address]?[reference.fact]
        case .lookup(let lookup): lookups[lookup]
        }
    }
}
