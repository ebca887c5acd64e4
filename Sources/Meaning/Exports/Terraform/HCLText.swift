import Resources
import Stacks

/// Writes Terraform's language the way `terraform fmt` would.
struct HCLText {
    /// What stands for a fact about another resource or the account.
    var expression: (Value.Part) -> String

    /// How wide a list may be on one line.
    private static let width = 110

    func text(_ block: TerraformBlock) -> String {
        let notes = block.notes.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
        let labels = block.labels.map { " \"\($0)\"" }.joined()
        let members = block.body.members
        guard !members.isEmpty else { return "\(notes)\(block.keyword)\(labels) {}\n" }
        return "\(notes)\(block.keyword)\(labels) {\n\(body(members, indent: 1))}\n"
    }

    // MARK: Bodies and objects

    /// Comments come as members with an empty key.
    private func body(_ members: [Tree.Member], indent: Int) -> String {
        let margin = String(repeating: "  ", count: indent)
        var lines: [String] = []
        var short: [(key: String, value: String)] = []
        var afterLong = false

        func flush() {
            guard !short.isEmpty else { return }
            if afterLong { lines.append("") }
            let width = short.map(\.key.count).max() ?? 0
            for (key, value) in short {
                lines.append("\(margin)\(key)\(String(repeating: " ", count: width - key.count)) = \(value)")
            }
            short = []
            afterLong = false
        }
        func long(_ text: String) {
            flush()
            if !lines.isEmpty { lines.append("") }
            lines.append(text)
            afterLong = true
        }

        for member in members {
            switch member.value {
            case .expression(let text) where member.key.isEmpty: lines.append("\(margin)# \(text)")
            case .blocks(let bodies):
                for body in bodies { long(block(member.key, body, indent)) }
            default:
                let key = key(member.key)
                let value = value(member.value, indent: indent, used: key.count + 3)
                if value.contains("\n") { long("\(margin)\(key) = \(value)") } else { short.append((key, value)) }
            }
        }
        flush()
        return lines.joined(separator: "\n") + "\n"
    }

    private func block(_ name: String, _ body: [Tree.Member], _ indent: Int) -> String {
        let margin = String(repeating: "  ", count: indent)
        let members = body.filter { $0.value != .none }
        guard !members.isEmpty else { return "\(margin)\(name) {}" }
        return "\(margin)\(name) {\n\(self.body(members, indent: indent + 1))\(margin)}"
    }

    private func key(_ key: String) -> String {
        let isName =
            key.first?.isLetter == true && key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        return isName ? key : HCLText.quoted(key)
    }

    // MARK: Values

    private func value(_ tree: Tree, indent: Int, used: Int) -> String {
        switch tree {
        case .none: "null"
        case .text(let value): text(value)
        case .number(let number): String(number)
        case .decimal(let number): plainNumber(number)
        case .flag(let flag): flag ? "true" : "false"
        case .expression(let text): text
        case .list(let elements): list(elements, indent: indent, used: used)
        case .map, .blocks: object(tree.members, indent: indent)
        case .json(let tree): "jsonencode(\(value(tree, indent: indent, used: used + 11)))"
        case .program(let text): program(text, indent: indent)
        }
    }

    /// `<<-` takes the margin of the least indented line away. A dollar or a per cent sign before a bracket would be Terraform's own.
    private func program(_ text: String, indent: Int) -> String {
        let margin = String(repeating: "  ", count: indent)
        let lines = text.replacing("${", with: "$${").replacing("%{", with: "%%{").split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast()
        let rows = lines.map { $0.isEmpty ? "" : "\(margin)  \($0)" }
        return (["<<-EOT"] + rows + ["\(margin)EOT"]).joined(separator: "\n")
    }

    private func object(_ members: [Tree.Member], indent: Int) -> String {
        guard !members.isEmpty else { return "{}" }
        return "{\n\(body(members, indent: indent + 1))\(String(repeating: "  ", count: indent))}"
    }

    private func list(_ elements: [Tree], indent: Int, used: Int) -> String {
        let margin = String(repeating: "  ", count: indent + 1)
        if elements.allSatisfy(\.isScalar) {
            let line = "[\(elements.map { value($0, indent: indent, used: 0) }.joined(separator: ", "))]"
            if line.count + used + 2 * indent <= HCLText.width { return line }
        }
        let rows = elements.map { "\(margin)\(value($0, indent: indent + 1, used: 0)),\n" }
        return "[\n\(rows.joined())\(String(repeating: "  ", count: indent))]"
    }

    /// A lone fact needs no quotes.
    private func text(_ value: Value) -> String {
        if value.parts.count == 1, let part = value.parts.first {
            if case .text(let text) = part { return HCLText.quoted(text) }
            return expression(part)
        }
        let inner = value.parts.map { part in
            if case .text(let text) = part { HCLText.escaped(text) } else { "${\(expression(part))}" }
        }
        return "\"\(inner.joined())\""
    }

    static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    private static func escaped(_ text: String) -> String {
        var result = ""
        // Scalars: a quote with an accent on it is one character.
        for scalar in text.unicodeScalars {
            if let mark = scalar.escapedInQuotes {
                result += mark
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${")
            .split(separator: "%{", omittingEmptySubsequences: false).joined(separator: "%%{")
    }
}
