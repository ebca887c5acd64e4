import Resources
import Stacks

/// Writes CloudFormation's YAML.
struct YAMLText {
    /// What stands for a fact inside `!Sub`: `${Name}`, `${Name.Attribute}`, or a text around such.
    var substitute: (Value.Part) -> String

    private static let width = 110

    /// Members at an indentation, each ending with a newline. A member with an empty key is a comment.
    func body(_ members: [Tree.Member], indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return members.map { member in
            if member.key.isEmpty, case .expression(let comment) = member.value { return "\(margin)# \(comment)\n" }
            return
                "\(margin)\(key(member.key)):\(value(member.value, indent: indent, used: indent + member.key.count + 2))"
        }.joined()
    }

    /// What follows a key or a dash, from the blank to the newline.
    private func value(_ tree: Tree, indent: Int, used: Int) -> String {
        if let line = line(tree), !line.contains("\n"), tree.isScalar || line.count + used <= YAMLText.width {
            return " \(line)\n"
        }
        switch tree {
        case .list(let elements):
            return "\n" + elements.map { element(in: $0, indent: indent + 2) }.joined()
        case .json(let tree): return json(tree, indent: indent + 2)
        case .program(let text): return program(text, indent: indent + 2)
        case .map, .blocks: return "\n" + body(tree.members, indent: indent + 2)
        default: return " \(line(tree) ?? "")\n"
        }
    }

    /// A literal block, whose margin its first line sets: no program begins with a blank.
    private func program(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return " |\n" + lines.map { $0.isEmpty ? "\n" : "\(margin)\($0)\n" }.joined()
    }

    private func element(in tree: Tree, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        guard case .map = tree, line(tree).map({ $0.count + indent + 2 > YAMLText.width }) ?? true else {
            return "\(margin)-\(value(tree, indent: indent, used: indent + 2))"
        }
        // The first member stands on the dash's line.
        let rows = body(tree.members, indent: indent + 2)
        return "\(margin)- \(rows.dropFirst(indent + 2))"
    }

    /// On one line; nil for what is easier to read on several.
    private func line(_ tree: Tree) -> String? {
        switch tree {
        case .none: return "~"
        case .text(let value): return text(value)
        case .number(let number): return String(number)
        case .decimal(let number): return plainNumber(number)
        case .flag(let flag): return flag ? "true" : "false"
        case .expression(let text): return text
        case .list(let elements):
            guard elements.allSatisfy(\.isScalar) else { return nil }
            return "[\(elements.compactMap(line).map(flow).joined(separator: ", "))]"
        case .map:
            let members = tree.members
            guard members.isEmpty || members.count <= 2 && members.allSatisfy({ $0.value.isScalar && !$0.key.isEmpty })
            else { return nil }
            let inner = members.compactMap { member in line(member.value).map { "\(key(member.key)): \(flow($0))" } }
            return inner.isEmpty ? "{}" : "{ \(inner.joined(separator: ", ")) }"
        case .blocks, .json, .program: return nil
        }
    }

    /// Inside brackets a comma or a bracket would end a plain text.
    private func flow(_ line: String) -> String {
        line.contains { ",[]{}".contains($0) } && !line.hasPrefix("\"") && !line.hasPrefix("!")
            ? YAMLText.quoted(line) : line
    }

    private func key(_ key: String) -> String { YAMLText.isPlain(key) ? key : YAMLText.quoted(key) }

    // MARK: Texts

    private func text(_ value: Value) -> String {
        if let literal = value.literal { return YAMLText.isPlain(literal) ? literal : YAMLText.quoted(literal) }
        let text = joined(value)
        if let name = YAMLText.lone(text) { return name.contains(".") ? "!GetAtt \(name)" : "!Ref \(name)" }
        return "!Sub \(YAMLText.quoted(text))"
    }

    /// For `!Sub`: text that looks like a substitution is marked as none.
    private func joined(_ value: Value) -> String {
        value.parts.map { part in
            if case .text(let text) = part { return YAMLText.unsubstituted(text) }
            return substitute(part)
        }.joined()
    }

    private static func unsubstituted(_ text: String) -> String {
        text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "${!")
    }

    /// The name in `${name}`, when that is all.
    private static func lone(_ text: String) -> String? {
        guard text.hasPrefix("${"), text.hasSuffix("}") else { return nil }
        let inner = text.dropFirst(2).dropLast()
        return inner.contains { "${}!".contains($0) } ? nil : String(inner)
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.count < 200 else { return false }
        let letters = { (scalar: Unicode.Scalar) in scalar.properties.isAlphabetic }
        let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"]
        guard letters(first) || first == "/", !words.contains(text.lowercased()), !text.hasSuffix(" "),
            !text.hasSuffix(":"), !text.contains(": "), !text.contains(" #")
        else { return false }
        return text.unicodeScalars.allSatisfy { letters($0) || "0123456789-_./:*+ (),;=@".unicodeScalars.contains($0) }
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        // Scalars: a quote with an accent on it is one character.
        for scalar in text.unicodeScalars {
            if let mark = scalar.escapedInQuotes {
                result += mark
            } else if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += scalar.numberForJSON
            }
        }
        return result + "\""
    }

    /// What YAML takes as it stands, and does not fold as an end of a line. Source: YAML 1.1 §5.1 and §5.4, which has more of these.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        !["\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}"].contains(scalar)
            && scalar.properties.generalCategory != .control
    }

    // MARK: JSON inside a text

    /// Inside of JSON's strings, where a number stands for what YAML does not take.
    private static func printable(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += scalar.numberForJSON
            }
        }
    }

    private func json(_ tree: Tree, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        let marked = JSONText(substitute: substitute, escape: { YAMLText.unsubstituted(YAMLText.printable($0)) }).text(
            tree)
        // What is nowhere substituted is written as it is.
        let hasSubstitution = marked.replacing("${!", with: "").contains("${")
        let text = hasSubstitution ? marked : JSONText(substitute: substitute, escape: YAMLText.printable).text(tree)
        let lines = text.split(separator: "\n").map { "\(margin)\($0)\n" }
        return (hasSubstitution ? " !Sub |\n" : " |\n") + lines.joined()
    }
}
