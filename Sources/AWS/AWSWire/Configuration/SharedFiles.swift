import Foundation

/// Files as the credential sources need them, so that a test can be the disk.
package struct FileAccess: Sendable {
    /// Nil when there is no such file.
    package var read: @Sendable (String) throws -> [UInt8]?
    /// Replaces the file in one step; only its owner may read it.
    package var write: @Sendable (String, [UInt8]) throws -> Void

    package init(
        read: @escaping @Sendable (String) throws -> [UInt8]?,
        write: @escaping @Sendable (String, [UInt8]) throws -> Void
    ) {
        self.read = read
        self.write = write
    }

    /// This machine's disk.
    package static let disk = FileAccess(
        read: { path in
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            return Array(try Data(contentsOf: URL(filePath: path)))
        },
        write: { path, bytes in
            let draft = "\(path).\(UInt32.random(in: .min ... .max))"
            guard
                FileManager.default.createFile(
                    atPath: draft, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
            guard rename(draft, path) == 0 else {
                try? FileManager.default.removeItem(atPath: draft)
                throw CocoaError(.fileWriteUnknown)
            }
        })
}

/// Where the shared files are.
package struct SharedFiles: Sendable, Equatable {
    package var config: String?
    package var credentials: String?

    /// `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, else in `.aws` below `HOME`; nil when there is no `HOME` either.
    package init(environment: [String: String]) {
        func path(_ variable: String, _ standard: String) -> String? {
            let given = environment[variable].flatMap { $0.isEmpty ? nil : $0 } ?? standard
            return Self.expanded(given, environment)
        }
        config = path("AWS_CONFIG_FILE", "~/.aws/config")
        credentials = path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
    }

    /// `~` at the start, `$NAME` and `${NAME}`; an unknown variable stays as it is. Nil when `~` is needed and `HOME` is not set.
    package static func expanded(_ path: String, _ environment: [String: String]) -> String? {
        var text = ""
        var rest = path[...]
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let inBraces = rest.first == "{" && rest.contains("}")
            let name = inBraces ? rest.dropFirst().prefix { $0 != "}" } : rest.prefix { $0.isWordLetter }
            if let value = environment[String(name)], !name.isEmpty {
                text += value
                rest = rest[(inBraces ? rest.index(after: name.endIndex) : name.endIndex)...]
            } else {
                text += "$"
            }
        }
        text += rest
        guard text == "~" || text.hasPrefix("~/") else { return text }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + text.dropFirst() }
    }

    /// - Throws: what cannot be read, and every malformed line.
    package func load(_ files: FileAccess) throws(CredentialFault) -> SharedConfiguration {
        try SharedConfiguration(
            config: try text(config, files), credentials: try text(credentials, files),
            configPath: config ?? "~/.aws/config", credentialsPath: credentials ?? "~/.aws/credentials")
    }

    private func text(_ path: String?, _ files: FileAccess) throws(CredentialFault) -> String? {
        guard let path else { return nil }
        let bytes: [UInt8]?
        do {
            bytes = try files.read(path)
        } catch {
            throw .unreadableFile(path, "\(error)")
        }
        guard let bytes else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadableFile(path, "it is not UTF-8")
        }
        return text
    }
}

extension Character {
    fileprivate var isWordLetter: Bool { isASCII && (isLetter || isNumber || self == "_") }
}
