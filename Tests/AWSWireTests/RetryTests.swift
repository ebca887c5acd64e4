import AWSServices
import AWSWire
import Synchronization
import Testing

/// Whether and when a call is tried again, as tables and transcripts.
struct RetryTests {
    @Test(arguments: [
        (AttemptFault.answered(.throttling), 11, true), (.answered(.throttling), 12, false),
        (.answered(.transient), 4, true), (.answered(.transient), 5, false), (.answered(.timeout), 4, true),
        (.transport(.timeout), 4, true), (.transport(.notConnected), 7, true), (.transport(.notConnected), 8, false),
        (.transport(.broken), 5, false),
        (.answered(.expiredCredentials), 1, true), (.answered(.expiredCredentials), 2, false),
        (.answered(.accessDenied), 1, false), (.answered(.invalidRequest), 1, false), (.answered(.notFound), 1, false),
        (.answered(.conflict), 1, false), (.answered(.quota), 1, false), (.answered(.invalidCredentials), 1, false),
        (.answered(.clockSkew), 1, false), (.answered(.unreadable), 1, false),
    ])
    func whatIsTriedAgainAndHowOften(fault: AttemptFault, attempt: Int, again: Bool) {
        #expect((RetryPolicy().pause(after: fault, attempt: attempt, draw: 0.5) != nil) == again)
    }

    /// Full jitter: anything from nothing to the backoff, which doubles up to its ceiling.
    @Test(arguments: [(1, 100), (2, 200), (3, 400), (4, 800), (8, 12_800), (9, 20_000), (11, 20_000)])
    func thePauseIsDrawnFromZeroToTheBackoff(attempt: Int, milliseconds: Int) throws {
        let policy = RetryPolicy()
        func pause(_ draw: Double) -> Duration? {
            policy.pause(after: .answered(.throttling), attempt: attempt, draw: draw)
        }
        #expect(pause(0) == .zero)
        #expect(pause(0.5) == .milliseconds(milliseconds / 2))
        #expect(try #require(pause(0.999_999)) < .milliseconds(milliseconds))
    }

    @Test func whatTheServiceAsksForIsTheLeast() {
        let policy = RetryPolicy()
        func pause(_ asked: Duration) -> Duration? {
            policy.pause(after: .answered(.transient), attempt: 1, draw: 0.5, retryAfter: asked)
        }
        #expect(pause(.seconds(3)) == .seconds(3))
        #expect(pause(.milliseconds(1)) == .milliseconds(50))
        #expect(pause(.seconds(3600)) == .seconds(20))
    }

    @Test func aServiceThatIsDownIsNotAskedMoreAndMore() {
        var budget = RetryBudget()
        var retries = 0
        while budget.take(for: .answered(.transient)) != nil { retries += 1 }
        #expect(retries == 100)
        #expect(budget.take(for: .answered(.throttling)) == 0)
        // A first success gives one back, a success after a retry what that retry cost.
        budget.succeeded(returning: 0)
        #expect(budget.tokens == 1)
        #expect(budget.take(for: .answered(.transient)) == nil)
        budget.succeeded(returning: 10)
        #expect(budget.tokens == 11)
        #expect(budget.take(for: .transport(.timeout)) == 10)
        for _ in 0..<1000 { budget.succeeded(returning: 5) }
        #expect(budget.tokens == RetryBudget.full)
    }

    @Test func theRateIsLearnedFromThrottling() throws {
        var limiter = RateLimiter()
        // 20 calls a second for five seconds: nothing waits.
        for call in 0..<100 {
            #expect(limiter.enter(at: Double(call) / 20) == nil)
            limiter.answered(throttled: false, at: Double(call) / 20)
        }
        limiter.answered(throttled: true, at: 5)
        #expect((10...16).contains(limiter.rate), "\(limiter.rate)")
        let slowed = limiter.rate
        let places = (0..<40).map { _ in limiter.enter(at: 5) }
        let last = try #require(places.last ?? nil)
        let pause = limiter.pause(of: last, at: 5)
        #expect(pause > 1, "the fortieth of a burst has to wait, \(pause) s")
        // Without throttling the rate grows again.
        for call in 0..<200 { limiter.answered(throttled: false, at: 6 + Double(call) / 20) }
        #expect(limiter.rate > slowed)
    }

    @Test func whoWaitsProfitsFromARateThatGrows() throws {
        // Throttled by its first answer, when no rate has been measured yet: one call in two seconds.
        var limiter = RateLimiter()
        limiter.answered(throttled: true, at: 0.2)
        var waiting = (0..<60).compactMap { _ in limiter.enter(at: 0.2) }
        let last = try #require(waiting.last)
        #expect(limiter.pause(of: last, at: 0.2) > 60)
        var now = 0.2
        while !waiting.isEmpty, now < 60 {
            now += 0.05
            let gone = waiting.filter { limiter.pause(of: $0, at: now) == 0 }
            for _ in gone { limiter.answered(throttled: false, at: now) }
            #expect(gone == Array(waiting.prefix(gone.count)), "first come, first served")
            waiting.removeFirst(gone.count)
        }
        #expect(now < 20, "the last went after \(now) s")
    }

