import Foundation
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where backups are, below the database's folder:
///
///     backups/           belongs to the servers' user, mode 0700
///       log/             archived segments of the write-ahead log; both servers put theirs here
///       base/TIME/       a full copy, named after the second in which it was complete
///       base/unfinished  one that is being made; removed at the next attempt
///     restored/          the copy that `db restore` made, while there is one
struct BackupFolder: Sendable {
    let place: DatabaseFolder

    init(_ place: DatabaseFolder) { self.place = place }

    var path: String { place.path + "/backups" }
    var log: String { path + "/log" }
    var bases: String { path + "/base" }
    var unfinished: String { bases + "/unfinished" }
    var restored: String { place.path + "/restored" }

    func prepare() throws {
        for folder in [path, log, bases] { try DatabaseFolder.makePrivate(folder, for: place.user) }
    }

    func history(of timeline: Int) -> String {
        let digits = String(timeline, radix: 16, uppercase: true)
        return "\(log)/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).history"
    }

    func path(of backup: BaseBackup) -> String { bases + "/" + BackupFolder.name(backup.end) }

    /// The oldest first.
    func backups() -> [BaseBackup] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: bases)) ?? []
        return names.compactMap { name in
            guard let end = BackupFolder.date(name), let segment = BackupFolder.firstSegment("\(bases)/\(name)") else {
                return nil
            }
            return BaseBackup(end: end, firstSegment: segment)
        }.sorted { $0.end < $1.end }
    }

    func remove(_ backup: BaseBackup) throws { try FileManager.default.removeItem(atPath: path(of: backup)) }

    /// Segments that no kept backup needs. Names begin with the timeline, which says nothing about age.
    func removeLog(before segment: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: log)) ?? []
        for name in names where BackupFolder.isOlder(name, than: segment) { unlink("\(log)/\(name)") }
    }

    /// `000000020000000000000007` and its `.partial`; histories of timelines are kept, they are tiny.
    static func isOlder(_ name: String, than segment: String) -> Bool {
        let digits = name.prefix(24)
        guard digits.count == 24, digits.allSatisfy(\.isHexDigit), segment.count >= 24 else { return false }
        return digits.dropFirst(8) < segment.prefix(24).dropFirst(8)
    }

    var bytes: Int { BackupFolder.bytes(below: path) }

    static func bytes(below path: String) -> Int {
        let files = FileManager.default.enumerator(atPath: path)
        var sum = 0
        while let name = files?.nextObject() as? String {
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
            if attributes?[.type] as? FileAttributeType == .typeRegular { sum += attributes?[.size] as? Int ?? 0 }
        }
        return sum
    }

    // MARK: - Names

    /// `2026-11-29T061200Z`, in UTC: no colon, which some file systems refuse.
    static func name(_ date: Date) -> String { date.formatted(.iso8601).replacing(":", with: "") }

    static func date(_ name: String) -> Date? {
        guard name.count == 18, let hour = name.firstIndex(of: "T") else { return nil }
        let time = Array(name[name.index(after: hour)...])
        let text = "\(name[...hour])\(String(time[0..<2])):\(String(time[2..<4])):\(String(time[4...]))"
        return try? Date(text, strategy: .iso8601)
    }

    /// Of the label that PostgreSQL leaves in every backup: `START WAL LOCATION: 0/2000028 (file 000…)`.
    static func firstSegment(_ base: String) -> String? {
        guard let label = try? String(contentsOfFile: base + "/backup_label", encoding: .utf8),
            let line = label.split(separator: "\n").first(where: { $0.hasPrefix("START WAL LOCATION") }),
            let begin = line.range(of: "(file ")
        else { return nil }
        let segment = line[begin.upperBound...].prefix(24)
        return segment.count == 24 && segment.allSatisfy(\.isHexDigit) ? String(segment) : nil
    }

    // MARK: - Commands that PostgreSQL runs

    /// Both servers archive the same segments: whoever comes second finds it there. On the disk before it has its name.
    var archiveCommand: String {
        let (file, fresh) = (BackupFolder.shell(log) + "/%f", BackupFolder.shell(log) + "/%f.$$")
        return "test -f \(file) || (cp %p \(fresh) && sync \(fresh) && mv \(fresh) \(file))"
    }

    var restoreCommand: String { "cp \(BackupFolder.shell(log))/%f %p" }

    /// For a shell, inside a command of PostgreSQL's, where `%` begins a variable.
    private static func shell(_ path: String) -> String {
        "'" + path.replacing("'", with: "'\\''").replacing("%", with: "%%") + "'"
    }
}
