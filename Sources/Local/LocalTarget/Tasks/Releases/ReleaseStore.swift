import Crypto
package import Foundation
import Machine
import Stacks
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The releases of a stack on disk, in `.terrace/releases`: a history for each service, and a copy of every file that a kept
/// release runs, under its digest. A build overwrites what a command names; the copy is what an old version is started from
/// then. Copies and not hard links: `cp` and some linkers write into the file that is there.
package final class ReleaseStore: Sendable {
    private struct Known {
        var stamp: FileStamp
        var digest: String
    }

    private let folder: String
    private let histories = Mutex<[String: ReleaseHistory]>([:])
    /// By path.
    private let known = Mutex<[String: Known]>([:])

    package init(folder: URL) { self.folder = folder.path(percentEncoded: false).trimmingSlash }

    func history(of service: String) throws(TaskFailure) -> ReleaseHistory {
        if let known = histories.withLock({ $0[service] }) { return known }
        guard FileManager.default.fileExists(atPath: path(of: service)) else { return ReleaseHistory() }
        do {
            let bytes = try DurableFiles.read(path(of: service))
            var history = try JSONDecoder().decode(ReleaseHistory.self, from: Data(bytes))
            // A supervisor that died in a drill has left its release.
            history.endDrill()
            histories.withLock { [history] in $0[service] = history }
            return history
        } catch {
            throw TaskFailure(
                "cannot read the releases of \(service): \(error)",
                next: "remove \(path(of: service)); its releases are counted from 1 again then")
        }
    }

    @discardableResult
    func change<Result>(_ service: String, _ body: (inout ReleaseHistory) -> Result) throws(TaskFailure) -> Result {
        let before = try history(of: service)
        var history = before
        let result = body(&history)
        guard history != before else { return result }
        do {
            try makeFolder(folder)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try DurableFiles.replace(path(of: service), with: Array(try encoder.encode(history)))
        } catch {
            throw TaskFailure("cannot keep the releases of \(service): \(error)", next: "see that the disk has room")
        }
        histories.withLock { $0[service] = history }
        return result
    }

    private func path(of service: String) -> String { "\(folder)/\(service).json" }
    private func copy(of file: ReleaseFile) -> String { "\(folder)/files/\(file.digest)/\(name(of: file))" }
    private func name(of file: ReleaseFile) -> String { String(file.path.split(separator: "/").last ?? "program") }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
}

// Files: what is there now, and what is kept.
extension ReleaseStore {
    /// The files that the commands run, as they are now. Reads those that have changed since they were last seen.
    func files(of commands: [Command], folder: URL, path: String) throws(TaskFailure) -> [ReleaseFile] {
        var found: [ReleaseFile] = []
        for command in commands {
            for (word, path) in CommandFiles.of(command, folder: folder, path: path) {
                guard !found.contains(where: { $0.word == word && $0.path == path }) else { continue }
                found.append(ReleaseFile(word: word, path: path, digest: try digest(path)))
            }
        }
        return found
    }

    /// Copies those that are not kept yet. Blocks while it does.
    func keep(_ files: [ReleaseFile]) throws(TaskFailure) {
        for file in files where !FileManager.default.fileExists(atPath: copy(of: file)) {
            do {
                try makeFolder("\(folder)/files/\(file.digest)")
                let fresh = copy(of: file) + ".new"
                unlink(fresh)
                let original = URL(filePath: file.path).resolvingSymlinksInPath()
                try FileManager.default.copyItem(at: original, to: URL(filePath: fresh))
                guard try ReleaseStore.hash(fresh) == file.digest else { throw changing(file.path) }
                guard rename(fresh, copy(of: file)) == 0 else {
                    throw TaskFailure("cannot keep \(file.path): \(String(cString: strerror(errno)))")
                }
            } catch let failure as TaskFailure {
                throw failure
            } catch {
                throw TaskFailure(
                    "cannot keep \(file.path): \((error as NSError).localizedDescription)",
                    next: "see that the disk has room")
            }
        }
    }

    /// Removes copies that no release of any service needs.
    func removeUnneeded() {
        let files = FileManager.default
        let services = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".json") }
        var needed: Set<String> = []
        for name in services {
            // Nothing is removed on a guess.
            guard let history = try? history(of: String(name.dropLast(".json".count))) else { return }
            needed.formUnion(history.releases.flatMap(\.content.files).map(\.digest))
        }
        for digest in (try? files.contentsOfDirectory(atPath: "\(folder)/files")) ?? [] where !needed.contains(digest) {
            try? files.removeItem(atPath: "\(folder)/files/\(digest)")
        }
    }

    /// Where to start it from: its own place while the file there is still the same, else the copy.
    func place(of file: ReleaseFile) throws(TaskFailure) -> String {
        let isSame = known.withLock { known in
            known[file.path].map { $0.digest == file.digest && $0.stamp == FileStamp(file.path) } ?? false
        }
        if isSame { return file.path }
        if let now = try? digest(file.path), now == file.digest { return file.path }
        guard FileManager.default.isReadableFile(atPath: copy(of: file)) else {
            throw TaskFailure(
                "\(file.path) is another file by now, and the one that this release ran was not kept",
                next: "build that version again, then `terrace deploy`")
        }
        linkNeighbours(of: file)
        return copy(of: file)
    }

    /// How many entries of a folder are linked beside a copy; beyond it none is.
    private static let mostNeighbours = 2000

    /// A program looks for its libraries, modules and resources beside itself.
    private func linkNeighbours(of file: ReleaseFile) {
        let original = String(file.path.dropLast(name(of: file).count))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: original)) ?? []
        guard names.count <= ReleaseStore.mostNeighbours else { return }
        let folder = "\(folder)/files/\(file.digest)/"
        for each in names where each != name(of: file) { symlink(original + each, folder + each) }
    }

    /// A file that is being written has no digest yet.
    private func digest(_ path: String) throws(TaskFailure) -> String {
        for _ in 0..<3 {
            guard let stamp = FileStamp(path) else { throw TaskFailure("cannot read \(path): it is gone") }
            if let seen = known.withLock({ $0[path] }), seen.stamp == stamp { return seen.digest }
            let digest = try ReleaseStore.hash(path)
            guard FileStamp(path) == stamp else { continue }
            known.withLock { $0[path] = Known(stamp: stamp, digest: digest) }
            return digest
        }
        throw changing(path)
    }

    private func changing(_ path: String) -> TaskFailure {
        TaskFailure("\(path) is being written", next: "run the same command when the build is done")
    }

    private static func hash(_ path: String) throws(TaskFailure) -> String {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            var hash = SHA256()
            while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
            return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        } catch {
            throw TaskFailure("cannot read \(path): \((error as NSError).localizedDescription)")
        }
    }
}

/// Tells two states of one file apart without reading it.
struct FileStamp: Sendable, Equatable {
    let size: Int
    let modified: Date
    let number: Int

    /// Of what a symbolic link leads to.
    init?(_ path: String) {
        let path = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        self.size = size
        self.modified = modified
        number = attributes[.systemFileNumber] as? Int ?? 0
    }
}

extension String {
    fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
