/// Writes a value of the schema as names with dots and values: the query protocol, and EC2's own form of it.
struct QueryWriter {
    let schema: Schema
    /// EC2 puts no word between a list and its items and says nothing of an empty list.
    let isEC2: Bool
    private(set) var items: [OutgoingCall.QueryItem] = []

    init(schema: Schema, isEC2: Bool) {
        self.schema = schema
        self.isEC2 = isEC2
    }

    /// `Action=…&Version=…&…`, form-encoded.
    static func body(_ slots: Slots, operation: OperationModel, service: ServiceModel) -> [UInt8] {
        var writer = QueryWriter(schema: service.schema, isEC2: service.wireProtocol == .ec2)
        writer.items = [.init("Action", operation.name), .init("Version", service.apiVersion)]
        if let input = operation.input, case .structure(let structure) = service.schema.shapes[input].kind {
            writer.write(slots, structure, prefix: "")
        }
        var bytes: [UInt8] = []
        for (index, item) in writer.items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            PercentEncoding.append(item.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            PercentEncoding.append(item.value, to: &bytes)
        }
        return bytes
    }

    private mutating func write(_ slots: Slots, _ structure: StructureSchema, prefix: String) {
        for (place, member) in structure.members.enumerated() {
            guard let value = slots.value(place) else { continue }
            write(value, member, name: prefix.isEmpty ? member.sent : "\(prefix).\(member.sent)")
        }
    }

    private mutating func write(_ value: WireValue, _ member: MemberSchema, name: String) {
        write(value, shape: member.shape, name: name, isFlat: member.isFlat, timeFormat: member.timeFormat)
    }

    private mutating func write(
        _ value: WireValue, shape: Int, name: String, isFlat: Bool = false, timeFormat: TimeFormat? = nil
    ) {
        let model = schema.shapes[shape]
        switch (value, model.kind) {
        case (.structure(let slots), .structure(let structure)): write(slots, structure, prefix: name)
        case (.list(let values), .list(let item, let itemName)):
            if values.isEmpty, !isEC2 { items.append(.init(name, "")) }
            let prefix = isEC2 || isFlat ? name : "\(name).\(itemName)"
            for (index, value) in values.enumerated() { write(value, shape: item, name: "\(prefix).\(index + 1)") }
        case (.map(let entries), .map(let key, let valueShape, let keyName, let valueName)):
            let prefix = isFlat ? name : "\(name).entry"
            for (index, entry) in entries.inWireOrder.enumerated() {
                write(.text(entry.key), shape: key, name: "\(prefix).\(index + 1).\(keyName)")
                write(entry.value, shape: valueShape, name: "\(prefix).\(index + 1).\(valueName)")
            }
        default: items.append(.init(name, value.scalarText(timeFormat ?? model.timeFormat ?? .iso8601)))
        }
    }
}

extension WireValue {
    /// A value without parts as plain text; empty for one with parts.
    func scalarText(_ timeFormat: TimeFormat) -> String {
        switch self {
        case .text(let text): text
        case .secret(let secret): secret.reveal()
        case .integer(let number): String(number)
        case .number(let number): number.wireText
        case .flag(let flag): flag ? "true" : "false"
        case .blob(let bytes): Base64.encode(bytes)
        case .time(let moment): moment.text(timeFormat)
        case .list, .map, .structure: ""
        }
    }
}
