/// Writes a value of the schema as XML elements in the schema's order.
struct XMLWriter {
    let schema: Schema
    private(set) var bytes: [UInt8] = []

    init(schema: Schema) { self.schema = schema }

    /// The members of a structure that travel in the body, in a root element.
    static func document(
        _ slots: Slots, shape: Int, root: String, namespace: String?, schema: Schema
    ) -> [UInt8] {
        var writer = XMLWriter(schema: schema)
        writer.write(.structure(slots), shape: shape, name: root, namespace: namespace)
        return writer.bytes
    }

    private mutating func write(
        _ value: WireValue, shape: Int, name: String, isFlat: Bool = false, timeFormat: TimeFormat? = nil,
        namespace: String? = nil
    ) {
        let model = schema.shapes[shape]
        let namespace = namespace ?? model.namespace
        switch (value, model.kind) {
        case (.structure(let slots), .structure(let structure)): write(slots, structure, name, namespace)
        case (.list(let items), .list(let item, let itemName)):
            if isFlat {
                for value in items { write(value, shape: item, name: name) }
            } else {
                open(name, namespace, isEmpty: items.isEmpty)
                for value in items { write(value, shape: item, name: itemName) }
                if !items.isEmpty { close(name) }
            }
        case (.map(let entries), .map(let key, let valueShape, let keyName, let valueName)):
            if !isFlat { open(name, namespace, isEmpty: entries.isEmpty) }
            for entry in entries.inWireOrder {
                open(isFlat ? name : "entry", nil)
                write(.text(entry.key), shape: key, name: keyName)
                write(entry.value, shape: valueShape, name: valueName)
                close(isFlat ? name : "entry")
            }
            if !isFlat, !entries.isEmpty { close(name) }
        default:
            let text = value.scalarText(timeFormat ?? model.timeFormat ?? .iso8601)
            open(name, namespace, isEmpty: text.isEmpty)
            guard !text.isEmpty else { return }
            escaped(text)
            close(name)
        }
    }

    private mutating func write(
        _ slots: Slots, _ structure: StructureSchema, _ name: String, _ namespace: String?
    ) {
        var attributes = ""
        var inside: [(MemberSchema, WireValue)] = []
        for (place, member) in structure.members.enumerated() where member.location == .body {
            guard let value = slots.value(place) else { continue }
            if member.isAttribute {
                attributes += " \(member.sent)=\"\(value.scalarText(.iso8601))\""
            } else {
                inside.append((member, value))
            }
        }
        open(name, namespace, attributes: attributes)
        let start = bytes.count
        for (member, value) in inside {
            write(
                value, shape: member.shape, name: member.sent, isFlat: member.isFlat, timeFormat: member.timeFormat,
                namespace: member.namespace)
        }
        if bytes.count == start {
            // Nothing, or nothing but flat lists without items.
            bytes.removeLast()
            bytes += " />".utf8
        } else {
            close(name)
        }
    }

    private mutating func open(_ name: String, _ namespace: String?, attributes: String = "", isEmpty: Bool = false) {
        let space = namespace.map { " xmlns=\"\($0)\"" } ?? ""
        bytes += "<\(name)\(space)\(attributes)\(isEmpty ? " />" : ">")".utf8
    }

    private mutating func close(_ name: String) { bytes += "</\(name)>".utf8 }

    /// A carriage return would come out of the peer's reader as a line feed.
    private mutating func escaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case 13: bytes += "&#13;".utf8
            default: bytes.append(byte)
            }
        }
    }
}
