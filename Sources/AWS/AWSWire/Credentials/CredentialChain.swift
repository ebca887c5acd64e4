/// Carries a `CredentialPlan` out: asks the program, the host or the service, and keeps what they gave until shortly before it ends.
///
/// A command does not make this itself: `AWSAccess` in `AWSServices` does, and gives the region and the endpoints, too.
///
///     var choice = CredentialChoice(environment: environment, shared: try SharedFiles(environment: environment).load(.disk))
///     let plan = try choice.plan()                    // CredentialFault: nothing is configured, or something contradictory
///     let source = CredentialChain(world: world, exchange: exchange).source(plan, lookedBefore: choice.looks)
///     try await source.credentials()                  // CredentialFault: every place that was looked at, and why it gave nothing
package struct CredentialChain: Sendable {
    private let world: CredentialWorld
    private let exchange: any IdentityExchange

    package init(world: CredentialWorld, exchange: any IdentityExchange) {
        self.world = world
        self.exchange = exchange
    }

    /// - Parameter lookedBefore: places that had nothing, for the report when this one has nothing either.
    package func source(
        _ plan: CredentialPlan, lookedBefore looks: [CredentialFault.Look] = []
    ) -> any CredentialSource {
        if case .fixed(let credentials, _) = plan, credentials.expiration == nil {
            return FixedCredentials(credentials)
        }
        let fetch = fetching(plan)
        return RefreshingCredentials(now: world.now) {
            do {
                return try await fetch()
            } catch let fault as CredentialFault {
                if case .instance = plan, !looks.isEmpty { throw CredentialFault.none(looks + fault.looks) }
                throw fault.after(looks)
            }
        }
    }

    private func fetching(_ plan: CredentialPlan) -> @Sendable () async throws -> AWSCredentials {
        let (world, exchange) = (world, exchange)
        switch plan {
        case .fixed(let credentials, let origin):
            return { try Self.checked(credentials, origin, at: world.now()) }
        case .process(let words, let profile):
            return { try await ProcessCredentials(words: words, profile: profile, world: world).fetch() }
        case .role(let role, let plan):
            let source = source(plan)
            return {
                try await Self.assuming(role) {
                    try await exchange.assume(role, sessionName: Self.sessionName(role, world), source: source)
                }
            }
        case .webIdentity(let role, let path):
            return {
                let token = try Self.token(path, world)
                return try await Self.assuming(role) {
                    try await exchange.assume(role, sessionName: Self.sessionName(role, world), webIdentity: token)
                }
            }
        case .sso(let role):
            return { try await SSOCredentials(role: role, exchange: exchange, world: world).fetch() }
        case .container(let place): return { try await ContainerCredentials(place: place, world: world).fetch() }
        case .instance(let place): return { try await InstanceCredentials(place: place, world: world).fetch() }
        }
    }

    private static func checked(
        _ credentials: AWSCredentials, _ origin: String, at now: Moment
    ) throws(CredentialFault) -> AWSCredentials {
        if let end = credentials.expiration, end <= now {
            throw .failed(origin, "they ended at \(end.iso8601)", next: "put fresh ones there")
        }
        return credentials
    }

    /// Shows in the account's trail who it was.
    private static func sessionName(_ role: RoleToAssume, _ world: CredentialWorld) -> String {
        role.sessionName ?? "terrace-\(world.now().seconds)"
    }

    /// Read anew each time: whoever issues the token replaces the file.
    private static func token(_ path: String, _ world: CredentialWorld) throws -> Secret {
        let bytes: [UInt8]?
        do {
            bytes = try world.files.read(path)
        } catch {
            throw CredentialFault.unreadableFile(path, "\(error)")
        }
        guard let bytes else {
            throw CredentialFault.failed(
                "the web identity", "its token file \(path) is not there", next: "name another one")
        }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    private static func assuming(
        _ role: RoleToAssume, _ assume: () async throws -> AWSCredentials
    ) async throws -> AWSCredentials {
        do {
            return try await assume()
        } catch let error as AWSError where error.credentials == nil {
            throw CredentialFault(
                "RoleRefused", "cannot assume role \(role.arn)", looks: [.init("STS", "\(error)")],
                next: "check the role's trust policy and who asks for it, then run the same command")
        } catch let error as AWSError {
            throw error.credentials ?? error as any Error
        }
    }
}
