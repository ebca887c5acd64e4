import Foundation
import Stacks

/// Which files make up what a command runs: its program, unless the machine has it (on PATH), and the script that an interpreter of
/// the machine's is given.
enum CommandFiles {
    /// What interpreters run and tools write. A file with another ending may be the application's data, which has no versions.
    private static let scripts: Set<String> = [
        "cjs", "dll", "exs", "jar", "js", "lua", "mjs", "php", "pl", "py", "pyz", "rb", "sh", "ts", "wasm",
    ]

    /// - Parameter path: the PATH that the command runs with.
    static func of(_ command: Command, folder: URL, path: String) -> [(word: String, path: String)] {
        let words = words(of: command)
        guard let program = words.first else { return [] }
        if program.contains("/") { return file(program, folder).map { [(program, $0)] } ?? [] }
        if !path.split(separator: ":").contains(where: {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }) {
            return file(program, folder).map { [(program, $0)] } ?? []
        }
        let script = words.dropFirst().first { word in
            scripts.contains(String(word.split(separator: ".").last ?? "")) && file(word, folder) != nil
        }
        return script.flatMap { word in file(word, folder).map { [(word, $0)] } } ?? []
    }

    /// The command with other files in the place of those that it names.
    static func replacing(_ places: [String: String], in command: Command) -> Command {
        switch command {
        case .words(let words): return .words(words.map { places[$0] ?? $0 })
        case .shell(let text):
            // Word by word, so that every space stays where it is.
            var result = ""
            var word = ""
            for character in text + "\n" {
                guard character.isWhitespace else {
                    word.append(character)
                    continue
                }
                result += places[word].map(quoted) ?? word
                result.append(character)
                word = ""
            }
            return .shell(String(result.dropLast()))
        }
    }

    private static func words(of command: Command) -> [String] {
        switch command {
        case .words(let words): words
        case .shell(let text): text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    private static func file(_ word: String, _ folder: URL) -> String? {
        guard !word.hasPrefix("-") else { return nil }
        let path = word.hasPrefix("/") ? word : folder.path(percentEncoded: false).trimmedEnd + "/" + word
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        return exists && !isFolder.boolValue ? path : nil
    }

    private static func quoted(_ path: String) -> String {
        let isPlain = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./+".contains($0)) }
        return isPlain ? path : "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}

extension String {
    fileprivate var trimmedEnd: String { hasSuffix("/") ? String(dropLast()) : self }
}
