/// Where a value stands: which of the given files, and where in it.
struct Place: Sendable, Hashable {
    var file: Int
    var line: Int
    var column: Int
}

/// What YAML says, without its notation: quotes, styles, anchors and aliases are gone, places are kept.
struct ManifestValue: Sendable {
    enum Content: Sendable {
        /// Nothing, `~` or `null`.
        case null
        /// The text as written. `isPlain` tells `3000` from `"3000"`.
        case scalar(String, isPlain: Bool)
        case list([ManifestValue])
        case mapping([Entry])
    }
    /// Keys are unique within a mapping.
    struct Entry: Sendable {
        var key: String
        var keyPlace: Place
        var value: ManifestValue
    }

    var content: Content
    var place: Place

    var isNull: Bool {
        if case .null = content { true } else { false }
    }

    /// The text of a scalar of either kind.
    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// As a message names it.
    var described: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text, isPlain: true) where Int(text) != nil || Double(text) != nil: text
        case .scalar(let text, _): Excerpt.quoted(text)
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A value together with the words that lead to it.
struct Found: Sendable {
    var value: ManifestValue
    /// `services.web.routes[1]`
    var path: String
    /// Where its key stands; the value itself where it has none.
    var keyPlace: Place

    init(_ value: ManifestValue, path: String, keyPlace: Place? = nil) {
        self.value = value
        self.path = path
        self.keyPlace = keyPlace ?? value.place
    }

    var text: String? { value.text }

    func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The values of a mapping by key; empty for everything else.
    var children: [(key: String, found: Found)] {
        (value.entries ?? []).map {
            ($0.key, Found($0.value, path: path(to: $0.key), keyPlace: $0.keyPlace))
        }
    }

    func child(_ key: String) -> Found? { children.first { $0.key == key }?.found }

    /// The elements of a list; empty for everything else.
    var elements: [Found] {
        guard case .list(let values) = value.content else { return [] }
        return values.enumerated().map { Found($0.element, path: "\(path)[\($0.offset)]") }
    }
}
