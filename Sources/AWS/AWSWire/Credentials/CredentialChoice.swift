/// Decides where credentials come from, in the order of AWS's own tools: environment, assumed role of the profile, web identity,
/// single sign-on, credentials file, `credential_process`, config file, container, instance. The first that is configured
/// counts; when it then fails, nothing else is tried, since other credentials may belong to another account. Pure.
///
/// Source of the order: botocore's chain, with which a table of cases is compared by test.
package struct CredentialChoice {
    let environment: [String: String]
    let shared: SharedConfiguration
    /// A profile that was named by a flag: then the environment's keys do not count.
    let flag: String?
    /// Every place that was looked at and had nothing.
    package private(set) var looks: [CredentialFault.Look] = []

    package init(environment: [String: String], shared: SharedConfiguration, profileFlag: String? = nil) {
        self.environment = environment
        self.shared = shared
        flag = profileFlag
    }

    package mutating func plan() throws(CredentialFault) -> CredentialPlan {
        let named = SharedConfiguration.namedProfile(flag: flag, environment: environment)
        let name = named ?? "default"
        if named != nil, shared.profile(name) == nil { throw noSuchProfile(name) }
        if flag == nil {
            if let plan = try fromEnvironment() { return plan }
            looks.append(.init("environment", "AWS_ACCESS_KEY_ID is not set"))
        } else {
            looks.append(.init("environment", "not used, because a profile was named by a flag"))
        }
        let profile = ProfileChoice(environment: environment, shared: shared, usesEnvironment: flag == nil)
        if let plan = try profile.assumedRole(name) { return plan }
        if let plan = try profile.own(name) { return plan }
        looks += profile.nothing(name)
        if let plan = try fromContainer() { return plan }
        looks.append(
            .init(
                "container",
                "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set"))
        if let plan = try fromInstance() { return plan }
        looks.append(.init("instance", "switched off by AWS_EC2_METADATA_DISABLED"))
        throw .none(looks)
    }

    private func noSuchProfile(_ name: String) -> CredentialFault {
        let known = shared.profileNames.joined(separator: ", ")
        return CredentialFault(
            "NoSuchProfile", "there is no profile \(name)",
            looks: [
                .init(shared.configPath, "no [\(name == "default" ? "default" : "profile \(name)")]"),
                .init(shared.credentialsPath, "no [\(name)]"),
            ], next: known.isEmpty ? "`aws configure --profile \(name)` makes it" : "one of \(known)")
    }

    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    func fromEnvironment() throws(CredentialFault) -> CredentialPlan? {
        guard let key = value("AWS_ACCESS_KEY_ID") else { return nil }
        guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
            throw .contradictory(
                "environment", "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not", next: "set both or neither")
        }
        var credentials = AWSCredentials(accessKeyId: key, secretAccessKey: Secret(secret))
        credentials.sessionToken = (value("AWS_SECURITY_TOKEN") ?? value("AWS_SESSION_TOKEN")).map { Secret($0) }
        if let text = value("AWS_CREDENTIAL_EXPIRATION") {
            guard let end = Moment(text) else {
                throw .contradictory(
                    "environment", "AWS_CREDENTIAL_EXPIRATION is no time: \(text)", next: "set 2026-11-24T18:05:00Z")
            }
            credentials.expiration = end
        }
        return .fixed(credentials, from: "the environment")
    }

    func fromContainer() throws(CredentialFault) -> CredentialPlan? {
        let url: String
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            url = "http://169.254.170.2\(path)"
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            url = full
        } else {
            return nil
        }
        guard let address = PlainURL(url) else {
            throw .contradictory("container", "no http or https URL: \(url)", next: "mend the variable")
        }
        guard address.mayHoldCredentials else {
            throw .contradictory(
                "container", "\(address.host) is not asked for credentials without TLS",
                next: "use https, a loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]")
        }
        return .container(
            ContainerPlace(
                url: url, token: environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map { Secret($0) },
                tokenFile: environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]))
    }

    func fromInstance() throws(CredentialFault) -> CredentialPlan? {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
        let name = SharedConfiguration.namedProfile(flag: flag, environment: environment) ?? "default"
        let profile = shared.profile(name) ?? [:]
        func setting(_ word: String) -> String? { value("AWS_\(word.uppercased())") ?? profile.text(word) }
        let isIPv6 =
            setting("ec2_metadata_service_endpoint_mode")?.lowercased() == "ipv6"
            || value("AWS_IMDS_USE_IPV6")?.lowercased() == "true"
        let standard = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        let url = setting("ec2_metadata_service_endpoint") ?? standard
        guard PlainURL(url) != nil else {
            throw .contradictory("instance", "no http or https URL: \(url)", next: "mend the endpoint")
        }
        func count(_ word: String) throws(CredentialFault) -> Int {
            guard let text = setting(word) else { return 1 }
            guard let number = Int(text), (1...100).contains(number) else {
                throw .contradictory("instance", "\(word) is \(text)", next: "a number of 1...100")
            }
            return number
        }
        return .instance(
            InstancePlace(
                url: url.hasSuffix("/") ? String(url.dropLast()) : url,
                timeout: .seconds(try count("metadata_service_timeout")),
                attempts: try count("metadata_service_num_attempts")))
    }
}