    @Test func whoGivesUpMakesRoom() throws {
        var limiter = RateLimiter()
        limiter.answered(throttled: true, at: 0)
        let places = (0..<3).compactMap { _ in limiter.enter(at: 0) }
        let last = try #require(places.last)
        let before = limiter.pause(of: last, at: 0)
        limiter.leave(places[0])
        #expect(limiter.pause(of: last, at: 0) < before)
    }
}

/// The client with a world of its own: time passes only while it sleeps.
struct ClientRetryTests {
    @Test func aCallIsTriedUntilItSucceeds() async throws {
        let world = ScriptedWorld([.status(503), .fault(.broken), .identity])
        let answer = try await world.client().send(STS.GetCallerIdentityRequest())
        #expect(answer.account == "123456789012")
        #expect(world.calls.count == 3)
    }

    @Test func theDeadlineEndsIt() async throws {
        let world = ScriptedWorld(Array(repeating: .slow(status: 503, .seconds(4)), count: 20))
        let error = await #expect(throws: AWSError.self) {
            try await world.client().send(STS.GetCallerIdentityRequest(), within: .seconds(10))
        }
        #expect(error?.kind == .transient)
        #expect(error?.attempts == 3)
        #expect(world.elapsed <= .seconds(14))
    }

    @Test func anAttemptIsShorterThanTheDeadline() async throws {
        let world = ScriptedWorld([.identity])
        _ = try await world.client().send(STS.GetCallerIdentityRequest(), within: .seconds(7))
        #expect(world.limits == [.seconds(7)])
        _ = try await world.client().send(STS.GetCallerIdentityRequest())
        #expect(world.limits.last == .seconds(30))
    }

    @Test func expiredCredentialsAreAskedForAgainOnce() async throws {
        let expired = ScriptedWorld.Step.error(403, "ExpiredToken")
        let world = ScriptedWorld([expired, .identity])
        _ = try await world.client().send(STS.GetCallerIdentityRequest())
        #expect(world.keys == ["key-1", "key-2"])
        let other = ScriptedWorld([expired, expired, .identity])
        let error = await #expect(throws: AWSError.self) {
            try await other.client().send(STS.GetCallerIdentityRequest())
        }
        #expect(error?.kind == .expiredCredentials)
    }

    /// A second try must not make a second thing.
    @Test func everyAttemptHasTheSameToken() async throws {
        let world = ScriptedWorld([.status(500), .status(500), .status(400)])
        _ = try? await world.client().send(ECS.RunTaskRequest(taskDefinition: "shop"))
        let bodies = world.calls.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.count == 3)
        #expect(Set(bodies).count == 1)
        #expect(bodies.first?.contains("\"clientToken\":\"token-1\"") == true)
    }

    @Test func aTokenOfTheCallersIsKept() async throws {
        let world = ScriptedWorld([.status(400)])
        _ = try? await world.client().send(ECS.RunTaskRequest(taskDefinition: "shop", clientToken: "mine"))
        #expect(
            String(decoding: try #require(world.calls.first).body, as: UTF8.self).contains("\"clientToken\":\"mine\""))
    }

    @Test func servicesDoNotSlowEachOther() async throws {
        let world = ScriptedWorld(Array(repeating: .error(400, "Throttling"), count: 12) + [.identity])
        let client = world.client()
        _ = try? await client.send(EC2.DescribeVpcsRequest())
        let before = world.elapsed
        _ = try await client.send(STS.GetCallerIdentityRequest())
        #expect(world.elapsed == before)
    }

    @Test func wrongInputIsNotSent() async throws {
        let world = ScriptedWorld([.identity])
        let error = await #expect(throws: AWSError.self) {
            try await world.client().send(EC2.DescribeVpcsRequest(maxResults: 1))
        }
        #expect(error?.kind == .invalidRequest)
        #expect(world.calls.isEmpty)
    }
}

