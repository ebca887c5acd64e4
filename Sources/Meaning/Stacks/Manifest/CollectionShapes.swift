/// Lists and mappings whose keys are the user's own.
extension Shape {
    static func list<Element>(
        of element: Shape<Element>, atLeast minimum: Int = 0, isSet: Bool = false
    ) -> Shape where Value == [Element] {
        var members: [(key: String, value: JSON)] = [("type", .text("array")), ("items", element.schema)]
        if minimum > 0 { members.append(("minItems", .number(minimum))) }
        if isSet { members.append(("uniqueItems", .bool(true))) }
        var shape = Shape(schema: .object(members)) { found, report in
            guard case .list(let values) = found.value.content else {
                report.error(found, "found \(found.value.described)", allowed: "a list: [first, second]")
                return nil
            }
            if values.count < minimum {
                report.error(found, "the list is empty", allowed: "at least one element")
                return nil
            }
            if isSet { refuseRepetition(in: found, &report) }
            return found.elements.compactMap { element.read($0, &report) }
        }
        shape.literal = { values in
            let literals = values.compactMap(element.literal)
            return literals.count == values.count ? .list(literals) : nil
        }
        return shape
    }

    private static func refuseRepetition(in found: Found, _ report: inout MistakeList) {
        var seen: Set<String> = []
        for element in found.elements {
            guard let text = element.text, !seen.insert(text).inserted else { continue }
            report.error(element, "\(element.value.described) is in the list twice", allowed: "each once")
        }
    }

    /// A mapping from names of the user's choice, in the order of the file.
    static func mapping<Element>(
        named rule: TextRule, to element: Shape<Element>, atLeast minimum: Int = 0, atMost maximum: Int
    ) -> Shape where Value == [(key: String, value: Element)] {
        var members: [(key: String, value: JSON)] = [
            ("type", .text("object")), ("propertyNames", .object([("pattern", .text(rule.pattern))])),
            ("additionalProperties", element.schema), ("maxProperties", .number(maximum)),
        ]
        if minimum > 0 { members.append(("minProperties", .number(minimum))) }
        var shape = Shape(schema: .object(members)) { found, report in
            guard let entries = found.value.entries else {
                report.error(found, "found \(found.value.described)", allowed: "a mapping: { name: value }")
                return nil
            }
            guard (minimum...maximum).contains(entries.count) else {
                report.error(found, "has \(entries.count) entries", allowed: "\(minimum) to \(maximum)")
                return nil
            }
            return found.children.compactMap { key, child in
                if let mistake = rule.mistake(key) {
                    report.error(
                        at: child.keyPlace, path: child.path, "\(Excerpt.quoted(key)) \(mistake)", allowed: rule.allowed
                    )
                }
                return element.read(child, &report).map { (key, $0) }
            }
        }
        shape.literal = { $0.isEmpty ? .object([]) : nil }
        return shape
    }

    /// A short way to write a mapping: a text or a list stands for one of its keys.
    static func either(_ short: Shape, when isShort: @escaping @Sendable (ManifestValue) -> Bool, or long: Shape)
        -> Shape
    {
        var shape = Shape(schema: .object([("anyOf", .list([short.schema, long.schema]))])) { found, report in
            isShort(found.value) ? short.read(found, &report) : long.read(found, &report)
        }
        shape.literal = { short.literal($0) ?? long.literal($0) }
        return shape
    }
}
