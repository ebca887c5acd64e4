import Foundation
import LocalTarget
import Stacks

/// Where a manifest is, whether it exists or not.
struct ManifestPlace: Equatable {
    static let standardName = "terrace.yaml"

    /// As the user wrote it or would: diagnostics name it so.
    let shownName: String
    let file: URL
    let environment: String?

    var folder: URL { file.deletingLastPathComponent() }
    var stackFolder: StackFolder { StackFolder(manifestFolder: folder, environment: environment) }
    private var exists: Bool { FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) }

    init(_ name: String?, environment: String?, in workingFolder: URL) throws(Report) {
        if let environment, !ManifestPlace.isName(environment) {
            throw Report(
                "\"\(environment)\" cannot be an environment",
                expected: "lower-case letters, digits and -, a letter first, at most 31: --environment staging")
        }
        var shown = name ?? ManifestPlace.standardName
        var file = URL(filePath: shown, relativeTo: workingFolder).standardizedFileURL
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file.path(percentEncoded: false), isDirectory: &isFolder),
            isFolder.boolValue
        {
            shown = shown.hasSuffix("/") ? shown + ManifestPlace.standardName : "\(shown)/\(ManifestPlace.standardName)"
            file = file.appending(path: ManifestPlace.standardName)
        }
        shownName = shown
        self.file = file
        self.environment = environment
    }

    private static func isName(_ text: String) -> Bool {
        let letters = Set("abcdefghijklmnopqrstuvwxyz")
        let rest = letters.union("0123456789-")
        return text.count <= 31 && text.first.map(letters.contains) == true && text.allSatisfy(rest.contains)
            && text.last != "-"
    }

    /// For verbs that ask a running stack: the manifest may be wrong by now, or gone.
    func existing() throws(Report) -> ManifestPlace {
        guard exists || stackFolder.exists else { throw missing(shownName) }
        return self
    }

    /// The manifest and what is merged over it.
    func sources() throws(Report) -> [ManifestSource] {
        guard exists else { throw missing(shownName) }
        guard let environment else { return [try source(shownName, file)] }
        let suffix = file.pathExtension
        let overlay = file.deletingPathExtension().appendingPathExtension("\(environment).\(suffix)")
        let shown = String(shownName.dropLast(suffix.count)) + "\(environment).\(suffix)"
        guard FileManager.default.fileExists(atPath: overlay.path(percentEncoded: false)) else {
            throw Report(
                "there is no \(shown)", expected: "what is different in the environment \(environment)",
                next: "create \(shown); an empty file changes nothing but the names")
        }
        return [try source(shownName, file), try source(shown, overlay)]
    }

    /// Throws every mistake at once; warnings are said and passed over.
    func checked() throws -> (stack: Stack, sources: [ManifestSource]) {
        let sources = try sources()
        let result = ManifestCheck.check(sources, environment: environment)
        guard let stack = result.stack else { throw ManifestMistakes(result: result) }
        if !result.diagnostics.isEmpty {
            let surroundings = Surroundings.current
            surroundings.errors(result.diagnostics.render(style: surroundings.errorStyle.diagnostics))
        }
        return (stack, sources)
    }

    /// Above this a manifest does not fit the control socket's line, and no person wrote it.
    private static let largest = ByteCount.kibibytes(512)

    private func source(_ shown: String, _ file: URL) throws(Report) -> ManifestSource {
        let path = file.path(percentEncoded: false)
        let handle: FileHandle
        let data: Data
        do {
            handle = try FileHandle(forReadingFrom: file)
            data = try handle.read(upToCount: ManifestPlace.largest.bytes + 1) ?? Data()
        } catch {
            throw Report("cannot read \(path): \(FileReason.of(error))")
        }
        guard data.count <= ManifestPlace.largest.bytes else {
            throw Report("\(shown) is longer than \(ManifestPlace.largest)")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Report("\(shown) is not UTF-8 text", expected: "a YAML file in UTF-8")
        }
        return ManifestSource(file: shown, text: text)
    }

    private func missing(_ shown: String) -> Report {
        let other = file.deletingPathExtension().appendingPathExtension("yml")
        if file.pathExtension == "yaml", FileManager.default.fileExists(atPath: other.path(percentEncoded: false)) {
            return Report(
                "there is no \(shown), but a \(other.lastPathComponent)",
                next: "rename it, or name it: `terrace up \(other.lastPathComponent)`")
        }
        return Report(
            "there is no \(shown)", expected: file.path(percentEncoded: false),
            next: "`terrace init` writes one for this folder; or name another: `terrace up path/to/terrace.yaml`")
    }
}

/// A manifest with mistakes, as its diagnostics say them.
struct ManifestMistakes: Error {
    let result: ManifestResult
}