/// Where a call goes and what its signature names. The differential test holds these against botocore; here they can be read.
struct PartitionTests {
    @Test(arguments: [
        ("ec2", "eu-west-1", "ec2.eu-west-1.amazonaws.com", "eu-west-1"),
        ("ec2", "cn-north-1", "ec2.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("iam", "eu-west-1", "iam.amazonaws.com", "us-east-1"),
        ("iam", "cn-northwest-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("iam", "us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1"),
        ("route53", "ap-south-1", "route53.amazonaws.com", "us-east-1"),
        ("route53", "us-gov-west-1", "route53.us-gov.amazonaws.com", "us-gov-west-1"),
        ("route53", "cn-north-1", "route53.amazonaws.com.cn", "cn-northwest-1"),
        ("cloudfront", "eu-west-1", "cloudfront.amazonaws.com", "us-east-1"),
        ("cloudfront", "cn-north-1", "cloudfront.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
        ("cloudfront", "us-gov-west-1", "cloudfront.amazonaws.com", "us-gov-west-1"),
        ("elbv2", "us-gov-west-1", "elasticloadbalancing.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("sts", "eu-west-1", "sts.eu-west-1.amazonaws.com", "eu-west-1"),
    ])
    func everyServiceHasItsHost(client: String, region: String, host: String, signed: String) throws {
        let service = try #require(AllServices.table.first { $0.client == client }?.service)
        let endpoint = try service.endpoint(region: region, overrides: EndpointOverrides())
        #expect(endpoint.host == host)
        #expect(endpoint.signingRegion == signed)
    }

    @Test(arguments: ["", "localhost:4566", "ftp://x", "http://", "http://x/?a=b", "http://u@x", "http://x#f"])
    func anEndpointThatIsNoURLIsReported(url: String) {
        #expect(throws: EndpointFault.self) {
            try EC2.service.endpoint(region: "eu-west-1", overrides: EndpointOverrides(services: ["ec2": url]))
        }
    }

    @Test func anEndpointMayBeBelowAFolder() throws {
        let overrides = EndpointOverrides(all: "http://127.0.0.1:4566/aws/")
        let endpoint = try IAM.service.endpoint(region: "eu-west-1", overrides: overrides)
        let call = endpoint.place(OutgoingCall(method: "POST", path: "/"), service: IAM.service)
        #expect(call.url == "http://127.0.0.1:4566/aws/")
        #expect(endpoint.signingRegion == "us-east-1")
    }
}

/// A world that answers from a list, and in which only sleeping takes time.
private final class ScriptedWorld: Transport, CredentialSource {
    enum Step: Sendable {
        case status(Int)
        case slow(status: Int, Duration)
        case error(Int, String)
        case fault(TransportFault.Kind)
        case identity
    }

    private struct State {
        var steps: [Step]
        var now: Duration = .zero
        var calls: [OutgoingCall] = []
        var limits: [Duration] = []
        var keys: [String] = []
        var key = 1
        var tokens = 0
    }

    private let state: Mutex<State>

    init(_ steps: [Step]) { state = Mutex(State(steps: steps)) }

    var calls: [OutgoingCall] { state.withLock { $0.calls } }
    var limits: [Duration] { state.withLock { $0.limits } }
    var keys: [String] { state.withLock { $0.keys } }
    var elapsed: Duration { state.withLock { $0.now } }

    func client() -> AWSClient {
        AWSClient(
            settings: AWSClient.Settings(region: "eu-west-1"), credentials: self, transport: self,
            surroundings: AWSClient.Surroundings(
                now: { Moment(seconds: 1_795_543_500) }, uptime: { self.elapsed.inSeconds }, draw: { 0.5 },
                sleep: { pause in self.state.withLock { $0.now += pause } },
                token: {
                    self.state.withLock {
                        $0.tokens += 1
                        return "token-\($0.tokens)"
                    }
                }))
    }

    func credentials() async throws -> AWSCredentials {
        state.withLock { state in
            state.keys.append("key-\(state.key)")
            return AWSCredentials(accessKeyId: "key-\(state.key)", secretAccessKey: Secret("s"))
        }
    }

    func expired(_ credentials: AWSCredentials) async { state.withLock { $0.key += 1 } }

    func send(_ call: OutgoingCall, within limit: Duration) async throws -> IncomingAnswer {
        let step = state.withLock { state -> Step in
            state.calls.append(call)
            state.limits.append(limit)
            return state.steps.isEmpty ? .identity : state.steps.removeFirst()
        }
        switch step {
        case .status(let status): return IncomingAnswer(status: status)
        case .slow(let status, let pause):
            state.withLock { $0.now += pause }
            return IncomingAnswer(status: status)
        case .error(let status, let code):
            let body = "<ErrorResponse><Error><Code>\(code)</Code><Message>m</Message></Error></ErrorResponse>"
            return IncomingAnswer(status: status, body: Array(body.utf8))
        case .fault(let kind): throw TransportFault(kind, "scripted")
        case .identity:
            let result = "<Account>123456789012</Account>"
            let body =
                "<GetCallerIdentityResponse><GetCallerIdentityResult>\(result)</GetCallerIdentityResult>"
                + "</GetCallerIdentityResponse>"
            return IncomingAnswer(status: 200, body: Array(body.utf8))
        }
    }
}
