import AWSServices
import AWSWire
package import Proofs
package import Provisioning
package import Resources
package import Stacks

/// One stack in one account of AWS.
package struct AWSCloudStack: CloudStack {
    package let identity: CloudIdentity
    package let provider: any ResourceProvider
    package let lease: any LeaseStore
    let connection: AWSConnection
    let scope: StackScope
    let time: Timekeeper
    /// Shared with the provider, which asks some of the same questions.
    private let looks: Looks

    package init(connection: AWSConnection, scope: StackScope, time: Timekeeper) {
        identity = CloudIdentity(account: connection.account, caller: connection.caller, region: connection.region)
        let looks = Looks()
        provider = AWSTarget(connection: connection, scope: scope, time: time, looks: looks)
        lease = ParameterLease(connection: connection, scope: scope)
        self.connection = connection
        self.scope = scope
        self.time = time
        self.looks = looks
    }

    var work: Work {
        Work(
            connection: connection, scope: scope, facts: KnownFacts(lookups: connection.ownLookups), time: time,
            looks: looks, oldest: time.elapsed())
    }

    package func remains(_ graph: ResourceGraph) async throws -> [Remainder] {
        let sweep = Sweep(scope, work)
        let world = try await provider.discoverForRemoval(graph)
        return try await reportingRefusals("look for what is left") { try await sweep.remains(world) }
    }

    package func network(_ graph: ResourceGraph) async throws -> NetworkSighting {
        let world = try await provider.discover(graph)
        return try await reportingRefusals("read the network of \(scope.fullName)") {
            try await NetworkSurvey(world, scope, work).sighting()
        }
    }

    package func databaseLogin(_ secret: Observed) async throws -> CloudLogin {
        guard let arn = secret.facts[.arn] else {
            throw Report("\(secret.address) has no ARN: run `terrace up --on aws`")
        }
        return try await reportingRefusals("read \(secret.address)") {
            let answer = try await work.call(SecretsManager.GetSecretValueRequest(secretId: arn))
            guard let login = SecretLogin(answer.secretString) else {
                throw Report("the secret \(arn) holds no password", expected: #"{"username": "…", "password": "…"}"#)
            }
            return CloudLogin(user: login.user, password: login.password.reveal())
        }
    }

    package func examine(_ stack: Stack) async -> AsyncStream<Finding> {
        let examination = Examination(stack, work)
        return AsyncStream { continuation in
            let task = Task {
                await examination.run { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// Makes a report of what AWS refuses.
func reportingRefusals<Result>(_ what: String, _ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as AWSError { throw Refusal(error).report(trying: what) }
}
