import Foundation

/// The files of this checkout that people write, as text.
struct SourceTree: Sendable {
    struct File: Sendable {
        /// From the checkout's root: `Sources/Meaning/Stacks/CIDR.swift`.
        var path: String
        var lines: [String]

        var name: String { String(path.split(separator: "/").last ?? "") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Swift files below the folders, sorted by path.
    static func swift(below folders: String...) -> [File] {
        folders.flatMap { files(below: $0) { $0.hasSuffix(".swift") } }
    }

    static func files(below folder: String, where isWanted: (String) -> Bool) -> [File] {
        let start = root.appending(path: folder)
        let names =
            FileManager.default.enumerator(atPath: start.path(percentEncoded: false))?.compactMap { $0 as? String }
            ?? []
        return names.filter { isWanted($0) && !isHidden($0) }.sorted()
            .compactMap { file(folder.isEmpty ? $0 : "\(folder)/\($0)") }
    }

    /// nil when it is not there, or no text.
    static func file(_ path: String) -> File? {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
        return File(
            path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    /// What builds, running stacks and generators leave behind.
    private static let notWritten: Set<Substring> = [
        ".build", ".terrace", ".git", ".venv", ".venv-scanners", "Generated",
    ]

    private static func isHidden(_ path: String) -> Bool {
        path.split(separator: "/").contains(where: notWritten.contains)
    }
}
