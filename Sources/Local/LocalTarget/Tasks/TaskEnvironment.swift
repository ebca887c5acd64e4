import Processes

/// The contract between Terrace and an application: what a task finds in its environment, and nothing else.
struct TaskEnvironment: Sendable, Equatable {
    /// What a program may expect on any machine; the rest of the caller's environment stays out, as it does on aws.
    static let inherited = ["PATH", "HOME", "LANG", "TMPDIR", "USER"]

    /// For callers without a PATH, as under some init systems. Source: Debian's `login.defs`.
    static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    var caller: [String: String]
    /// From the manifest; wins over the caller's.
    var service: [String: String]
    var database: [String: String]
    var secrets: [String: Secret]
    var stackFolder: String
    var serviceName: String

    /// Terrace's own names come last: they are the contract.
    func values(task: String, zone: String, port: Int) -> [String: String] {
        var values = caller.filter { TaskEnvironment.inherited.contains($0.key) }
        values["PATH"] = values["PATH"] ?? TaskEnvironment.standardPath
        values.merge(database) { $1 }
        values.merge(service) { $1 }
        values.merge(secrets.mapValues { $0.reveal() }) { $1 }
        values.merge(
            [
                "PORT": String(port), "HOST": "127.0.0.1", StrayProcesses.marker: stackFolder,
                "TERRACE_SERVICE": serviceName, "TERRACE_TASK": task, "TERRACE_ZONE": zone,
            ]
        ) { $1 }
        return values
    }
}
