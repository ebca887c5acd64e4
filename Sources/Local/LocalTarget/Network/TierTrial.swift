import Foundation
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a tier reaches of its stack: connections tried by a process of its user, in the network in which its own process stands.
package struct TierTrial: Codable, Sendable, Equatable {
    package var tier: LocalTier
    /// `net:[4026531840]`; nil where the system does not tell.
    package var network: String?
    /// Those that took a connection.
    package var reaches: [LocalDoor]
    /// Why nothing could be tried; nil where it could.
    package var failure: String?

    package init(tier: LocalTier, network: String? = nil, reaches: [LocalDoor] = [], failure: String? = nil) {
        self.tier = tier
        self.network = network
        self.reaches = reaches
        self.failure = failure
    }
}

extension TierTrial {
    /// How long all connections of a tier may take together; on one machine they take milliseconds.
    private static let patience = Duration.seconds(5)

    /// Each connection in a process of its own, so that one that hangs keeps no other waiting. Nothing is sent.
    private static let script = """
        for port in "$@"; do (exec 3<>"/dev/tcp/127.0.0.1/$port" && echo "$port") 2>/dev/null & done; wait
        """

    /// `shell` is bash, which can open connections by itself.
    package static func all(_ tiers: [LocalTier], _ doors: [LocalDoor], shell: String?) async -> [TierTrial] {
        var trials: [TierTrial] = []
        for tier in tiers { trials.append(await of(tier, doors, shell)) }
        return trials
    }

    private static func of(_ tier: LocalTier, _ doors: [LocalDoor], _ shell: String?) async -> TierTrial {
        let place = ProcessPlace.of(tier.pid)
        var trial = TierTrial(tier: tier, network: place?.network)
        guard let shell else {
            trial.failure = "bash is not there, which tries the connections"
            return trial
        }
        if let network = trial.network, let own = ProcessPlace.ownNetwork, network != own {
            trial.failure = "it stands in \(network) and this program in \(own), from where its view cannot be had"
            return trial
        }
        if let user = place?.user.user, user != geteuid(), !UserIdentity.isRoot {
            trial.failure = "it runs as user \(user), whose view only root can have"
            return trial
        }
        do {
            let answered = try await connections(doors.map(\.port), shell, UserIdentity.isRoot ? place?.user : nil)
            trial.reaches = doors.filter { answered.contains($0.port) }
        } catch {
            trial.failure = "\(error)"
        }
        return trial
    }

    private static func connections(_ ports: [Int], _ shell: String, _ user: UserIdentity?) async throws -> Set<Int> {
        let pipe = Pipe()
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: shell, arguments: ["-c", script, "bash"] + ports.map(String.init), environment: [:],
                directory: "/", standardOutput: pipe.fileHandleForWriting.fileDescriptor, user: user))
        try pipe.fileHandleForWriting.close()
        let guardian = Task {
            try await Task.sleep(for: patience)
            child.sendToGroup(SIGKILL)
        }
        defer { guardian.cancel() }
        _ = await child.waitForExit()
        // A few bytes for each port, which a pipe holds.
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return Set(String(decoding: said, as: UTF8.self).split(separator: "\n").compactMap { Int($0) })
    }
}
