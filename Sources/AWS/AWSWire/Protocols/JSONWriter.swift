/// Writes a value of the schema as JSON, without a space and with members in the schema's order.
struct JSONWriter {
    let schema: Schema
    private(set) var bytes: [UInt8] = []

    init(schema: Schema) { self.schema = schema }

    static func structure(_ slots: Slots, shape: Int, schema: Schema) -> [UInt8] {
        var writer = JSONWriter(schema: schema)
        writer.write(.structure(slots), shape: shape, timeFormat: nil)
        return writer.bytes
    }

    private mutating func write(_ value: WireValue, shape: Int, timeFormat: TimeFormat?) {
        let model = schema.shapes[shape]
        switch (value, model.kind) {
        case (.structure(let slots), .structure(let structure)): write(slots, structure)
        case (.list(let items), .list(let item, _)):
            separated(items, "[", "]") { writer, value in writer.write(value, shape: item, timeFormat: nil) }
        case (.map(let entries), .map(_, let valueShape, _, _)):
            separated(entries.inWireOrder, "{", "}") { writer, entry in
                writer.text(entry.key)
                writer.bytes.append(UInt8(ascii: ":"))
                writer.write(entry.value, shape: valueShape, timeFormat: nil)
            }
        case (.text(let text), _): self.text(text)
        case (.secret(let secret), _): text(secret.reveal())
        case (.blob(let blob), _): text(Base64.encode(blob))
        case (.integer(let number), _): bytes += String(number).utf8
        case (.number(let number), _): bytes += (number.isFinite ? "\(number)" : "\"\(number.wireName)\"").utf8
        case (.flag(let flag), _): bytes += (flag ? "true" : "false").utf8
        case (.time(let moment), _):
            let format = timeFormat ?? model.timeFormat ?? .unixTimestamp
            if format == .unixTimestamp { bytes += moment.unixTimestamp.utf8 } else { text(moment.text(format)) }
        default: bytes += "null".utf8
        }
    }

    private mutating func write(_ slots: Slots, _ structure: StructureSchema) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (place, member) in structure.members.enumerated() where member.location == .body {
            guard let value = slots.value(place) else { continue }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            text(member.sent)
            bytes.append(UInt8(ascii: ":"))
            write(value, shape: member.shape, timeFormat: member.timeFormat)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func separated<Item>(
        _ items: [Item], _ open: StaticString, _ close: StaticString, _ write: (inout JSONWriter, Item) -> Void
    ) {
        bytes.append(open.utf8Start[0])
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, item)
        }
        bytes.append(close.utf8Start[0])
    }

    private mutating func text(_ text: String) { Self.append(text, to: &bytes) }

    /// In quotes, with what JSON does not take escaped.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 10: bytes += "\\n".utf8
            case 13: bytes += "\\r".utf8
            case 9: bytes += "\\t".utf8
            case 0..<32:
                let code = String(byte, radix: 16)
                bytes += "\\u00\(code.count == 1 ? "0" : "")\(code)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Double {
    /// How the protocols name what is not a number of JSON.
    var wireName: String { isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity" }

    /// `1.5`, `Infinity`.
    var wireText: String { isFinite ? "\(self)" : wireName }
}

extension Dictionary where Key == String {
    /// By bytes, so that the same map is the same text each time.
    var inWireOrder: [(key: String, value: Value)] {
        sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension JSONText {
    /// As text, members sorted by name.
    var bytes: [UInt8] {
        var text: [UInt8] = []
        append(to: &text)
        return text
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .number(let number): bytes += "\(number)".utf8
        case .text(let text): JSONWriter.append(text, to: &bytes)
        case .list(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                item.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.inWireOrder.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONWriter.append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
