/// Asks the container's host.
struct ContainerCredentials {
    private static let timeout: Duration = .seconds(2)
    private static let attempts = 3
    private static let pause: Duration = .seconds(1)

    let place: ContainerPlace
    let world: CredentialWorld

    func fetch() async throws -> AWSCredentials {
        guard let url = PlainURL(place.url) else { throw failed("no URL: \(place.url)") }
        var call = OutgoingCall(method: "GET", url: url)
        call.setHeader("accept", "application/json")
        if let token = try token() { call.setHeader("authorization", token.reveal()) }
        var reason = ""
        for attempt in 1...Self.attempts {
            if attempt > 1 { try await world.sleep(Self.pause) }
            do {
                let answer = try await world.transport.send(call, within: Self.timeout)
                if answer.status == 200 { return try CredentialDocument.read(answer.body, .metadata) }
                reason = "it answered \(answer.status): \(ErrorReader.excerpt(answer.body))"
            } catch let fault as TransportFault {
                reason = fault.reason
            } catch let fault as UnreadableText {
                reason = "its answer is not understood: \(fault.reason)"
            }
        }
        throw failed("\(reason) (\(Self.attempts) attempts)")
    }

    private func token() throws -> Secret? {
        guard let path = place.tokenFile else { return try checked(place.token) }
        guard let bytes = try world.files.read(path) else { throw failed("its token file \(path) is not there") }
        return try checked(Secret(String(decoding: bytes, as: UTF8.self)))
    }

    private func checked(_ token: Secret?) throws -> Secret? {
        if let token, token.reveal().contains(where: \.isNewline) { throw failed("its token has a line end in it") }
        return token
    }

    private func failed(_ reason: String) -> CredentialFault {
        .failed(
            "the container's host", "\(place.url): \(reason)", next: "check the task's role, then run the same command")
    }
}

/// Asks the metadata service of an EC2 instance, in its second version only: the first gives the role's keys to whoever can make
/// the machine send a GET.
struct InstanceCredentials {
    private static let roles = "/latest/meta-data/iam/security-credentials/"
    /// Six hours, in seconds: the longest.
    private static let tokenLife = "21600"

    let place: InstancePlace
    let world: CredentialWorld

    func fetch() async throws -> AWSCredentials {
        let token = Secret(
            String(
                decoding: try await ask(
                    "PUT", "/latest/api/token", ("x-aws-ec2-metadata-token-ttl-seconds", Self.tokenLife)),
                as: UTF8.self))
        let sign = ("x-aws-ec2-metadata-token", token.reveal())
        let answer = String(decoding: try await ask("GET", Self.roles, sign), as: UTF8.self)
        guard let role = answer.split(whereSeparator: \.isNewline).first else {
            throw silent("the instance has no role")
        }
        let document = try await ask("GET", Self.roles + PercentEncoding.encode(String(role)), sign)
        do {
            return extended(try CredentialDocument.read(document, .metadata))
        } catch {
            throw silent("the role \(role) gave no credentials: \(error.reason)")
        }
    }

    /// When EC2's own source of credentials is down, the service hands out old ones and services go on taking them: they are used
    /// for 15 minutes and a little longer. Source: botocore, read 2026-11.
    private func extended(_ credentials: AWSCredentials) -> AWSCredentials {
        let margin: Duration = .seconds(15 * 60 + 120 + Int(world.draw() * 480))
        let now = world.now()
        guard let end = credentials.expiration, end - now <= margin else { return credentials }
        var credentials = credentials
        credentials.expiration = now + margin
        return credentials
    }

    private func ask(_ method: String, _ path: String, _ header: (String, String)) async throws -> [UInt8] {
        guard let url = PlainURL(place.url + path) else { throw silent("no URL: \(place.url)") }
        var call = OutgoingCall(method: method, url: url)
        call.setHeader(header.0, header.1)
        var reason = ""
        for _ in 1...place.attempts {
            do {
                let answer = try await world.transport.send(call, within: place.timeout)
                if answer.status == 200, !answer.body.isEmpty { return answer.body }
                reason =
                    answer.status == 404 && method == "GET"
                    ? "the instance has no role" : "it answered \(answer.status)"
            } catch let fault as TransportFault {
                reason = fault.reason
                if method == "PUT", fault.kind == .timeout {
                    reason += "; inside a container of an instance, its hop limit must be at least 2"
                }
            }
        }
        throw silent("\(method) \(path): \(reason)")
    }

    private func silent(_ reason: String) -> CredentialFault {
        .failed("the instance", "\(place.url): \(reason)", next: "name a profile, or give the instance a role")
    }
}

extension OutgoingCall {
    init(method: String, url: PlainURL) {
        self.init(method: method, scheme: url.scheme, host: url.authority, path: url.target)
    }
}
