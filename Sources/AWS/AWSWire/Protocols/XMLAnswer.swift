/// Reads a value of the schema from XML. Unknown elements are passed over.
struct XMLAnswer {
    let schema: Schema

    func slots(_ tree: XMLTree, shape: Int) throws(UnreadableText) -> Slots {
        guard case .structure(let structure) = schema.shapes[shape].kind else { return Slots() }
        return try slots(tree, structure)
    }

    private func slots(_ tree: XMLTree, _ structure: StructureSchema) throws(UnreadableText) -> Slots {
        var slots = Slots()
        // Items of a flat list or map follow each other as children of the structure itself.
        var flat: [Int: [XMLTree]] = [:]
        for child in tree.children {
            guard let place = structure.received[child.name] else { continue }
            let member = structure.members[place]
            if member.isFlat {
                flat[place, default: []].append(child)
            } else if slots.value(place) == nil {
                slots.put(try value(child, shape: member.shape), at: place)
            }
        }
        for (place, items) in flat {
            slots.put(try flatValue(items, shape: structure.members[place].shape), at: place)
        }
        for (place, member) in structure.members.enumerated() where member.isAttribute {
            if let text = tree.attributes[member.received] { slots.put(.text(text), at: place) }
        }
        return slots
    }

    private func flatValue(_ items: [XMLTree], shape: Int) throws(UnreadableText) -> WireValue? {
        switch schema.shapes[shape].kind {
        case .list(let item, _): return try list(items, item)
        case .map(_, let valueShape, let keyName, let valueName):
            return try map(items, valueShape, keyName, valueName)
        default: return nil
        }
    }

    private func list(_ items: [XMLTree], _ shape: Int) throws(UnreadableText) -> WireValue {
        var values: [WireValue] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try value(item, shape: shape)) }
        return .list(values)
    }

    private func map(
        _ entries: [XMLTree], _ shape: Int, _ keyName: String, _ valueName: String
    ) throws(UnreadableText) -> WireValue {
        var values: [String: WireValue] = [:]
        for entry in entries {
            guard let key = entry.child(keyName), let found = entry.child(valueName) else {
                throw UnreadableText(reason: "<\(entry.name)> has no <\(keyName)> and <\(valueName)>", offset: 0)
            }
            values[key.text] = try value(found, shape: shape)
        }
        return .map(values)
    }

    private func value(_ tree: XMLTree, shape: Int) throws(UnreadableText) -> WireValue {
        let model = schema.shapes[shape]
        switch model.kind {
        case .structure(let structure): return .structure(try slots(tree, structure))
        case .list(let item, _): return try list(tree.children, item)
        case .map(_, let valueShape, let keyName, let valueName):
            return try map(tree.children, valueShape, keyName, valueName)
        default: return try model.scalar(tree.text, in: "<\(tree.name)>")
        }
    }
}

extension ShapeSchema {
    /// A value without parts from plain text: of an XML element or a header field.
    func scalar(_ text: String, in place: String) throws(UnreadableText) -> WireValue {
        let value: WireValue? =
            switch kind {
            case .text: isSecret ? .secret(Secret(text)) : .text(text)
            case .integer: Int(text).map(WireValue.integer)
            case .number: Double(text).map(WireValue.number)
            case .flag: .flag(text == "true" || text == "True" || text == "1")
            case .blob: Base64.decode(text).map(WireValue.blob)
            case .time: Moment(text).map(WireValue.time)
            case .list, .map, .structure: nil
            }
        guard let value else { throw UnreadableText(reason: "\(place) is not \(kind.word)", offset: 0) }
        return value
    }
}
