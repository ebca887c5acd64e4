import Yams

/// Yams' tree to ours: aliases followed within limits, `<<` merged, repeated keys left out.
struct YAMLWalk {
    private let file: Int
    private var anchors: [String: Measured] = [:]
    private var values = 0

    init(file: Int) { self.file = file }

    /// A value with what it costs to follow an alias to it.
    private struct Measured {
        var value: ManifestValue
        var count = 1
        /// Mappings and lists inside each other; 0 for a scalar.
        var depth = 0

        mutating func include(_ other: Measured) {
            count += other.count
            depth = max(depth, other.depth + 1)
        }
    }

    mutating func value(of root: Node, _ report: inout MistakeList) -> ManifestValue? {
        measured(root, depth: 0, &report)?.value
    }

    /// Nil when a limit was reached or an alias leads nowhere, which is then reported.
    private mutating func measured(_ node: Node, depth: Int, _ report: inout MistakeList) -> Measured? {
        let place = place(of: node)
        guard count(1, depth: depth, place, &report), hasNoTag(node, place, &report) else { return nil }
        let result: Measured?
        switch node {
        case .scalar(let scalar): result = self.scalar(scalar, place, depth: depth, &report)
        case .sequence(let sequence): result = list(sequence, place, depth: depth, &report)
        case .mapping(let mapping): result = self.mapping(mapping, place, depth: depth, &report)
        case .alias: result = Measured(value: ManifestValue(content: .null, place: place))
        }
        if let anchor = node.anchor, let result { anchors[anchor.rawValue] = result }
        return result
    }

    // MARK: Scalars and aliases

    private func isPlain(_ scalar: Node.Scalar) -> Bool { scalar.style == .plain || scalar.style == .any }

    private mutating func scalar(
        _ scalar: Node.Scalar, _ place: Place, depth: Int, _ report: inout MistakeList
    ) -> Measured? {
        let isPlain = isPlain(scalar)
        if isPlain, scalar.string.unicodeScalars.first == StandIn.star {
            return alias(to: AliasDisguise.reveal(scalar.string), place, depth: depth, &report)
        }
        let text = AliasDisguise.reveal(scalar.string)
        if text.unicodeScalars.contains("\0") {
            report.error(at: place, "the character U+0000 cannot stand in a manifest")
            return nil
        }
        let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
        let content: ManifestValue.Content = isNull ? .null : .scalar(text, isPlain: isPlain)
        return Measured(value: ManifestValue(content: content, place: place))
    }

    private mutating func alias(to text: String, _ place: Place, depth: Int, _ report: inout MistakeList) -> Measured? {
        let name = String(text.dropFirst())
        guard let target = anchors[name] else {
            report.error(
                at: place, "no anchor &\(Excerpt.path(name)) stands above",
                allowed: "the name of an anchor, or quotes around a text that begins with *",
                nearest: Nearest.word(to: name, in: anchors.keys.sorted()).map { "*\($0)" })
            return nil
        }
        guard count(target.count, depth: depth + target.depth, place, &report) else { return nil }
        return target
    }

    // MARK: Collections

    private mutating func list(
        _ sequence: Node.Sequence, _ place: Place, depth: Int, _ report: inout MistakeList
    ) -> Measured? {
        var result = Measured(value: ManifestValue(content: .null, place: place))
        var values: [ManifestValue] = []
        for node in sequence {
            guard let element = measured(node, depth: depth + 1, &report) else { return nil }
            result.include(element)
            values.append(element.value)
        }
        result.value.content = .list(values)
        return result
    }

    private mutating func mapping(
        _ mapping: Node.Mapping, _ place: Place, depth: Int, _ report: inout MistakeList
    ) -> Measured? {
        var result = Measured(value: ManifestValue(content: .null, place: place))
        var entries: [ManifestValue.Entry] = []
        var merged: [ManifestValue.Entry] = []
        for (keyNode, valueNode) in mapping {
            guard let value = measured(valueNode, depth: depth + 1, &report),
                let key = key(keyNode, &report)
            else { return nil }
            result.include(value)
            if key.isMerge {
                guard let inherited = inherited(value.value, &report) else { return nil }
                merged += inherited
            } else if !key.isRepeated {
                entries.append(
                    ManifestValue.Entry(key: key.text, keyPlace: self.place(of: keyNode), value: value.value))
            }
        }
        result.value.content = .mapping(entries.inheriting(merged))
        return result
    }

    private struct Key {
        var text: String
        var isMerge = false
        /// `DuplicateKeys` renamed it after reporting it.
        var isRepeated = false
    }

    private func key(_ node: Node, _ report: inout MistakeList) -> Key? {
        guard case .scalar(let scalar) = node else {
            report.error(at: place(of: node), "a key that is a list or a mapping", allowed: "a word")
            return nil
        }
        let isPlain = isPlain(scalar)
        if isPlain, scalar.string.unicodeScalars.first == StandIn.star {
            report.error(at: place(of: node), "a key that begins with *", allowed: "a word")
            return nil
        }
        let isRepeated = scalar.string.unicodeScalars.last.map { StandIn.repeated.contains($0.value) } ?? false
        return Key(
            text: AliasDisguise.reveal(scalar.string), isMerge: isPlain && scalar.string == "<<",
            isRepeated: isRepeated)
    }

    /// What `<<:` brings: one mapping or a list of them, the earlier one first.
    private func inherited(_ value: ManifestValue, _ report: inout MistakeList) -> [ManifestValue.Entry]? {
        if let entries = value.entries { return entries }
        if case .list(let values) = value.content {
            let all = values.compactMap(\.entries)
            if all.count == values.count { return all.flatMap { $0 } }
        }
        report.error(at: value.place, "<< cannot merge \(value.described)", allowed: "a mapping, or a list of mappings")
        return nil
    }

    // MARK: Limits

    private mutating func count(_ added: Int, depth: Int, _ place: Place, _ report: inout MistakeList) -> Bool {
        values += added
        if depth > YAMLLimit.depth {
            report.error(at: place, "too deeply nested", allowed: "at most \(YAMLLimit.depth) levels")
            return false
        }
        if values > YAMLLimit.values {
            report.error(
                at: place, "too many values once the aliases are followed", allowed: "at most \(YAMLLimit.values)")
            return false
        }
        return true
    }

    /// `!!str` is what Yams gives to every text in quotes.
    private func hasNoTag(_ node: Node, _ place: Place, _ report: inout MistakeList) -> Bool {
        let tag: Tag? =
            switch node {
            case .scalar(let scalar): scalar.tag
            case .sequence(let sequence): sequence.tag
            case .mapping(let mapping): mapping.tag
            case .alias: nil
            }
        guard let tag, !["", "!", "tag:yaml.org,2002:str"].contains(tag.rawValue) else { return true }
        report.error(
            at: place, "the tag \(Excerpt.path(tag.rawValue)) means nothing here", allowed: "values without tags")
        return false
    }

    private func place(of node: Node) -> Place {
        Place(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}

extension [ManifestValue.Entry] {
    /// A key written here wins over an inherited one, an earlier inherited one over a later.
    fileprivate func inheriting(_ others: [ManifestValue.Entry]) -> [ManifestValue.Entry] {
        guard !others.isEmpty else { return self }
        var known = Set(map(\.key))
        return self + others.filter { known.insert($0.key).inserted }
    }
}
