import Exports
import Foundation
import Stacks

/// The folder of an export. Files of an earlier one are replaced or, where there is no successor, removed; nobody else's is
/// touched. The first line tells whose a file is.
struct ExportFolder {
    var url: URL
    var shown: String

    init(_ name: String, in workingFolder: URL) {
        url = URL(filePath: name, directoryHint: .isDirectory, relativeTo: workingFolder).standardizedFileURL
        shown = name.hasSuffix("/") ? name : name + "/"
    }

    /// - Returns: the names of earlier files that are gone.
    func write(_ files: [ExportedFile]) throws(Report) -> [String] {
        let kept = Set(files.map(\.name))
        for file in files where exists(file.name) && !isOurs(file.name) {
            throw Report(
                "\(shown)\(file.name) exists and is not of an export", state: "nothing was changed",
                next: "choose another folder with --out, or move the file away")
        }
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            let suffixes = Set(files.map { URL(filePath: $0.name).pathExtension })
            let stale = try FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false)).sorted()
                .filter { suffixes.contains(URL(filePath: $0).pathExtension) && !kept.contains($0) && isOurs($0) }
            for file in files { try Data(file.text.utf8).write(to: url.appending(path: file.name), options: .atomic) }
            for name in stale { try FileManager.default.removeItem(at: url.appending(path: name)) }
            return stale
        } catch {
            throw Report("cannot write into \(shown): \(FileReason.of(error))", next: "name another folder with --out")
        }
    }

    private func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: name).path(percentEncoded: false))
    }

    private func isOurs(_ name: String) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: url.appending(path: name)) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: ExportedFile.mark.utf8.count)) == Data(ExportedFile.mark.utf8)
    }
}
