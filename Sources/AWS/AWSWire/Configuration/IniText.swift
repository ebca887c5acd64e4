/// The two files that AWS's tools share, `config` and `credentials`, as sections of names and values. Read the way those tools
/// read them: names in lower case, `=` or `:` between name and value, `#` and `;` at the start of a line begin a comment,
/// a line that is indented deeper than its name goes on with the value. Pure.
///
/// Source of the rules: the INI reader of Python's standard library, which AWS's tools use; compared with it by test.
package struct IniText: Sendable, Equatable {
    /// One section: `[profile shop]` has the name `profile shop`.
    package struct Section: Sendable, Equatable {
        package var name: String
        /// Of the header, from 1.
        package var line: Int
        package var values: [String: Value] = [:]
    }

    /// What stands behind a name.
    package enum Value: Sendable, Equatable {
        case text(String)
        /// `s3 =` with indented lines below it: one level, as AWS's tools have it.
        case nested([String: String])

        package var text: String? { if case .text(let text) = self { text } else { nil } }
        package var nested: [String: String]? { if case .nested(let values) = self { values } else { nil } }
    }

    /// A line that cannot be understood.
    package struct Fault: Error, Sendable, Equatable {
        /// From 1.
        package var line: Int
        package var reason: String
    }

    package private(set) var sections: [Section] = []
    /// Every malformed line; a text with faults must not be used.
    package private(set) var faults: [Fault] = []

    package init(_ text: String) {
        var reader = IniReader()
        for (index, line) in Self.lines(of: text).enumerated() { reader.take(line, number: index + 1) }
        reader.finish()
        sections = reader.sections
        faults = reader.faults.sorted { $0.line < $1.line }
    }

    /// `\n`, `\r\n` and `\r` end a line; a byte order mark is passed over.
    private static func lines(of text: String) -> [Substring] {
        text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        }
    }
}

/// Takes one line after the other.
private struct IniReader {
    var sections: [IniText.Section] = []
    var faults: [IniText.Fault] = []
    /// Of `[DEFAULT]`: they are in every section that does not say otherwise.
    private var defaults: [String: IniText.Value] = [:]
    private var isInDefaults = false
    private var seen: Set<String> = []
    private var indent = 0
    private var open: Open?

    /// A name whose value may go on.
    private struct Open {
        var name: String
        var line: Int
        var lines: [(text: String, number: Int)]
    }

    mutating func take(_ line: Substring, number: Int) {
        let content = line.trimmed
        if content.hasPrefix("#") || content.hasPrefix(";") { return }
        if content.isEmpty {
            open?.lines.append(("", number))
            return
        }
        let depth = line.prefix { $0.isWhitespace }.count
        if open != nil, depth > indent {
            open?.lines.append((String(content), number))
            return
        }
        close()
        indent = depth
        if content.first == "[", let end = content.lastIndex(of: "]"), content.index(after: content.startIndex) < end {
            begin(String(content[content.index(after: content.startIndex)..<end]), number)
        } else {
            option(content, number)
        }
    }

    mutating func finish() {
        close()
        for index in sections.indices {
            sections[index].values.merge(defaults) { own, _ in own }
        }
    }

    private mutating func begin(_ name: String, _ number: Int) {
        isInDefaults = name == "DEFAULT"
        seen = isInDefaults ? Set(defaults.keys) : []
        guard !isInDefaults else { return }
        if let first = sections.first(where: { $0.name == name }) {
            faults.append(.init(line: number, reason: "section [\(name)] is there already, in line \(first.line)"))
        }
        sections.append(.init(name: name, line: number))
    }

    private mutating func option(_ content: Substring, _ number: Int) {
        guard isInDefaults || !sections.isEmpty else {
            faults.append(.init(line: number, reason: "a [section] expected before the first name"))
            return
        }
        guard let cut = content.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            faults.append(.init(line: number, reason: "'=' expected behind the name"))
            return
        }
        let name = content[..<cut].trimmed.lowercased()
        guard !name.isEmpty else {
            faults.append(.init(line: number, reason: "a name expected before '\(content[cut])'"))
            return
        }
        if !seen.insert(name).inserted {
            faults.append(.init(line: number, reason: "\(name) is there already in this section"))
        }
        let value = String(content[content.index(after: cut)...].trimmed)
        open = Open(name: name, line: number, lines: [(value, number)])
    }

    private mutating func close() {
        guard var done = open else { return }
        open = nil
        while done.lines.count > 1, done.lines.last?.text.isEmpty == true { done.lines.removeLast() }
        if done.lines.count > 1, done.lines[0].text.isEmpty {
            put(.nested(nested(done.lines.dropFirst())), done.name)
        } else {
            put(.text(done.lines.map(\.text).joined(separator: "\n")), done.name)
        }
    }

    private mutating func nested(_ lines: ArraySlice<(text: String, number: Int)>) -> [String: String] {
        var values: [String: String] = [:]
        for (text, number) in lines where !text.isEmpty {
            guard let cut = text.firstIndex(of: "=") else {
                faults.append(.init(line: number, reason: "'=' expected behind the name"))
                continue
            }
            values[String(text[..<cut].trimmed)] = String(text[text.index(after: cut)...].trimmed)
        }
        return values
    }

    private mutating func put(_ value: IniText.Value, _ name: String) {
        if isInDefaults {
            defaults[name] = value
        } else if !sections.isEmpty {
            sections[sections.endIndex - 1].values[name] = value
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without white space at both ends.
    var trimmed: Substring {
        var rest = self[...].drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
