import Machine
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The tier's own files, written durably; a failure is told in the tier's words.
enum DatabaseFiles {
    /// `user`: whom the file belongs to; nil for this process's own.
    static func write(_ text: String, to path: String, mode: UInt32 = 0o644, for user: UserIdentity? = nil) throws {
        do {
            try DurableFiles.replace(
                path, with: Array(text.utf8), mode: mode, owner: user.map { ($0.user, $0.group) })
        } catch {
            throw DatabaseError(error)
        }
    }

    static func sync(folderOf path: String) throws {
        do { try DurableFiles.sync(folderOf: path) } catch { throw DatabaseError(error) }
    }
}

extension DatabaseError {
    fileprivate init(_ failure: DurableFiles.Failure) {
        self.init(
            "\(failure.step) \(failure.path)", answer: failure.reason,
            next: failure.code == ENOSPC ? "free some space on the disk" : "check the folder's owner and mode")
    }
}
