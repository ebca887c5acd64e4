import Resources
import Stacks

/// Writes JSON on several lines, with something in the place of facts.
struct JSONText {
    /// What stands for a fact.
    var substitute: (Value.Part) -> String
    /// What the language around the JSON asks of a text in it.
    var escape: (String) -> String

    private static let width = 100

    func text(_ tree: Tree) -> String { text(tree, indent: 0) }

    private func text(_ tree: Tree, indent: Int) -> String {
        let line = line(tree)
        guard line.count + indent > JSONText.width else { return line }
        let margin = String(repeating: " ", count: indent + 2)
        let rows: [String]
        let brackets: (String, String)
        switch tree {
        case .list(let elements):
            rows = elements.map { text($0, indent: indent + 2) }
            brackets = ("[", "]")
        case .map:
            rows = tree.members.map { "\(quoted($0.key)): \(text($0.value, indent: indent + 2))" }
            brackets = ("{", "}")
        default: return line
        }
        return brackets.0 + "\n" + rows.map { margin + $0 }.joined(separator: ",\n") + "\n"
            + String(repeating: " ", count: indent) + brackets.1
    }

    /// On one line, however long.
    func line(_ tree: Tree) -> String {
        switch tree {
        case .none: "null"
        case .text(let value): "\"\(inner(value))\""
        case .number(let number): String(number)
        case .decimal(let number): plainNumber(number)
        case .flag(let flag): flag ? "true" : "false"
        case .expression(let text): text
        case .list(let elements): "[\(elements.map(line).joined(separator: ", "))]"
        case .map, .blocks:
            tree.members.isEmpty
                ? "{}"
                : "{ \(tree.members.map { "\(quoted($0.key)): \(line($0.value))" }.joined(separator: ", ")) }"
        case .json(let tree): quoted(line(tree))
        case .program(let text): quoted(text)
        }
    }

    private func inner(_ value: Value) -> String {
        value.parts.map { part in
            if case .text(let text) = part { return escape(text.escapedForJSON) }
            return substitute(part)
        }.joined()
    }

    private func quoted(_ text: String) -> String { "\"\(escape(text.escapedForJSON))\"" }
}
