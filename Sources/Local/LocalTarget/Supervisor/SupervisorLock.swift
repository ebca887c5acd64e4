package import Foundation
import Stacks
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One supervisor for each stack: whoever holds `flock` on `.terrace/lock`. The kernel lets go of it when the holder
/// ends, however it ends, so that a stale file means nothing.
package final class SupervisorLock: Sendable {
    /// What the holder says about itself.
    package struct Record: Codable, Sendable, Equatable {
        package var pid: Int32
        package var startedAt: Date
        /// The stack's full name.
        package var stack: String
        /// Path of the control socket.
        package var socket: String

        package init(pid: Int32, startedAt: Date, stack: String, socket: String) {
            self.pid = pid
            self.startedAt = startedAt
            self.stack = stack
            self.socket = socket
        }
    }

    private let descriptor: Mutex<CInt>

    private init(descriptor: CInt) { self.descriptor = Mutex(descriptor) }

    deinit { release() }

    /// nil when another process holds it.
    package static func acquire(_ folder: StackFolder, record: Record) throws -> SupervisorLock? {
        let descriptor = open(folder.lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unusable(folder.lockPath) }
        guard lock(descriptor, LOCK_EX, patience: 100) else {
            close(descriptor)
            return nil
        }
        let held = SupervisorLock(descriptor: descriptor)
        let text = try JSONEncoder().encode(record)
        let written =
            ftruncate(descriptor, 0) == 0
            && text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) } == text.count
        guard written else { throw unusable(folder.lockPath) }
        return held
    }

    /// The record of the process that holds the lock now; nil when nobody does. A holder that has not written its
    /// record yet gives one without a socket.
    package static func holder(_ folder: StackFolder) -> Record? {
        let descriptor = open(folder.lockPath, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard !lock(descriptor, LOCK_SH, patience: 0) else { return nil }
        return record(folder) ?? Record(pid: 0, startedAt: Date(), stack: "", socket: "")
    }

    /// The record of the last holder, running or not.
    package static func record(_ folder: StackFolder) -> Record? {
        guard let data = FileManager.default.contents(atPath: folder.lockPath) else { return nil }
        return try? JSONDecoder().decode(Record.self, from: data)
    }

    package func release() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            // A child that has been forked and not yet executed shares the lock: closing alone would leave it locked.
            flock(descriptor, LOCK_UN)
            close(descriptor)
            descriptor = -1
        }
    }

    /// Somebody who only asks holds the lock for microseconds; `patience` is for how many milliseconds to ask again.
    private static func lock(_ descriptor: CInt, _ kind: CInt, patience: Int) -> Bool {
        for attempt in 0...patience {
            if flock(descriptor, kind | LOCK_NB) == 0 { return true }
            if attempt < patience { usleep(1000) }
        }
        return false
    }

    private static func unusable(_ path: String) -> Report {
        Report(
            "cannot write \(path): \(String(cString: strerror(errno)))",
            expected: "a folder that this user may write to, on a disk with room")
    }
}
