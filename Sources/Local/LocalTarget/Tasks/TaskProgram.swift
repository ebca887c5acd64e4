import Foundation
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a command is started beside a running task, with exactly what that one has. It is passed on over the control socket
/// only: the environment holds the task's secrets.
package struct TaskProgram: Codable, Sendable, Equatable {
    /// `web.1`
    package var task: String
    /// Absolute.
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    package var folder: String
    /// The user that the task runs as.
    package var user: UInt32

    package init(
        task: String, executable: String, arguments: [String], environment: [String: String], folder: String,
        user: UInt32
    ) {
        self.task = task
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.user = user
    }
}

extension TaskSupervisor {
    /// - Parameter task: its number; nil for one that is healthy, else for one that runs.
    package func program(_ words: [String], in name: String, task number: Int?) throws -> TaskProgram {
        let entry = supervised[name]
        let members = (entry?.group.members ?? []).filter { entry?.running[$0.number] != nil }
        let member =
            if let number { members.first { $0.number == number } } else {
                members.first(where: \.isHealthy) ?? members.first
            }
        guard let entry, let member, let running = entry.running[member.number], let version = entry.version(of: member)
        else {
            let known = members.map { "\(name).\($0.number)" }.joined(separator: ", ")
            throw Report(
                number.map { "no task \(name).\($0) runs" } ?? "no task of \(name) runs",
                expected: known.isEmpty ? nil : known, state: "nothing was started", next: "see `terrace status`")
        }
        let task = "\(name).\(member.number)"
        do {
            let values = version.environment.values(task: task, zone: member.zone, port: running.port)
            let invocation = try Invocation(
                try placed(.words(words), version.files), folder: settings.manifestFolder, environment: values)
            return TaskProgram(
                task: task, executable: invocation.executable, arguments: invocation.arguments, environment: values,
                folder: settings.manifestFolder.path(percentEncoded: false), user: geteuid())
        } catch {
            let failure = failure(from: error)
            throw Report(
                "cannot run a command in \(task): \(failure.message)", state: "nothing was started",
                next: failure.next)
        }
    }
}
