/// What may stand at a place of the manifest, said once: the reading and the JSON Schema both come from here.
struct Shape<Value: Sendable>: Sendable {
    let schema: JSON
    /// Nil when the value is wrong, which is then reported. Never called with `null` by a `Field`.
    let read: @Sendable (Found, inout MistakeList) -> Value?
    /// How a manifest writes the value; the schema's default. Nil where there is no short way.
    var literal: @Sendable (Value) -> JSON? = { _ in nil }

    /// The same, for a key that may be left out and has no default.
    var optional: Shape<Value?> {
        Shape<Value?>(
            schema: schema, read: { .some(read($0, &$1)) }, literal: { $0.flatMap(literal) })
    }

    /// Another value made of this one.
    func map<Other>(
        _ make: @escaping @Sendable (Value) -> Other, back: @escaping @Sendable (Other) -> Value?
    ) -> Shape<Other> {
        Shape<Other>(
            schema: schema, read: { read($0, &$1).map(make) }, literal: { back($0).flatMap(literal) })
    }

    /// Refuses some of the values. `mistake` ends a sentence that begins with the value, or is nil.
    func refusing(allowed: String, _ mistake: @escaping @Sendable (Value) -> String?) -> Shape {
        var shape = Shape(schema: schema) { found, report in
            guard let value = read(found, &report) else { return nil }
            guard let mistake = mistake(value) else { return value }
            report.error(found, "\(found.text.map(Excerpt.path) ?? found.value.described) \(mistake)", allowed: allowed)
            return nil
        }
        shape.literal = literal
        return shape
    }
}

/// One key of a mapping.
protocol ManifestKey: Sendable {
    var name: String { get }
    var isRequired: Bool { get }
    /// What editors show: the shape with summary and default.
    var schema: JSON { get }
}

struct Field<Value: Sendable>: ManifestKey {
    let name: String
    let shape: Shape<Value>
    /// Stands in for a key that is left out, empty or wrong.
    let fallback: Value
    let isRequired: Bool
    private let summary: String

    init(_ name: String, _ shape: Shape<Value>, default fallback: Value, _ summary: String) {
        (self.name, self.shape, self.fallback, self.summary) = (name, shape, fallback, summary)
        isRequired = false
    }

    /// `placeholder` is never seen in a stack: without the key there is none.
    init(_ name: String, _ shape: Shape<Value>, required placeholder: Value, _ summary: String) {
        (self.name, self.shape, self.fallback, self.summary) = (name, shape, placeholder, summary)
        isRequired = true
    }

    var schema: JSON {
        var members: [(key: String, value: JSON)] = [("description", .text(summary))]
        if !isRequired, let literal = shape.literal(fallback) { members.append(("default", literal)) }
        return shape.schema.adding(members)
    }
}

/// A mapping with known keys, while it is being read.
struct Section {
    let found: Found
    private var entries: [String: Found]

    init(_ found: Found) {
        self.found = found
        entries = Dictionary(found.children.map { ($0.key, $0.found) }) { first, _ in first }
    }

    /// Reads a key under the name that was probably meant, so that what is wrong below it is told, too. A key that is there
    /// by its own name stays what it is.
    mutating func take(_ misspelt: Found, as name: String) {
        if entries[name] == nil { entries[name] = misspelt }
    }

    func read<Value>(_ field: Field<Value>, _ report: inout MistakeList) -> Value {
        guard let found = entries[field.name] else {
            if field.isRequired {
                report.error(at: found.keyPlace, path: found.path, "`\(field.name):` is missing")
            }
            return field.fallback
        }
        guard !found.value.isNull else {
            if field.isRequired { report.error(at: found.keyPlace, path: found.path, "has no value") }
            return field.fallback
        }
        return field.shape.read(found, &report) ?? field.fallback
    }

    /// Where the key's value stands, for rules that join several keys; the mapping itself when the key is left out.
    func place<Value>(of field: Field<Value>) -> Found { entries[field.name] ?? found }

    /// Whether the key has a value, right or wrong.
    func has<Value>(_ field: Field<Value>) -> Bool { entries[field.name].map { !$0.value.isNull } ?? false }
}

extension Shape {
    /// A mapping with known keys. Nothing at all (`database:`) reads as a mapping without keys.
    static func section(
        _ keys: [any ManifestKey], _ build: @escaping @Sendable (Section, inout MistakeList) -> Value?
    ) -> Shape {
        let names = keys.map(\.name)
        var members: [(key: String, value: JSON)] = [
            ("type", .list([.text("object"), .text("null")])), ("additionalProperties", .bool(false)),
            ("properties", .object(keys.map { ($0.name, $0.schema) })),
        ]
        let required = keys.filter(\.isRequired).map { JSON.text($0.name) }
        if !required.isEmpty {
            members[0].value = .text("object")
            members.append(("required", .list(required)))
        }
        return Shape(schema: .object(members)) { found, report in
            switch found.value.content {
            case .mapping: break
            case .null where required.isEmpty: break
            default:
                report.error(
                    found, "found \(found.value.described)",
                    allowed: "a mapping with the keys \(names.joined(separator: ", "))")
                return nil
            }
            var section = Section(found)
            for (key, child) in found.children where !names.contains(key) && !report.isFull {
                let nearest = Nearest.word(to: key, in: names)
                report.error(
                    at: child.keyPlace, path: child.path, "there is no key \(Excerpt.quoted(key)) here",
                    allowed: names.joined(separator: ", "), nearest: nearest)
                if let nearest { section.take(child, as: nearest) }
            }
            return build(section, &report)
        }
    }
}
