/// Reads a value of the schema from JSON. Unknown members are passed over, nulls are absent, and a value of another kind than
/// the schema's is a fault.
struct JSONAnswer {
    let schema: Schema

    func slots(_ json: JSONText, shape: Int) throws(UnreadableText) -> Slots {
        guard case .structure(let structure) = schema.shapes[shape].kind else { return Slots() }
        return try slots(json, structure, name: schema.shapes[shape].name)
    }

    private func slots(_ json: JSONText, _ structure: StructureSchema, name: String) throws(UnreadableText) -> Slots {
        guard case .object(let members) = json else { throw mismatch(name, "an object") }
        var slots = Slots()
        for (place, member) in structure.members.enumerated() where member.location == .body {
            if let found = members[member.received], found != .null {
                slots.put(try value(found, shape: member.shape, timeFormat: member.timeFormat), at: place)
            }
        }
        return slots
    }

    func value(_ json: JSONText, shape: Int, timeFormat: TimeFormat? = nil) throws(UnreadableText) -> WireValue {
        let model = schema.shapes[shape]
        switch (model.kind, json) {
        case (.structure(let structure), _): return .structure(try slots(json, structure, name: model.name))
        case (.list(let item, _), .list(let items)):
            var values: [WireValue] = []
            values.reserveCapacity(items.count)
            for json in items where json != .null { values.append(try value(json, shape: item)) }
            return .list(values)
        case (.map(_, let valueShape, _, _), .object(let entries)):
            var values: [String: WireValue] = [:]
            for (key, json) in entries where json != .null { values[key] = try value(json, shape: valueShape) }
            return .map(values)
        case (.text, .text(let text)): return model.isSecret ? .secret(Secret(text)) : .text(text)
        case (.integer, .integer(let number)): return .integer(number)
        case (.integer, .number(let number)):
            guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                throw mismatch(model.name, "an integer")
            }
            return .integer(whole)
        case (.number, .integer(let number)): return .number(Double(number))
        case (.number, .number(let number)): return .number(number)
        case (.number, .text(let text)):
            guard let number = Double(text) else { throw mismatch(model.name, "a number") }
            return .number(number)
        case (.flag, .flag(let flag)): return .flag(flag)
        case (.blob, .text(let text)):
            guard let bytes = Base64.decode(text) else { throw mismatch(model.name, "base64") }
            return .blob(bytes)
        case (.time, _):
            guard let moment = moment(json) else { throw mismatch(model.name, "a time") }
            return .time(moment)
        default: throw mismatch(model.name, "\(model.kind.word)")
        }
    }

    private func moment(_ json: JSONText) -> Moment? {
        switch json {
        case .integer(let number): Moment(unixSeconds: Double(number))
        case .number(let number): Moment(unixSeconds: number)
        case .text(let text): Moment(text)
        default: nil
        }
    }

    private func mismatch(_ name: String, _ expected: String) -> UnreadableText {
        UnreadableText(reason: "\(name) is not \(expected)", offset: 0)
    }
}

extension ShapeSchema.Kind {
    /// For reports.
    var word: String {
        switch self {
        case .text: "a text"
        case .integer: "an integer"
        case .number: "a number"
        case .flag: "true or false"
        case .blob: "base64"
        case .time: "a time"
        case .list: "a list"
        case .map: "a map"
        case .structure: "an object"
        }
    }
}
