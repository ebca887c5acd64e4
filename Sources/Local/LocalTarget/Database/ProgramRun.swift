import Foundation
import Processes
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One of PostgreSQL's tools, from its start to its end, with what it said.
enum ProgramRun {
    /// Output and errors together; at most this much is kept of it, from the end.
    private static let outputBytes = 64 << 10

    /// Returns the output, or throws with its last lines. It is killed at the limit and when the task is cancelled.
    @discardableResult
    static func run(
        _ executable: String, _ arguments: [String], user: UserIdentity? = nil,
        within limit: Duration = DatabaseLimit.tool
    ) async throws -> String {
        let name = (executable as NSString).lastPathComponent
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DatabaseError("run \(name)", answer: String(cString: strerror(errno))) }
        let (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writing, F_SETFD, FD_CLOEXEC)
        let child: ChildProcess
        do {
            child = try ChildProcess.spawn(
                .init(
                    executable: executable, arguments: arguments, environment: PostgresServer.environment,
                    directory: "/", standardOutput: writing, standardError: writing, user: user))
        } catch {
            close(reading)
            close(writing)
            throw DatabaseError("run \(name)", answer: error.description)
        }
        close(writing)
        let guardian = Task {
            try await Task.sleep(for: limit)
            child.sendToGroup(SIGKILL)
        }
        defer { guardian.cancel() }
        let output = try await withTaskCancellationHandler {
            try await onOwnThread { readToEnd(reading) }
        } onCancel: {
            child.sendToGroup(SIGKILL)
        }
        let exit = await child.waitForExit()
        try Task.checkCancellation()
        guard exit == .code(0) else {
            throw DatabaseError("run \(name)", answer: "\(exit): \(gist(of: output))")
        }
        return output
    }

    /// What a tool said of its failure: its errors and the server's, else its last lines. Never more than three lines.
    static func gist(of output: String) -> String {
        let lines = output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let errors = lines.filter { line in
            ["error:", "ERROR:", "FATAL:", "PANIC:"].contains(where: line.contains)
        }
        return (errors.isEmpty ? lines : errors).suffix(3).joined(separator: " / ")
    }

    private static func readToEnd(_ descriptor: CInt) -> String {
        defer { close(descriptor) }
        var kept: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            kept += buffer[..<count]
            if kept.count > 2 * outputBytes { kept.removeFirst(kept.count - outputBytes) }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
