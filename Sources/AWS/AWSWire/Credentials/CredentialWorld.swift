/// What credential sources take from the world, so that a test can be the world.
package struct CredentialWorld: Sendable {
    package var environment: [String: String]
    package var files: FileAccess
    package var processes: ProcessAccess
    package var transport: any Transport
    package var now: @Sendable () -> Moment
    /// A random number in 0..<1.
    package var draw: @Sendable () -> Double
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        environment: [String: String], transport: any Transport, files: FileAccess = .disk,
        processes: ProcessAccess = .machine, surroundings: AWSClient.Surroundings = .real
    ) {
        self.environment = environment
        self.files = files
        self.processes = processes
        self.transport = transport
        now = surroundings.now
        draw = surroundings.draw
        sleep = surroundings.sleep
    }
}
