import AWSTarget
import AWSWire
import Provisioning
import Resources
import Stacks
import Synchronization
import Testing

/// A service that answers every call in the same way, and who we are.
private final class AlwaysTheSame: Transport {
    private let fault: String
    private let seen = Mutex<[(host: String, limit: Duration)]>([])

    init(_ fault: String) { self.fault = fault }

    var asked: [Duration] { seen.withLock { $0.filter { $0.host.hasPrefix("rds-data.") }.map(\.limit) } }

    func send(_ call: OutgoingCall, within limit: Duration) async throws -> IncomingAnswer {
        seen.withLock { $0.append((call.host, limit)) }
        guard call.host.hasPrefix("rds-data.") else {
            let text = """
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>\
                <Arn>arn:aws:iam::123456789012:user/anna</Arn><Account>123456789012</Account></GetCallerIdentityResult>\
                </GetCallerIdentityResponse>
                """
            return IncomingAnswer(status: 200, headers: [:], body: Array(text.utf8))
        }
        return IncomingAnswer(status: 400, headers: ["x-amzn-errortype": fault], body: Array("{}".utf8))
    }
}

/// A write that is measured is one call, whatever comes back.
struct WriteTests {
    private func cloud(_ transport: any Transport) async throws -> AWSCloudStack {
        let credentials = FixedCredentials(
            AWSCredentials(accessKeyId: "AKIDEXAMPLE", secretAccessKey: Secret("example")))
        let connection = try await AWSConnection(
            settings: AWSClient.Settings(region: "eu-central-1", endpoints: EndpointOverrides()),
            credentials: credentials, transport: transport, surroundings: .real)
        return AWSCloudStack(
            connection: connection, scope: StackScope(fullName: "shop"), time: Timekeeper(ContinuousClock()))
    }

    private static let world: World = {
        let address = Address(.data, "databaseRole", "application")
        let role = DatabaseRoleSettings(
            cluster: "arn:aws:rds:eu-central-1:123456789012:cluster:shop", masterSecret: "master", database: "shop",
            role: "shop", secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop")
        return World(resources: [address: Observed(address, .databaseRole(role), facts: [:])])
    }()

    @Test(arguments: [
        ("ThrottlingException", CloudWrite.astray("the Data API is throttled")),
        ("DatabaseUnavailableException", .refused("DatabaseUnavailableException")),
        ("DatabaseResumingException", .astray("the database is waking up")),
    ])
    func aWriteIsSentOnce(fault: String, write: CloudWrite) async throws {
        let transport = AlwaysTheSame(fault)
        let cloud = try await cloud(transport)
        #expect(try await cloud.write(in: Self.world, within: .seconds(2)) == write)
        #expect(transport.asked.count == 1 && transport.asked.allSatisfy { $0 <= .seconds(2) })
    }

    @Test func withoutARoleThereIsNoWay() async throws {
        let transport = AlwaysTheSame("ThrottlingException")
        let cloud = try await cloud(transport)
        guard case .barred = try await cloud.write(in: World(), within: .seconds(2)) else {
            Issue.record("it wrote")
            return
        }
        #expect(transport.asked.isEmpty)
    }
}
