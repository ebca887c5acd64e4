import PeerKit

/// A few API servers that the tests take in turns, each emptied before it is lent: each keeps a core busy, and tests begin all at
/// once.
actor ServerPool {
    static let shared = ServerPool()
    private static let most = 2

    private var made = 0
    private var idle: [MotoServer] = []
    private var waiting: [CheckedContinuation<MotoServer, Never>] = []

    /// - Throws: when a server does not start or does not empty itself.
    func lend<Result: Sendable>(_ body: @Sendable (MotoServer) async throws -> Result) async throws -> Result {
        let server = try await take()
        do {
            try await server.reset()
            let result = try await body(server)
            give(server)
            return result
        } catch {
            give(server)
            throw error
        }
    }

    private func take() async throws -> MotoServer {
        if let server = idle.popLast() { return server }
        if made < Self.most {
            made += 1
            return try MotoServer()
        }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func give(_ server: MotoServer) {
        if waiting.isEmpty { idle.append(server) } else { waiting.removeFirst().resume(returning: server) }
    }
}
