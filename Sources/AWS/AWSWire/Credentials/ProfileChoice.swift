/// What one profile says about credentials. Pure.
struct ProfileChoice {
    let environment: [String: String]
    let shared: SharedConfiguration
    /// The environment may name a web identity for the profile.
    let usesEnvironment: Bool

    typealias Values = SharedConfiguration.Values

    // MARK: Roles

    /// Nil when the profile names no role, or one for a web identity, which `own` finds.
    func assumedRole(_ name: String) throws(CredentialFault) -> CredentialPlan? {
        guard let profile = shared.profile(name), hasRole(profile) else { return nil }
        return try role(name, visited: [name])
    }

    private func hasRole(_ profile: Values) -> Bool {
        profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
    }

    private func hasKeys(_ profile: Values) -> Bool {
        profile["aws_access_key_id"] != nil || profile["aws_secret_access_key"] != nil
    }

    private func role(_ name: String, visited: [String]) throws(CredentialFault) -> CredentialPlan {
        let profile = shared.profile(name) ?? [:]
        let role = try roleToAssume(name, profile)
        switch (profile.text("source_profile"), profile.text("credential_source")) {
        case (_?, _?):
            throw contradiction(name, "it has both source_profile and credential_source", next: "keep one of them")
        case (nil, nil):
            throw contradiction(
                name, "it has role_arn, but neither source_profile nor credential_source", next: "add one of them")
        case (nil, let source?): return .role(role, source: try named(source, name))
        case (let source?, nil): return .role(role, source: try self.source(source, of: name, visited: visited))
        }
    }

    private func roleToAssume(_ name: String, _ profile: Values) throws(CredentialFault) -> RoleToAssume {
        if profile["mfa_serial"] != nil {
            throw contradiction(
                name, "it has mfa_serial, and Terrace cannot ask for a one-time code",
                next: "`aws configure export-credentials --profile \(name) --format env` asks for it; "
                    + "put what it prints into the environment")
        }
        var role = RoleToAssume(
            arn: profile.text("role_arn") ?? "", sessionName: profile.text("role_session_name"),
            externalId: profile.text("external_id"))
        guard role.arn.hasPrefix("arn:") else {
            throw contradiction(name, "role_arn is no ARN", next: "arn:aws:iam::…")
        }
        if let text = profile.text("duration_seconds") {
            // Source: STS's reference of AssumeRole, read 2026-11.
            guard let seconds = Int(text), (900...43_200).contains(seconds) else {
                throw contradiction(name, "duration_seconds is \(text)", next: "a number of 900...43200")
            }
            role.duration = seconds
        }
        return role
    }

    /// A profile may be its own source when it has keys, too.
    private func source(_ source: String, of name: String, visited: [String]) throws(CredentialFault) -> CredentialPlan
    {
        guard let profile = shared.profile(source) else {
            throw contradiction(name, "its source_profile \(source) does not exist", next: "name another one")
        }
        if visited.contains(source), source != name || !hasKeys(profile) {
            throw contradiction(
                name, "its source_profile leads back to it: \((visited + [source]).joined(separator: " → "))",
                next: "one profile of the chain must have credentials of its own")
        }
        if hasRole(profile), !hasKeys(profile) { return try role(source, visited: visited + [source]) }
        let alone = ProfileChoice(environment: environment, shared: shared, usesEnvironment: false)
        guard let plan = try alone.own(source) else {
            throw contradiction(
                name, "its source_profile \(source) has no credentials", next: "add them, or name another one")
        }
        return plan
    }

    private func named(_ source: String, _ name: String) throws(CredentialFault) -> CredentialPlan {
        let choice = CredentialChoice(environment: environment, shared: shared)
        let plan: CredentialPlan?
        switch source {
        case "Environment": plan = try choice.fromEnvironment()
        case "EcsContainer": plan = try choice.fromContainer()
        case "Ec2InstanceMetadata": plan = try choice.fromInstance()
        default:
            throw contradiction(
                name, "credential_source is \(source)", next: "Environment, EcsContainer or Ec2InstanceMetadata")
        }
        guard let plan else {
            throw contradiction(name, "its credential_source \(source) has no credentials", next: "name another one")
        }
        return plan
    }

    private func contradiction(_ name: String, _ reason: String, next: String) -> CredentialFault {
        .contradictory("profile \(name)", reason, next: next)
    }

    // MARK: Everything but roles

