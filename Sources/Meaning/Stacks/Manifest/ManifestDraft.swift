/// The manifest that `terrace init` writes: small, commented, and right as it stands.
package enum ManifestDraft {
    /// The files of the folder whose texts `draft` wants; those that are missing are left out.
    package static let inspectedFiles = [
        "Dockerfile", "Package.swift", "package.json", "Procfile", "go.mod", "manage.py", "requirements.txt",
    ]

    package static func draft(folderName: String, files: [String: String]) -> String {
        let clues = FolderClues(files)
        let name = stackName(clues.name ?? folderName)
        let start = clues.start ?? FolderClues.Start(command: "./start", origin: nil)
        let port = clues.port ?? 3000
        let image = files["Dockerfile"] == nil ? "# image: ." : "image: ."
        let imageNote =
            files["Dockerfile"] == nil ? "a Dockerfile's folder or a registry reference" : "the Dockerfile here"
        return """
            # What `terrace up` runs. Every other key has a production default: see `terrace schema`.
            stack: \(name)

            services:
              web:
                \(image)   # \(imageNote); used on aws
                # How to start it on this machine\(start.origin.map { ", from \($0)" } ?? ": put your own here").
                # It listens on the port in PORT.
                command: \(quoted(start.command))
                port: \(port)   # where the container listens on aws
                health: /health   # must answer 200 once it can serve; any path will do

            # PostgreSQL, a writer and a reader. PGHOST, PGUSER, PGPASSWORD, DATABASE_URL, … tell where.
            database: {}

            """
    }

    /// Any folder or package name becomes a name that `ManifestCheck` takes.
    static func stackName(_ text: String) -> String {
        let base = text.split(separator: "/").last.map(String.init) ?? text
        let words = base.lowercased().utf8.split { !($0.isLower || $0.isDigit) }
            .map { String(decoding: $0, as: UTF8.self) }
        var name = words.joined(separator: "-")
        if name.utf8.first?.isLower != true { name = name.isEmpty ? "app" : "app-\(name)" }
        name = String(name.prefix(31))
        while name.last == "-" { name.removeLast() }
        return name
    }

    /// Double quotes take everything once these are escaped.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\0"..<" ", "\u{7F}"..<"\u{A0}", "\u{D7FF}"..."\u{F8FF}", "\u{FEFF}", "\u{FFFE}"..."\u{FFFF}":
                result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
