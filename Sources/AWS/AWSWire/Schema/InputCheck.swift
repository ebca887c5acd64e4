/// Checks a request against the model before anything is sent: required members, limits, words of an enum, patterns. All
/// faults at once.
package struct InputCheck {
    private let schema: Schema
    private(set) var faults: [String] = []

    package static func faults(_ slots: Slots, operation: OperationModel, schema: Schema) -> [String] {
        guard let input = operation.input, case .structure(let structure) = schema.shapes[input].kind else { return [] }
        var check = InputCheck(schema: schema)
        check.check(slots, structure, path: "")
        return check.faults
    }

    private init(schema: Schema) { self.schema = schema }

    private mutating func check(_ slots: Slots, _ structure: StructureSchema, path: String) {
        var count = 0
        for (place, member) in structure.members.enumerated() {
            let name = path.isEmpty ? member.name : "\(path).\(member.name)"
            if let value = slots.value(place) {
                count += 1
                check(value, shape: member.shape, path: name)
            } else if member.isRequired, !member.isToken {
                faults.append("\(name) is required")
            }
        }
        if structure.isUnion, count != 1 { faults.append("\(path) must have exactly one member, not \(count)") }
    }

    private mutating func check(_ value: WireValue, shape: Int, path: String) {
        let model = schema.shapes[shape]
        switch (value, model.kind) {
        case (.structure(let slots), .structure(let structure)): check(slots, structure, path: path)
        case (.list(let items), .list(let item, _)):
            check(items.count, model.limits, path: path, unit: "items")
            for (index, value) in items.enumerated() { check(value, shape: item, path: "\(path)[\(index)]") }
        case (.map(let entries), .map(let key, let valueShape, _, _)):
            check(entries.count, model.limits, path: path, unit: "entries")
            for (name, value) in entries {
                check(.text(name), shape: key, path: "\(path)[\(name)]")
                check(value, shape: valueShape, path: "\(path)[\(name)]")
            }
        case (.text(let text), .text): check(text, model, path: path, shown: "\"\(text)\"")
        case (.secret(let secret), .text): check(secret.reveal(), model, path: path, shown: "•••")
        case (.blob(let bytes), .blob): check(bytes.count, model.limits, path: path, unit: "bytes")
        case (.integer(let number), .integer):
            if let range = model.limits.broken(by: Double(number)) {
                faults.append("\(path) is \(number), allowed is \(range)")
            }
        case (.number(let number), .number):
            if let range = model.limits.broken(by: number) {
                faults.append("\(path) is \(number), allowed is \(range)")
            }
        case (.flag, .flag), (.time, .time): break
        default: faults.append("\(path) must be \(model.kind.word)")
        }
    }

    private mutating func check(_ count: Int, _ limits: Limits, path: String, unit: String) {
        if let range = limits.broken(by: Double(count)) {
            faults.append("\(path) has \(count) \(unit), allowed are \(range)")
        }
    }

    private mutating func check(_ text: String, _ model: ShapeSchema, path: String, shown: String) {
        check(text.unicodeScalars.count, model.limits, path: path, unit: "characters")
        if !model.allowed.isEmpty, !model.allowed.contains(text) {
            faults.append("\(path) is \(shown), allowed are \(model.allowed.joined(separator: ", "))")
        }
        if let pattern = model.pattern, !TextPattern.matches(text, pattern) {
            faults.append("\(path) is \(shown), which does not match \(pattern)")
        }
    }
}

extension Limits {
    /// The allowed range, when the value is outside of it.
    fileprivate func broken(by value: Double) -> String? {
        if let smallest, value < smallest { return range }
        if let largest, value > largest { return range }
        return nil
    }

    private var range: String { "\(smallest.map(short) ?? "")...\(largest.map(short) ?? "")" }

    private func short(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}
