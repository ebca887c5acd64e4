/// What the files of a folder tell about the application in it. Guesses from texts: a wrong one costs its author one
/// edited line, so nothing here is parsed more strictly than that.
struct FolderClues {
    struct Start: Equatable {
        var command: String
        /// The file that said so; nil when none did.
        var origin: String?
    }

    private let files: [String: String]

    init(_ files: [String: String]) { self.files = files }

    /// What the package calls itself.
    var name: String? {
        swiftExecutable ?? packageJSON("name") ?? goModule
    }

    /// `EXPOSE 3000/tcp`
    var port: Int? {
        for line in lines(of: "Dockerfile") {
            let words = line.split(separator: " ")
            guard words.first?.uppercased() == "EXPOSE", let text = words.dropFirst().first else { continue }
            if let port = Int(text.prefix { $0.isNumber }), (1...65_535).contains(port) { return port }
        }
        return nil
    }

    /// The most deliberate statement wins: a Procfile, then the language's own package file, then the image.
    var start: Start? {
        if let web = lines(of: "Procfile").first(where: { $0.hasPrefix("web:") }) {
            let command = trimmed(web.dropFirst(4))
            if !command.isEmpty { return Start(command: command, origin: "Procfile") }
        }
        if let swiftExecutable {
            return Start(command: ".build/release/\(swiftExecutable)", origin: "Package.swift")
        }
        if packageJSON("start") != nil { return Start(command: "npm start", origin: "package.json") }
        if goModule != nil { return Start(command: "go run .", origin: "go.mod") }
        if files["manage.py"] != nil {
            return Start(command: "python3 manage.py runserver 127.0.0.1:$PORT", origin: "manage.py")
        }
        if let requirements = files["requirements.txt"], requirements.contains("gunicorn") {
            return Start(command: "gunicorn --bind 127.0.0.1:$PORT app:app", origin: "requirements.txt")
        }
        return dockerCommand.map { Start(command: $0, origin: "Dockerfile") }
    }

    private func lines(of file: String) -> [String] {
        (files[file] ?? "").split(whereSeparator: \.isNewline).map { trimmed($0) }
    }

    private func trimmed(_ text: some StringProtocol) -> String {
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? start
        return String(text[start..<end])
    }

    /// `.executableTarget(name: "guestbook"`, also over two lines, or `.executable(name:`.
    private var swiftExecutable: String? {
        guard let text = files["Package.swift"] else { return nil }
        for opening in [".executable(", ".executableTarget("] {
            guard let range = text.firstRange(of: opening) else { continue }
            let rest = text[range.upperBound...].prefix(200)
            guard let label = rest.firstRange(of: "name:") else { continue }
            if let name = firstQuoted(in: rest[label.upperBound...]), isPlainName(name) { return name }
        }
        return nil
    }

    /// The text of the first member of that name: `"name": "guestbook"`.
    private func packageJSON(_ member: String) -> String? {
        guard let text = files["package.json"], let range = text.firstRange(of: "\"\(member)\"") else { return nil }
        let rest = text[range.upperBound...].drop { $0.isWhitespace }
        guard rest.first == ":" else { return nil }
        return firstQuoted(in: rest.dropFirst().prefix(400))
    }

    /// `module example.com/guestbook`
    private var goModule: String? {
        let line = lines(of: "go.mod").first { $0.hasPrefix("module ") }
        return line.map { trimmed($0.dropFirst(7)) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The last `CMD` counts; its words are joined where none of them needs quotes.
    private var dockerCommand: String? {
        guard let line = lines(of: "Dockerfile").last(where: { $0.uppercased().hasPrefix("CMD ") }) else { return nil }
        let rest = trimmed(line.dropFirst(4))
        guard rest.hasPrefix("[") else { return rest.isEmpty ? nil : rest }
        let words = rest.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        guard !words.isEmpty, words.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
            return nil
        }
        return words.joined(separator: " ")
    }

    private func firstQuoted(in text: Substring) -> String? {
        guard let open = text.firstIndex(of: "\"") else { return nil }
        let rest = text[text.index(after: open)...]
        guard let close = rest.firstIndex(of: "\"") else { return nil }
        return open == close ? nil : String(rest[..<close])
    }

    private func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0.isLower || $0.isUpper || $0.isDigit || "-_.".utf8.contains($0) }
    }
}
