import Yams

/// A syntax error in the words of somebody who writes a manifest rather than of a scanner.
struct YAMLMistake {
    private let line: Int
    private let column: Int
    private let message: String
    private let allowed: String?

    init(_ error: any Error, in text: String) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            // What is never closed is best shown where it was opened.
            let isUnclosed = ["unexpected end of stream", "',' or '"].contains { problem.contains($0) }
            let place = isUnclosed ? context?.mark ?? mark : mark
            (line, column) = (place.line, place.column)
            (message, allowed) = YAMLMistake.words(
                problem, context: context?.text ?? "", isTab: YAMLMistake.isTab(in: text, mark))
        case YamlError.reader(let problem, _, _, _):
            (line, column, message, allowed) = (1, 1, problem, nil)
        default:
            (line, column, message, allowed) = (1, 1, "this is not YAML: \(error)", nil)
        }
    }

    func report(file: Int, _ report: inout MistakeList) {
        report.error(at: Place(file: file, line: line, column: column), message, allowed: allowed)
    }

    private static func isTab(in text: String, _ mark: Mark) -> Bool {
        let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
        guard lines.indices.contains(mark.line - 1) else { return false }
        return lines[mark.line - 1].dropFirst(mark.column - 1).first == "\t"
    }

    private static func words(_ problem: String, context: String, isTab: Bool) -> (String, String?) {
        if isTab { return ("a tab where YAML wants spaces", "spaces in front of a key") }
        if let known = known.first(where: { problem.contains($0.problem) }) { return (known.message, known.allowed) }
        let context = context.trimmed(of: " \n:,")
        return (context.isEmpty ? problem : "\(problem) (\(context))", nil)
    }

    /// libyaml's commonest complaints.
    private static let known: [(problem: String, message: String, allowed: String?)] = [
        (
            "mapping values are not allowed",
            "a `: ` too many: the second in its line, behind a key indented too far, or below a line without one",
            "one `key: value` in a line; quotes around a text that holds `: `"
        ),
        ("could not find expected ':'", "a line that is no `key: value`", "`key: value`, or `- ` before an element"),
        (
            "did not find expected key", "a line that does not fit the keys above it",
            "the same indentation for all keys of one mapping"
        ),
        (
            "did not find expected '-' indicator", "a line that does not fit the list above it",
            "`- ` before every element"
        ),
        ("found unexpected end of stream", "a quote is opened and never closed", nil),
        ("did not find expected ',' or ']'", "a list is opened with [ and never closed", "[first, second]"),
        ("did not find expected ',' or '}'", "a mapping is opened with { and never closed", "{ key: value }"),
        (
            "found character that cannot start any token", "a text that begins with % or @ or a backquote",
            "quotes around it"
        ),
        ("Maximum nesting level", "too deeply nested", "at most \(YAMLLimit.depth) levels"),
        ("found another document", "a second document after `---`", "one document in a file"),
    ]
}

extension String {
    fileprivate func trimmed(of characters: String) -> String {
        var rest = self[...]
        while let first = rest.first, characters.contains(first) { rest = rest.dropFirst() }
        while let last = rest.last, characters.contains(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
