import Foundation
import Machine
import Stacks

/// Whether the disk has room for one more copy of the data. The running servers write to the same disk: a copy that fills it stops
/// their writes, and a writer without room for its log ends.
extension DatabaseTier {
    /// Of the write-ahead log.
    private static let segment = 16 << 20

    /// - Parameters:
    ///   - attempt: what needs the copy: `restore the database`.
    ///   - base: what the copy is made from; nil for the running database.
    ///   - segments: of the log, which may come meanwhile with the servers, in the archive and in a copy that recovers. They are left
    ///     room for, and so is a twentieth of the data, for what else is written.
    func checkRoom(to attempt: String, from base: BaseBackup? = nil, segments: Int) async throws {
        guard let place = parts?.place, let free = DiskRoom.free(at: place.path) else { return }
        let (data, backups) = (place.data(of: state.record.writer), BackupFolder(place))
        let size = try await onOwnThread {
            // What is restored grows to what it was at its moment: as a rule no more than there is now.
            let now = BackupFolder.bytes(below: data) - BackupFolder.bytes(below: data + "/pg_wal")
            return max(now, base.map { BackupFolder.bytes(below: backups.path(of: $0)) } ?? 0)
        }
        let reserve = segments * Self.segment + size / 20
        guard free < size + reserve else { return }
        let kept = place.kept.isEmpty ? "" : "; `terrace db restore --drop-kept` deletes what restores have put aside"
        throw DatabaseError(
            attempt,
            answer: "a copy needs \(ByteCount(bytes: size)), and what is written meanwhile "
                + "\(ByteCount(bytes: reserve)); \(ByteCount(bytes: free)) are free",
            state: "nothing was changed", next: "free some space on the disk of \(place.path)\(kept)")
    }
}
