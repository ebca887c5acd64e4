import Synchronization

/// Keeps credentials and renews them before they end: one renewal for however many callers.
package final class RefreshingCredentials: CredentialSource {
    private let now: @Sendable () -> Moment
    private let fetch: @Sendable () async throws -> AWSCredentials
    private let state = Mutex(Shared())

    private struct Shared {
        var refresh = RefreshState()
        var renewal: Task<AWSCredentials, any Error>?
    }

    /// - Parameter fetch: must end by itself; everything it waits for has a limit.
    package init(now: @escaping @Sendable () -> Moment, fetch: @escaping @Sendable () async throws -> AWSCredentials) {
        self.now = now
        self.fetch = fetch
    }

    package func credentials() async throws -> AWSCredentials {
        let (step, renewal) = state.withLock { shared in
            let step = shared.refresh.ask(at: now())
            // Made under the lock, so that whoever is told to wait finds it.
            if case .renew = step { shared.renewal = Task { try await self.renew() } }
            return (step, shared.renewal)
        }
        switch step {
        case .use(let credentials): return credentials
        case .renew(let fallback), .wait(let fallback):
            do {
                guard let renewal else { return try await fetch() }
                return try await renewal.value
            } catch {
                guard let fallback else { throw error }
                return fallback
            }
        }
    }

    /// A task of its own: the first caller may be cancelled while others wait for the same credentials.
    private func renew() async throws -> AWSCredentials {
        do {
            let fresh = try await fetch()
            state.withLock { $0.refresh.renewed(fresh) }
            return fresh
        } catch {
            state.withLock { $0.refresh.failed() }
            throw error
        }
    }

    package func expired(_ credentials: AWSCredentials) async { state.withLock { $0.refresh.refused(credentials) } }
}
