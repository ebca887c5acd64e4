package import Resources

extension FieldChange {
    /// What differs, in the order of what is desired; then what is there and not desired. What is decided when a resource
    /// is made does not differ any more.
    package static func differences(from observed: [Field], to desired: [Field]) -> [FieldChange] {
        let old = Dictionary(observed.map { ($0.name, $0.value) }) { first, _ in first }
        let names = Set(desired.map(\.name))
        let changed = desired.compactMap { field -> FieldChange? in
            let before = old[field.name] ?? .none
            guard field.onChange != .onlyAtCreation, !field.value.isMet(by: before) else { return nil }
            return FieldChange(name: field.name, old: before, new: field.value, onChange: field.onChange)
        }
        let gone = observed.filter { field in
            !names.contains(field.name) && field.value != .none && field.onChange != .onlyAtCreation
        }
        return changed + gone.map { FieldChange(name: $0.name, old: $0.value, new: .none, onChange: $0.onChange) }
    }
}

extension Resource {
    /// What of it is not as it should be, tags among it; a value that is not known yet differs. Tags that somebody else put
    /// there stay: another tool may live by them.
    package func differences(from observed: Observed, knowing facts: KnownFacts) -> [FieldChange] {
        let tags = observed.tags.filter { self.tags[$0.key] != nil }
        return FieldChange.differences(
            from: observed.settings.fields + tags.map { Field("tags.\($0.key)", $0.value) },
            to: comparedFields(knowing: facts))
    }

    func comparedFields(knowing facts: KnownFacts) -> [Field] {
        let onChange: Field.OnChange = kind.tagging == .onlyAtCreation ? .onlyAtCreation : .update
        return settings.resolved(knowing: facts).fields
            + tags.sorted { $0.key < $1.key }.map { Field("tags.\($0.key)", $0.value, onChange) }
    }
}

extension FieldValue {
    /// Whether what is desired is what there is. False when it cannot be told yet.
    ///
    /// Order in sets means nothing, and a server's version may be newer.
    func isMet(by observed: FieldValue) -> Bool {
        guard isKnown else { return false }
        if case .version(let wanted, let isPinned) = self, let wanted = wanted.literal,
            let found = observed.versionText
        {
            return Version(found).isAsGood(as: Version(wanted), isPinned: isPinned)
        }
        return canonical == observed.canonical
    }

    /// Nothing in it is still to be learnt.
    package var isKnown: Bool { values.allSatisfy { $0.literal != nil } }
    package var references: [Reference] { values.flatMap(\.references) }

    private var values: [Value] {
        switch self {
        case .none, .number, .decimal, .flag: []
        case .text(let value), .secret(let value), .version(let value, isPinned: _): [value]
        case .list(let elements), .set(let elements): elements.flatMap(\.values)
        case .map(let members): members.values.flatMap(\.values)
        }
    }

    private var versionText: String? {
        switch self {
        case .version(let value, isPinned: _), .text(let value): value.literal
        default: nil
        }
    }

    /// One form for all values that mean the same.
    private var canonical: FieldValue {
        switch self {
        case .secret(let value), .version(let value, isPinned: _): .text(value)
        case .number(let number): .decimal(Double(number))
        case .list(let elements): .list(elements.map(\.canonical))
        case .set(let elements): .set(elements.map(\.canonical).sorted { $0.sortKey < $1.sortKey })
        case .map(let members): .map(members.filter { $0.value != .none }.mapValues(\.canonical))
        case .none, .text, .decimal, .flag: self
        }
    }

    /// `description` shows every secret alike.
    private var sortKey: String {
        switch self {
        case .secret(let value): value.description
        default: description
        }
    }
}

/// `17.7`, compared by its numbers.
private struct Version {
    var major: Int
    var minor: Int

    init(_ text: String) {
        let numbers = text.split(separator: ".").map { Int($0) ?? 0 }
        major = numbers.first ?? 0
        minor = numbers.count > 1 ? numbers[1] : 0
    }

    func isAsGood(as wanted: Version, isPinned: Bool) -> Bool {
        major == wanted.major && (!isPinned || minor >= wanted.minor)
    }
}
