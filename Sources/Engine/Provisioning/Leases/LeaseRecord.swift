/// Who holds a lease, as it is written into the store.
package struct LeaseRecord: Sendable, Equatable, Codable {
    /// `anna@laptop`
    package var holder: String
    /// `terrace up`
    package var command: String
    /// Machine and boot: a process number means something only together with them.
    package var machine: String
    package var process: Int32
    /// Taken from whoever had it, because the user said so.
    package var breaks: Bool
    /// Drawn when the lease is taken, so that two leases of one process differ.
    package var token: UInt64
    /// After its last write it is anybody's. In seconds.
    package var lastsSeconds: Int

    package init(
        holder: String, command: String, machine: String, process: Int32, breaks: Bool = false, token: UInt64,
        lasts: Duration = .seconds(120)
    ) {
        self.holder = holder
        self.command = command
        self.machine = machine
        self.process = process
        self.breaks = breaks
        self.token = token
        lastsSeconds = Int(lasts.components.seconds)
    }

    package var lasts: Duration { .seconds(lastsSeconds) }
    package var description: String { "\(holder), process \(process), `\(command)`" }
}
