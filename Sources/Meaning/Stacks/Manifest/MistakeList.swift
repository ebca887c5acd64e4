/// Collects every mistake of one check.
struct MistakeList: Sendable {
    /// A hostile or broken file can hold any number of mistakes; nobody reads more than these.
    static let limit = 100

    private let sources: [SourceText]
    private(set) var diagnostics: [Diagnostic] = []

    init(_ sources: [SourceText]) { self.sources = sources }

    var isFull: Bool { diagnostics.count >= MistakeList.limit }
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// `found` cannot stand where it stands.
    mutating func error(_ found: Found, _ message: String, allowed: String? = nil, nearest: String? = nil) {
        add(.error, found.value.place, found.path, message, allowed, nearest)
    }

    /// Something about a place that is no value: a key, a file.
    mutating func error(
        at place: Place, path: String = "", _ message: String, allowed: String? = nil, nearest: String? = nil
    ) {
        add(.error, place, path, message, allowed, nearest)
    }

    mutating func warning(_ found: Found, _ message: String, allowed: String? = nil) {
        add(.warning, found.value.place, found.path, message, allowed, nil)
    }

    private mutating func add(
        _ severity: Diagnostic.Severity, _ place: Place, _ path: String, _ message: String, _ allowed: String?,
        _ nearest: String?
    ) {
        guard !isFull, sources.indices.contains(place.file) else { return }
        let source = sources[place.file]
        diagnostics.append(
            Diagnostic(
                severity: severity, file: source.file, line: place.line, column: place.column,
                path: Excerpt.path(path), message: message, allowed: allowed, nearest: nearest,
                sourceLine: source.line(place.line)))
    }

    /// In the order in which one reads: by file as given, then from top to bottom.
    var sorted: [Diagnostic] {
        let order = Dictionary(sources.enumerated().map { ($0.element.file, $0.offset) }) { first, _ in first }
        return diagnostics.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (order[a.file] ?? 0, a.line, a.column, left.offset)
                < (order[b.file] ?? 0, b.line, b.column, right.offset)
        }.map(\.element)
    }
}

/// A file cut into lines, for the excerpt beside a message.
struct SourceText: Sendable {
    let file: String
    private let lines: [Substring]

    init(_ source: ManifestSource) {
        file = source.file
        lines = source.text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
            .map { Substring($0.last == "\r" ? $0.dropLast() : $0) }
    }

    /// `number` from 1.
    func line(_ number: Int) -> String? {
        lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
    }
}