    func own(_ name: String) throws(CredentialFault) -> CredentialPlan? {
        if let plan = try webIdentity(name) { return plan }
        if let plan = try sso(name) { return plan }
        if let plan = try keys(shared.credentialProfiles[name], name, in: shared.credentialsPath) { return plan }
        if shared.profile(name)?["login_session"] != nil {
            throw contradiction(
                name, "it has login_session, whose sign-in Terrace cannot use",
                next: "put what `aws configure export-credentials --profile \(name) --format env` prints "
                    + "into the environment")
        }
        if let plan = try process(name) { return plan }
        return try keys(shared.configProfiles[name], name, in: shared.configPath)
    }

    private func webIdentity(_ name: String) throws(CredentialFault) -> CredentialPlan? {
        let profile = shared.profile(name) ?? [:]
        func setting(_ word: String, _ variable: String) -> String? {
            (usesEnvironment ? environment[variable] : nil) ?? profile.text(word)
        }
        guard let file = setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE"), !file.isEmpty else {
            return nil
        }
        guard let arn = setting("role_arn", "AWS_ROLE_ARN"), !arn.isEmpty else {
            throw .contradictory(
                "web identity", "\(file) is its token, and no role is named", next: "set AWS_ROLE_ARN, or role_arn")
        }
        let role = RoleToAssume(arn: arn, sessionName: setting("role_session_name", "AWS_ROLE_SESSION_NAME"))
        return .webIdentity(role, tokenFile: file)
    }

    private func sso(_ name: String) throws(CredentialFault) -> CredentialPlan? {
        guard var profile = shared.profile(name), profile["sso_role_name"] != nil || profile["sso_account_id"] != nil
        else { return nil }
        let session = profile.text("sso_session")
        if let session {
            guard let values = shared.ssoSessions[session] else {
                throw contradiction(name, "there is no [sso-session \(session)]", next: "`aws configure sso` makes it")
            }
            for (word, value) in values.sorted(by: { $0.key < $1.key }) {
                if let own = profile[word], own != value {
                    throw contradiction(
                        name, "\(word) differs from that of [sso-session \(session)]",
                        next: "remove it from the profile")
                }
                profile[word] = value
            }
        }
        let words = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"]
        let found = words.map { profile.text($0) ?? "" }
        let missing = zip(words, found).filter { $1.isEmpty }.map(\.0)
        guard missing.isEmpty else {
            throw contradiction(
                name, "single sign-on lacks \(missing.joined(separator: ", "))",
                next: "`aws configure sso` asks for all")
        }
        return .sso(
            SSORole(
                profile: name, account: found[1], roleName: found[0], region: found[3], startURL: found[2],
                session: session))
    }

    private func keys(_ profile: Values?, _ name: String, in path: String) throws(CredentialFault) -> CredentialPlan? {
        guard let profile, let key = profile.text("aws_access_key_id") else { return nil }
        guard let secret = profile.text("aws_secret_access_key") else {
            throw contradiction(
                name, "\(path) has its aws_access_key_id and no aws_secret_access_key", next: "add it, or remove both")
        }
        let token = profile.text("aws_security_token") ?? profile.text("aws_session_token")
        return .fixed(
            AWSCredentials(
                accessKeyId: key, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }),
            from: "profile \(name) in \(path)")
    }

    private func process(_ name: String) throws(CredentialFault) -> CredentialPlan? {
        guard let command = shared.profile(name)?.text("credential_process") else { return nil }
        guard let words = ShellWords.split(command), !words.isEmpty else {
            throw contradiction(name, "credential_process has no words, or a quote without an end", next: "mend it")
        }
        return .process(words: words, profile: name)
    }

    /// What to say of a profile that is silent.
    func nothing(_ name: String) -> [CredentialFault.Look] {
        let words = "neither keys, role_arn, sso_account_id, web_identity_token_file nor credential_process"
        let (config, credentials) = (shared.configProfiles[name], shared.credentialProfiles[name])
        var looks: [CredentialFault.Look] = []
        if usesEnvironment { looks.append(.init("web identity", "AWS_WEB_IDENTITY_TOKEN_FILE is not set")) }
        looks.append(.init(shared.configPath, config == nil ? "no profile \(name)" : "profile \(name): \(words)"))
        looks.append(
            .init(shared.credentialsPath, credentials == nil ? "no profile \(name)" : "profile \(name): no keys"))
        return looks
    }
}
