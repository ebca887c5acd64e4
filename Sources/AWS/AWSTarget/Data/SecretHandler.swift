import AWSServices
import AWSWire
import Provisioning
import Resources
import Stacks

/// A secret whose password Secrets Manager draws. Its text is read only where another resource has to be made with it.
enum SecretHandler: KindHandler {
    static func find(_ search: Search<SecretSettings>) async throws -> [Observed] {
        let work = search.work
        async let tagged = work.taggedARNs(of: "secret:", in: .region)
        let sought = try await search.items.concurrentCompactMap { item in
            try await observed(item.settings.name.text, item, search)
        }
        let known = Set(sought.compactMap { $0.facts[.arn] })
        let others = try await tagged.map(\.arn).filter { !known.contains($0) }
        return try await sought + others.concurrentCompactMap { try await observed($0, nil, search) }
    }

    private static func observed(
        _ id: String, _ item: Search<SecretSettings>.Item?, _ search: Search<SecretSettings>
    ) async throws -> Observed? {
        let request = SecretsManager.DescribeSecretRequest(secretId: id)
        guard let found = try await search.work.lookIfThere(request), found.deletedDate == nil else { return nil }
        let tags = [String: String](found.tags)
        // A secret that the user has made and named is the stack's to use, whatever its tags.
        let isGiven = if case .given? = item?.settings.content { true } else { false }
        let own = search.address(tags: tags, orOf: item)
        guard let address = isGiven ? item?.address : own else { return nil }
        let content = item?.settings.content ?? .given(found.name ?? id)
        let settings = SecretSettings(
            name: Value(found.name ?? id), description: found.description ?? "", content: content)
        var facts: [Fact: String] = [:]
        facts[.name] = found.name
        facts[.arn] = found.arn
        if case .password = content { facts[.secretValue] = try await value(id, search.work) }
        return Observed(address, .secret(settings), facts: facts, tags: tags)
    }

    private static func value(_ id: String, _ work: Work) async throws -> String? {
        try await work.lookIfThere(SecretsManager.GetSecretValueRequest(secretId: id))?.secretString?.reveal()
    }

    static func create(_ order: Order<SecretSettings>) async throws -> Observed {
        let (wanted, work) = (order.settings, order.work)
        let name = wanted.name.text
        let text: Secret
        switch wanted.content {
        case .password(let length): text = try await password(length, work)
        case .login(let user, let length):
            text = SecretLogin(user: user, password: try await password(length, work)).text
        case .given(let word): return try await restored(word, order)
        }
        do {
            let request = SecretsManager.CreateSecretRequest(
                name: name, clientRequestToken: order.tokenOfRun(), description: wanted.description, secretString: text,
                tags: SecretsManager.Tag.list(order.tags))
            let arn = try await work.call(request).arn.orUnreadable("SecretsManager.CreateSecret", "ARN")
            var facts: [Fact: String] = [.name: name, .arn: arn]
            if case .password = wanted.content { facts[.secretValue] = text.reveal() }
            return order.done(facts: facts)
        } catch let error as AWSError where error.isNameTaken {
            return try await adopt(order, named: name)
        } catch let error as AWSError where error.isScheduledForDeletion {
            try await work.call(SecretsManager.RestoreSecretRequest(secretId: name))
            return try await adopt(order, named: name)
        }
    }

    /// A destroy leaves the user's secret with AWS for some days; nothing else can be made of one that nobody has given.
    private static func restored(_ word: String, _ order: Order<SecretSettings>) async throws -> Observed {
        let name = order.settings.name.text
        do {
            try await order.work.call(SecretsManager.RestoreSecretRequest(secretId: name))
        } catch let error as AWSError where error.kind == .notFound {
            throw missing(word, name, order.address)
        }
        return try await adopt(order, named: name)
    }

    private static func password(_ length: Int, _ work: Work) async throws -> Secret {
        let request = SecretsManager.GetRandomPasswordRequest(passwordLength: length, excludePunctuation: true)
        return try await work.call(request).randomPassword.orUnreadable(
            "SecretsManager.GetRandomPassword", "RandomPassword")
    }

    private static func missing(_ word: String, _ name: String, _ address: Address) -> Report {
        Report(
            "cannot start without the secret \(word): nobody has given it",
            details: [
                Report.Detail("resource", address.text),
                Report.Detail("expected", "a secret \(name) in Secrets Manager"),
                Report.Detail(
                    "next",
                    "aws secretsmanager create-secret --name \(name) --secret-string file://\(word.lowercased()).txt\n"
                        + "then run the same command: it continues"),
            ])
    }

    static func update(_ order: Order<SecretSettings>, from observed: Observed) async throws -> Observed {
        guard case .secret(let found) = observed.settings, let arn = observed.facts[.arn] else { return observed }
        let tags = TagChange(order.tags, from: observed.tags).calls {
            SecretsManager.TagResourceRequest(secretId: arn, tags: SecretsManager.Tag.list($0))
        } untag: {
            SecretsManager.UntagResourceRequest(secretId: arn, tagKeys: $0)
        }
        try await order.work.perform(tags, in: .region)
        let isGiven = if case .given = order.settings.content { true } else { false }
        if !isGiven, found.description != order.settings.description {
            try await order.work.call(
                SecretsManager.UpdateSecretRequest(secretId: arn, description: order.settings.description))
        }
        return order.done(facts: observed.facts)
    }

    /// Seven days are the shortest time in which it can be had back; the next `up` does so.
    private static let recoveryDays = 7

    static func delete(_ observed: Observed, policy: DeletionPolicy, _ work: Work) async throws {
        guard let arn = observed.facts[.arn] else { return }
        let request =
            policy == .deleteData
            ? SecretsManager.DeleteSecretRequest(secretId: arn, forceDeleteWithoutRecovery: true)
            : SecretsManager.DeleteSecretRequest(secretId: arn, recoveryWindowInDays: Self.recoveryDays)
        try await work.call(request)
    }
}

/// `{"username": "…", "password": "…"}`, as RDS and the Data API want it.
struct SecretLogin {
    var user: String
    var password: Secret

    init(user: String, password: Secret) {
        self.user = user
        self.password = password
    }

    init?(_ text: Secret?) {
        guard let text, let json = try? JSONReader.read(Array(text.reveal().utf8)), let user = json["username"]?.string,
            let password = json["password"]?.string
        else { return nil }
        self.init(user: user, password: Secret(password))
    }

    /// Drawn passwords are letters and digits, and so are the names of roles: nothing needs an escape.
    var text: Secret { Secret(#"{"username":"\#(user)","password":"\#(password.reveal())"}"#) }
}

extension AWSError {
    fileprivate var isNameTaken: Bool { kind == .alreadyExists || code.hasPrefix("ResourceExists") }

    fileprivate var isScheduledForDeletion: Bool {
        code == "InvalidRequestException" && message.contains("scheduled for deletion")
    }
}

extension SecretsManager.Tag: TagShape {}
