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

    /// Bytes that may still be written to a folder; nil when nobody can tell.
    private let room: @Sendable (String) -> Int?

    package init(folder: URL, room: @escaping @Sendable (String) -> Int? = DiskRoom.free(at:)) {
        self.folder = folder.path(percentEncoded: false).trimmingSlash
        self.room = room
    }

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

    /// Stays free whatever is copied, for the histories, logs and whatever else is about to be written. Bytes.
    static let reserve = 16 << 20

    /// Copies those that are not kept yet, when there is room for all of them. Blocks while it does.
    func keep(_ files: [ReleaseFile]) throws(TaskFailure) {
        let missing = files.filter { !FileManager.default.fileExists(atPath: copy(of: $0)) }
        guard !missing.isEmpty else { return }
        do { try makeFolder("\(folder)/files") } catch { throw cannotKeep(missing[0].path, error) }
        try checkRoom(missing)
        for file in missing {
            do {
                try makeCopy(of: file)
            } catch {
                // Half a copy helps nobody, and takes room.
                unlink(fresh(file))
                rmdir("\(folder)/files/\(file.digest)")
                throw error as? TaskFailure ?? cannotKeep(file.path, error)
            }
        }
    }

    private func checkRoom(_ files: [ReleaseFile]) throws(TaskFailure) {
        let sizes = Dictionary(files.map { ($0.digest, FileStamp($0.path)?.size ?? 0) }) { first, _ in first }
        let needed = sizes.values.reduce(0, +)
        guard let free = room(folder), needed + Self.reserve > free else { return }
        let what = files.count == 1 ? files[0].path : "\(files.count) files"
        throw TaskFailure(
            "cannot keep \(what): the copy needs \(Self.megabytes(needed)) and \(Self.megabytes(Self.reserve)) must stay free, "
                + "but \(folder) has \(Self.megabytes(free))",
            next: "make room on that disk, then run the same command")
    }

    /// `12.3 MB`
    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }

    private func fresh(_ file: ReleaseFile) -> String { copy(of: file) + ".new" }

    private func makeCopy(of file: ReleaseFile) throws {
        try makeFolder("\(folder)/files/\(file.digest)")
        unlink(fresh(file))
        let original = URL(filePath: file.path).resolvingSymlinksInPath()
        try FileManager.default.copyItem(at: original, to: URL(filePath: fresh(file)))
        guard try ReleaseStore.hash(fresh(file)) == file.digest else { throw changing(file.path) }
        guard rename(fresh(file), copy(of: file)) == 0 else {
            throw TaskFailure("cannot keep \(file.path): \(String(cString: strerror(errno)))")
        }
    }

    private func cannotKeep(_ path: String, _ error: any Error) -> TaskFailure {
        TaskFailure(
            "cannot keep \(path): \((error as NSError).localizedDescription)", next: "see that the disk has room")
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
