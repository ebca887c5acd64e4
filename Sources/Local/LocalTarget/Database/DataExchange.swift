import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The writer's data folder makes room for a restored one and is kept aside. Every step is a rename, so what is where tells which of
/// them are done.
///
///     kept   db-1/data   restored/data
///     -      before      restored        nothing is done
///     before -           restored        the first rename
///     before restored    -               both
package struct DataExchange: Codable, Sendable, Equatable {
    package var writer: ServerName
    /// Of the folder beside the servers' that takes what the writer had: `kept-2026-11-29T061200.250Z`.
    package var kept: String

    package init(writer: ServerName, kept: String) {
        self.writer = writer
        self.kept = kept
    }

    static let keptPrefix = "kept-"

    /// - Parameter moment: whole milliseconds, of which the style would cut off the last where a Double lies just below it.
    static func keptName(_ moment: Date) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return keptPrefix + moment.addingTimeInterval(0.000_1).formatted(style).replacing(":", with: "")
    }

    /// Ends in the same state from any of the three. No server runs.
    func carryOut(in place: DatabaseFolder) throws {
        // First: what the other server has is of the time that did not happen, so it is to be copied anew.
        if exists(place.data(of: writer.other)) {
            try DatabaseFiles.write("", to: place.incomplete(writer.other), mode: 0o600, for: place.user)
        }
        let (data, aside) = (place.data(of: writer), "\(place.path)/\(kept)/data")
        let restored = BackupFolder(place).restored
        if !exists(aside) {
            try DatabaseFolder.makePrivate("\(place.path)/\(kept)", for: place.user)
            try move(data, to: aside)
        }
        if !exists(data) { try move(restored + "/data", to: data) }
        guard !exists(restored + "/data") else {
            throw DatabaseError(
                "put the restored data into its place", answer: "\(aside) and \(data) are both there already",
                state: "nothing was removed", next: "look at \(place.path): one of the three is too many")
        }
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private func move(_ source: String, to target: String) throws {
        guard rename(source, target) == 0 else {
            throw DatabaseError("rename \(source) to \(target)", answer: String(cString: strerror(errno)))
        }
        try DatabaseFiles.sync(folderOf: source)
        try DatabaseFiles.sync(folderOf: target)
    }
}

/// Data that a restore in place has put aside. Nothing removes it by itself.
package struct KeptData: Codable, Sendable, Equatable {
    package var path: String
    package var bytes: Int

    package init(path: String, bytes: Int) {
        self.path = path
        self.bytes = bytes
    }
}
