import Resources

/// A call of AWS's command line.
struct ShellCall: Sendable, Equatable {
    enum Argument: Sendable, Equatable {
        case flag
        case word(Value)
        /// One behind the other.
        case words([Value])
        /// In a variable of its own above the call.
        case json(Tree)
        /// Already in the shell's language.
        case raw(String)
    }

    /// `ec2 create-vpc`
    var operation: String
    var arguments: [(name: String, value: Argument)]
    /// JMESPath of what it prints; nil for nothing.
    var query: String?
    /// Whether its answer is thrown away.
    var isQuiet = false

    init(_ operation: String, _ arguments: [(name: String, value: Argument)], query: String? = nil) {
        self.operation = operation
        self.arguments = arguments
        self.query = query
    }

    static func == (left: ShellCall, right: ShellCall) -> Bool {
        left.operation == right.operation && left.query == right.query && left.isQuiet == right.isQuiet
            && left.arguments.map(\.name) == right.arguments.map(\.name)
            && left.arguments.map(\.value) == right.arguments.map(\.value)
    }
}

/// Writes calls the way a person would, a backslash at the end of each line that goes on.
struct ShellText {
    /// The variable that stands for a fact, or a text around such: `$vpc_id`.
    var variable: (Value.Part) -> String

    private static let width = 110

    /// Lines that set the variables of its JSON, and the call itself.
    func lines(_ call: ShellCall, prefix: String = "") -> [String] {
        let parts = parts(call, prefix: prefix)
        return parts.documents + parts.call
    }

    /// The same apart: what may stand in an `if`, and what must stand before it.
    func parts(_ call: ShellCall, prefix: String = "") -> (documents: [String], call: [String]) {
        var above: [String] = []
        var words: [String] = []
        for argument in call.arguments where argument.value != .word("") {
            let name = "--\(argument.name)"
            switch argument.value {
            case .flag: words.append(name)
            case .word(let value): words.append("\(name) \(word(value))")
            case .words(let values): words.append("\(name) \(values.map(word).joined(separator: " "))")
            case .raw(let text): words.append("\(name) \(text)")
            case .json(let tree):
                let variable = argument.name.split(separator: "-").last.map(String.init) ?? "document"
                above += document(variable, tree)
                words.append("\(name) \"$\(variable)\"")
            }
        }
        if call.isQuiet { words.append(">/dev/null") }
        if let query = call.query { words.append("--query '\(query)' --output text") }
        return (above, wrapped("\(prefix)aws \(call.operation)", words))
    }

    private func wrapped(_ head: String, _ words: [String]) -> [String] {
        let line = ([head] + words).joined(separator: " ")
        guard line.count > ShellText.width else { return [line] }
        var rows = [head]
        for word in words {
            if let last = rows.last, rows.count > 1, last.count + word.count + 3 <= ShellText.width {
                rows[rows.count - 1] = "\(last) \(word)"
            } else {
                rows.append("  \(word)")
            }
        }
        return rows.enumerated().map { $0.offset == rows.count - 1 ? $0.element : "\($0.element) \\" }
    }

    /// A here-document, in which the shell fills its variables in.
    private func document(_ variable: String, _ tree: Tree) -> [String] {
        let text = JSONText(substitute: self.variable, escape: ShellText.escapedInDocument).text(tree)
        return ["\(variable)=$(cat <<JSON"] + text.split(separator: "\n").map(String.init) + ["JSON", ")"]
    }

    private static func escapedInDocument(_ text: String) -> String {
        text.unicodeScalars.map { "\\$`".unicodeScalars.contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// A text of the shell: bare where that is safe, else in double quotes.
    func word(_ value: Value) -> String {
        if let literal = value.literal, !literal.isEmpty,
            literal.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,+@%".contains($0)) })
        {
            return literal
        }
        let inner = value.parts.map { part in
            if case .text(let text) = part { return ShellText.escaped(text) }
            return variable(part)
        }
        return "\"\(inner.joined())\""
    }

    private static func escaped(_ text: String) -> String {
        // Scalars: a quote with an accent on it is one character.
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "$": "\\$"
            case "`": "\\`"
            default: String(scalar)
            }
        }.joined()
    }
}
