import Synchronization

/// Sends typed requests: checks them against the model, signs, sends, reads, and tries again where that is right.
///
///     let answer = try await aws.send(EC2.DescribeVpcsRequest(filters: [...]))
///
/// Safe to use from any number of tasks at once; what limits them is the token bucket of each service.
package final class AWSClient: Sendable {
    /// Everything that is not a call.
    package struct Settings: Sendable {
        package var region: String
        package var endpoints: EndpointOverrides
        package var retry = RetryPolicy()
        /// Longest time of a call with all its attempts, where the caller names none.
        package var deadline: Duration = .seconds(120)
        /// Longest time of one attempt: a connection that went silent must not take the whole deadline.
        package var attemptLimit: Duration = .seconds(30)
        /// Told of every call, by service and operation, before it is made.
        package var observe: @Sendable (_ service: String, _ operation: String) -> Void = { _, _ in }

        package init(region: String, endpoints: EndpointOverrides = EndpointOverrides()) {
            self.region = region
            self.endpoints = endpoints
        }
    }

    package let settings: Settings
    private let credentials: any CredentialSource
    private let transport: any Transport
    private let surroundings: Surroundings
    private let services = Mutex<[String: ServiceState]>([:])

    /// After this a call that waits for its turn looks whether the rate has changed.
    private static let longestWait = Duration.milliseconds(500)

    /// What one service has taught this client.
    private struct ServiceState {
        var budget = RetryBudget()
        var limiter = RateLimiter()
    }

    /// What the client takes from the world, so that a test can be the world.
    package struct Surroundings: Sendable {
        package var now: @Sendable () -> Moment
        /// Time that only goes forward, in seconds.
        package var uptime: @Sendable () -> Double
        /// A random number in 0..<1.
        package var draw: @Sendable () -> Double
        package var sleep: @Sendable (Duration) async throws -> Void
        /// A token that nobody else has, for members that make a call idempotent.
        package var token: @Sendable () -> String

        package init(
            now: @escaping @Sendable () -> Moment, uptime: @escaping @Sendable () -> Double,
            draw: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Duration) async throws -> Void,
            token: @escaping @Sendable () -> String
        ) {
            self.now = now
            self.uptime = uptime
            self.draw = draw
            self.sleep = sleep
            self.token = token
        }
    }

    package init(
        settings: Settings, credentials: any CredentialSource, transport: any Transport, surroundings: Surroundings
    ) {
        self.settings = settings
        self.credentials = credentials
        self.transport = transport
        self.surroundings = surroundings
    }

    /// - Parameter region: where it is not the client's own: certificates and web ACLs of CloudFront live in us-east-1.
    /// - Parameter deadline: longest time with all attempts and pauses.
    /// - Throws: `AWSError`, and `CancellationError` when the task was cancelled.
    package func send<Request: WireRequest>(
        _ request: Request, region: String? = nil, within deadline: Duration? = nil
    ) async throws -> Request.Response {
        let operation = Request.operation
        settings.observe(operation.service.name, operation.name)
        let attempt = Attempt(
            service: operation.service, operation: operation.model, region: region ?? settings.region,
            end: surroundings.uptime() + (deadline ?? settings.deadline).inSeconds)
        let call = try prepared(request.slots, attempt)
        return Request.Response(slots: try await run(attempt, call))
    }

    /// One call on its way, whatever its type.
    private struct Attempt {
        let service: ServiceModel
        let operation: OperationModel
        let region: String
        /// In seconds of uptime.
        let end: Double

        func error(_ kind: AWSError.Kind, _ code: String, _ message: String, status: Int? = nil) -> AWSError {
            AWSError(
                service: service.name, operation: operation.name, region: region, kind: kind, code: code,
                message: message,
                status: status)
        }
    }

    private func prepared(_ slots: Slots, _ attempt: Attempt) throws -> PreparedCall {
        do throws(PreparedCall.Fault) {
            return try PreparedCall(
                service: attempt.service, operation: attempt.operation, slots: slots, region: attempt.region,
                endpoints: settings.endpoints, token: surroundings.token)
        } catch {
            throw attempt.error(.invalidRequest, error.code, error.reason)
        }
    }

    private func run(_ attempt: Attempt, _ call: PreparedCall) async throws -> Slots {
        var spent = 0
        for count in 1... {
            try await waitForTurn(attempt)
            let outcome = try await once(attempt, call)
            let error: AWSError
            let fault: AttemptFault
            var retryAfter: Duration?
            switch outcome {
            case .success(let slots):
                note(attempt) { $0.budget.succeeded(returning: spent) }
                return slots
            case .failed(let found, let kind, let after): (error, fault, retryAfter) = (found, kind, after)
            }
            var last = error
            last.attempts = count
            let draw = surroundings.draw()
            guard
                let pause = settings.retry.pause(after: fault, attempt: count, draw: draw, retryAfter: retryAfter),
                surroundings.uptime() + pause.inSeconds < attempt.end,
                let cost = note(attempt, { $0.budget.take(for: fault) })
            else { throw last }
            spent = cost
            try await surroundings.sleep(pause)
        }
        throw attempt.error(.other, "NoAttempt", "")
    }

    private enum Outcome {
        case success(Slots)
        case failed(AWSError, AttemptFault, Duration?)
    }

    private func waitForTurn(_ attempt: Attempt) async throws {
        let came = surroundings.uptime()
        guard let place = note(attempt, { $0.limiter.enter(at: came) }) else { return }
        do {
            while true {
                let now = surroundings.uptime()
                let pause = note(attempt) { $0.limiter.pause(of: place, at: now) }
                guard pause > 0 else { return }
                guard now < attempt.end else {
                    let reason = "the service's rate left no place before the deadline"
                    throw attempt.error(.throttling, "RateLimit", reason)
                }
                try await surroundings.sleep(min(.seconds(min(pause, attempt.end - now)), Self.longestWait))
            }
        } catch {
            note(attempt) { $0.limiter.leave(place) }
            throw error
        }
    }

    private func once(_ attempt: Attempt, _ prepared: PreparedCall) async throws -> Outcome {
        let keys = attempt.operation.isUnsigned ? nil : try await keys(attempt)
        let call = keys.map { prepared.signed(with: $0, at: surroundings.now()) } ?? prepared.call
        let rest = attempt.end - surroundings.uptime()
        guard rest > 0 else { return failed(attempt, TransportFault(.timeout, "no time left")) }
        let limit = min(.seconds(rest), settings.attemptLimit)
        let answer: IncomingAnswer
        do {
            answer = try await transport.send(call, within: limit)
        } catch let fault as TransportFault {
            return failed(attempt, fault)
        }
        let outcome = read(attempt, answer)
        if case .failed(let error, _, _) = outcome, error.kind == .expiredCredentials, let keys {
            await credentials.expired(keys)
        }
        return outcome
    }

    private func keys(_ attempt: Attempt) async throws -> AWSCredentials {
        do {
            return try await credentials.credentials()
        } catch let fault as CredentialFault {
            var error = attempt.error(.noCredentials, fault.code, "\(fault)")
            error.credentials = fault
            throw error
        }
    }

    private func failed(_ attempt: Attempt, _ fault: TransportFault) -> Outcome {
        let kind: AWSError.Kind = fault.kind == .timeout ? .timeout : .transient
        let code = fault.kind == .timeout ? "Timeout" : fault.kind == .notConnected ? "NotConnected" : "ConnectionLost"
        return .failed(attempt.error(kind, code, fault.reason), .transport(fault.kind), nil)
    }

    private func read(_ attempt: Attempt, _ answer: IncomingAnswer) -> Outcome {
        let now = surroundings.uptime()
        guard answer.status < 300 else {
            var error = ErrorReader(service: attempt.service, operation: attempt.operation.name, region: attempt.region)
                .error(answer)
            note(attempt) { $0.limiter.answered(throttled: error.kind == .throttling, at: now) }
            if error.kind == .clockSkew || error.kind == .invalidCredentials { noteSkew(in: &error, answer) }
            return .failed(error, .answered(error.kind), Self.retryAfter(answer))
        }
        note(attempt) { $0.limiter.answered(throttled: false, at: now) }
        do {
            return .success(try AnswerReader(service: attempt.service, operation: attempt.operation).slots(answer))
        } catch {
            let text = "\(error): \(ErrorReader.excerpt(answer.body))"
            var fault = attempt.error(.unreadable, "UnreadableAnswer", text, status: answer.status)
            fault.requestId = ErrorReader.requestId(answer)
            return .failed(fault, .answered(.unreadable), nil)
        }
    }

    /// A wrong clock shows as a wrong signature, too: the answer's own date tells.
    private func noteSkew(in error: inout AWSError, _ answer: IncomingAnswer) {
        guard let date = answer.headers["date"].flatMap({ Moment($0) }) else { return }
        let skew = surroundings.now() - date
        guard abs(skew.inSeconds) > 240 else { return }
        error.kind = .clockSkew
        let direction = skew > .zero ? "ahead of" : "behind"
        error.message +=
            " (this machine's clock is \(Int(abs(skew.inSeconds))) s \(direction) AWS's; at most 300 s are allowed)"
    }

    private static func retryAfter(_ answer: IncomingAnswer) -> Duration? {
        if let text = answer.headers["x-amz-retry-after"], let number = Int(text), number >= 0 {
            return .milliseconds(number)
        }
        if let text = answer.headers["retry-after"], let number = Int(text), number >= 0 {
            return .seconds(min(number, 3600))
        }
        return nil
    }

    @discardableResult
    private func note<Result: Sendable>(_ attempt: Attempt, _ change: (inout ServiceState) -> Result) -> Result {
        services.withLock { change(&$0["\(attempt.service.name) \(attempt.region)", default: ServiceState()]) }
    }
}

extension Duration {
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1_000_000_000_000_000_000
    }
}
