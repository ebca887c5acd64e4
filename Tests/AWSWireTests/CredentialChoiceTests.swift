import AWSServices
import AWSWire
import Testing

/// Where credentials come from, decided as AWS's own tools decide it.
struct CredentialChoiceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var environment: [String: String] = [:]
        var config: String?
        var credentials: String?
        var profile: String?
        var testDescription: String { name }
    }

    private static let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "env"]
    private static let named = "[p]\naws_access_key_id=KP\naws_secret_access_key=sp\naws_session_token=tp\n"
    private static let chain = """
        [profile a]
        role_arn = arn:aws:iam::1:role/a
        source_profile = b
        external_id = x
        role_session_name = me
        duration_seconds = 900
        [profile b]
        role_arn = arn:aws:iam::1:role/b
        source_profile = p
        """
    private static let sso = """
        [default]
        sso_session = s
        sso_account_id = 123456789012
        sso_role_name = Admin
        [sso-session s]
        sso_region = eu-west-1
        sso_start_url = https://x.awsapps.com/start
        """

    static let cases: [Case] = [
        Case(name: "nothing anywhere leads to the instance"),
        Case(name: "the environment's keys", environment: keys),
        Case(name: "with a token", environment: keys.merging(["AWS_SESSION_TOKEN": "t"]) { $1 }),
        Case(
            name: "the older token's name counts first",
            environment: keys.merging(["AWS_SESSION_TOKEN": "t", "AWS_SECURITY_TOKEN": "u"]) { $1 }),
        Case(name: "half of the environment's keys", environment: ["AWS_ACCESS_KEY_ID": "ENV"]),
        Case(
            name: "an empty key is none", environment: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "x"],
            credentials: "[default]\naws_access_key_id=K\naws_secret_access_key=s\n"),
        Case(
            name: "the environment's keys before the profile's", environment: keys.merging(["AWS_PROFILE": "p"]) { $1 },
            credentials: named),
        Case(name: "but not when a flag names the profile", environment: keys, credentials: named, profile: "p"),
        Case(name: "AWS_PROFILE", environment: ["AWS_PROFILE": "p"], credentials: named),
        Case(
            name: "AWS_DEFAULT_PROFILE before AWS_PROFILE",
            environment: ["AWS_PROFILE": "q", "AWS_DEFAULT_PROFILE": "p"], credentials: named),
        Case(name: "a profile that is not there", environment: ["AWS_PROFILE": "q"], credentials: named),
        Case(name: "a profile that is not there, beside keys", environment: keys.merging(["AWS_PROFILE": "q"]) { $1 }),
        Case(
            name: "keys of the config file", environment: ["AWS_PROFILE": "p"],
            config: "[profile p]\naws_access_key_id=C\naws_secret_access_key=c\n"),
        Case(
            name: "the credentials file before the config file", environment: ["AWS_PROFILE": "p"],
            config: "[profile p]\naws_access_key_id=C\naws_secret_access_key=c\n", credentials: named),
        Case(name: "a key without its secret", credentials: "[default]\naws_access_key_id=K\n"),
        Case(name: "a secret without its key", credentials: "[default]\naws_secret_access_key=K\n"),
        Case(name: "a process", config: "[default]\ncredential_process = /bin/give --for 'a b'\n"),
        Case(
            name: "keys before a process", config: "[default]\ncredential_process = x\n",
            credentials: "[default]\naws_access_key_id=K\naws_secret_access_key=s\n"),
        Case(
            name: "a process before the config file's keys",
            config: "[default]\ncredential_process = x\naws_access_key_id=K\naws_secret_access_key=s\n"),
        Case(name: "a process in the credentials file", credentials: "[default]\ncredential_process = x y\n"),
        Case(name: "a chain of roles", environment: ["AWS_PROFILE": "a"], config: chain, credentials: named),
        Case(name: "a chain of roles by flag", environment: keys, config: chain, credentials: named, profile: "a"),
        Case(name: "a source that is not there", environment: ["AWS_PROFILE": "a"], config: chain),
        Case(name: "a circle", environment: ["AWS_PROFILE": "a"], config: chain.replacing("= p", with: "= a")),
        Case(
            name: "a profile that is its own source without keys",
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\n"),
        Case(
            name: "a profile that is its own source with keys",
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\n",
            credentials: "[default]\naws_access_key_id=K\naws_secret_access_key=s\n"),
        Case(
            name: "two sources at once",
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\ncredential_source=Environment\n"
        ),
        Case(name: "no source", config: "[default]\nrole_arn=arn:aws:iam::1:role/r\n"),
        Case(
            name: "a source without credentials",
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=e\n[profile e]\nregion=x\n"),
        Case(
            name: "the environment as source", environment: keys.merging(["AWS_PROFILE": "r"]) { $1 },
            config: "[profile r]\nrole_arn=arn:aws:iam::1:role/r\ncredential_source=Environment\n", profile: "r"),
        Case(
            name: "the environment as source without keys",
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\ncredential_source=Environment\n"),
        Case(name: "an unknown source", config: "[default]\nrole_arn=arn:aws:iam::1:role/r\ncredential_source=Moon\n"),
        Case(
            name: "a source that is a web identity",
            config:
                "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=w\n[profile w]\nrole_arn=arn:aws:iam::1:role/w\nweb_identity_token_file=/t\n"
        ),
        Case(
            name: "a source that is a process",
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=w\n[profile w]\ncredential_process=a b\n"
        ),
        Case(
            name: "the environment's web identity does not leak into a source",
            environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w"],
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=w\n[profile w]\ncredential_process=a b\n"
        ),
        Case(
            name: "a web identity of the environment",
            environment: [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w",
                "AWS_ROLE_SESSION_NAME": "ci",
            ]),
        Case(
            name: "a web identity of the profile",
            config: "[default]\nweb_identity_token_file=/t\nrole_arn=arn:aws:iam::1:role/w\n"),
        Case(
            name: "half from each", environment: ["AWS_ROLE_ARN": "arn:aws:iam::1:role/e"],
            config: "[default]\nweb_identity_token_file=/t\nrole_arn=arn:aws:iam::1:role/w\n"),
        Case(name: "a web identity without a role", environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"]),
        Case(
            name: "an empty token file's name hides the profile's", environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": ""],
            config: "[default]\nweb_identity_token_file=/t\nrole_arn=arn:aws:iam::1:role/w\n"),
        Case(
            name: "a flag switches the environment's web identity off",
            environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:aws:iam::1:role/w"],
            credentials: named, profile: "p"),
        Case(name: "a sign-in", config: sso),
        Case(
            name: "a sign-in in the older form",
            config: "[default]\nsso_account_id=1\nsso_role_name=r\nsso_region=eu-west-1\nsso_start_url=https://x\n"),
        Case(
            name: "a sign-in before keys", config: sso,
            credentials: "[default]\naws_access_key_id=K\naws_secret_access_key=s\n"),
        Case(name: "a sign-in without its session", config: sso.replacing("[sso-session s]", with: "[sso-session t]")),
        Case(name: "a sign-in that lacks words", config: "[default]\nsso_account_id=1\nsso_region=eu-west-1\n"),
        Case(
            name: "a sign-in that contradicts its session",
            config: sso.replacing("[sso-session", with: "sso_region = us-east-1\n[sso-session")),
        Case(
            name: "a source that is a sign-in",
            config: sso.replacing("[default]", with: "[profile s]")
                + "\n[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=s\n"),
        Case(name: "a container", environment: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/x?y=1"]),
        Case(
            name: "the relative address first",
            environment: [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/r",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/f",
            ]),
        Case(
            name: "EKS",
            environment: [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "tok",
            ]),
        Case(
            name: "EKS over IPv6",
            environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]/v1/credentials"]),
        Case(name: "loopback", environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.2:81/c"]),
        Case(name: "IPv6 loopback", environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[::1]:81/c"]),
        Case(name: "anybody with TLS", environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://example.com/c"]),
        Case(name: "nobody else without", environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/c"]),
        Case(
            name: "nor a name that looks like loopback",
            environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1.example.com/c"]),
        Case(
            name: "keys before the container", environment: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/r"],
            credentials: "[default]\naws_access_key_id=K\naws_secret_access_key=s\n"),
        Case(
            name: "the container as source", environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/c"],
            config: "[default]\nrole_arn=arn:aws:iam::1:role/r\ncredential_source=EcsContainer\n"),
        Case(name: "no instance", environment: ["AWS_EC2_METADATA_DISABLED": "True"]),
        Case(
            name: "an instance elsewhere",
            environment: [
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:99/", "AWS_METADATA_SERVICE_TIMEOUT": "3",
                "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2",
            ]),
        Case(
            name: "an instance as the profile has it",
            config: "[default]\nmetadata_service_timeout=4\nec2_metadata_service_endpoint_mode=ipv6\n"),
        Case(name: "a malformed file, beside keys", environment: keys, config: "nope\n"),
    ]

    @Test func everyCaseIsDecidedAsAWSsOwnToolsDo() throws {
        let peer = try BotocorePeer("botocore_configuration.py")
        for one in Self.cases {
            var question: [String: Any] = ["ask": "credentials", "environment": one.environment]
            question["config"] = one.config
            question["credentials"] = one.credentials
            question["profile"] = one.profile
            let wanted = try #require(try peer.ask(question)["answer"] as? String)
            let found = Self.answer(one)
            #expect(found == (wanted.hasPrefix("error") ? "error" : wanted), "\(one.name): \(wanted)")
        }
    }

    static func answer(_ one: Case) -> String {
        do throws(CredentialFault) {
            var choice = CredentialChoice(
                environment: one.environment,
                shared: try SharedConfiguration(config: one.config, credentials: one.credentials),
                profileFlag: one.profile)
            return text(try choice.plan())
        } catch {
            return error.code == "NoCredentials" && error.looks.last?.place == "instance" ? "none" : "error"
        }
    }

    private static func text(_ plan: CredentialPlan) -> String {
        switch plan {
        case .fixed(let keys, _):
            "keys \(keys.accessKeyId) \(keys.secretAccessKey.reveal()) \(keys.sessionToken?.reveal() ?? "-")"
        case .process(let words, _): "process [" + words.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        case .role(let role, let source):
            "role \(role.arn) \(role.sessionName ?? "-") \(role.externalId ?? "-") \(role.duration.map(String.init) ?? "-")"
                + " < \(text(source))"
        case .webIdentity(let role, let file): "web \(role.arn) \(role.sessionName ?? "-") \(file)"
        case .sso(let role):
            "sso \(role.account) \(role.roleName) \(role.region) \(role.startURL) \(role.session ?? "-")"
        case .container(let place): "container \(place.url) \(place.token?.reveal() ?? "-")"
        case .instance(let place): "instance \(place.url) \(place.timeout.components.seconds) \(place.attempts)"
        }
    }

    /// Named, because botocore asks for the code there and goes on.
    @Test func aOneTimeCodeIsSaidToBeUnsupported() {
        let fault = #expect(throws: CredentialFault.self) {
            var choice = CredentialChoice(
                environment: [:],
                shared: try SharedConfiguration(
                    config: "[default]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=default\nmfa_serial=x\n",
                    credentials: nil))
            _ = try choice.plan()
        }
        #expect(fault?.looks.first?.outcome.contains("one-time code") == true)
        #expect(fault?.next.contains("export-credentials --profile default") == true)
    }

    @Test func everyPlaceThatWasLookedAtIsNamed() throws {
        var choice = CredentialChoice(
            environment: ["AWS_EC2_METADATA_DISABLED": "true"],
            shared: try SharedConfiguration(config: nil, credentials: "[default]\nregion=x\n"))
        let fault = #expect(throws: CredentialFault.self) { try choice.plan() }
        #expect(
            fault?.looks.map(\.place) == [
                "environment", "web identity", "~/.aws/config", "~/.aws/credentials", "container", "instance",
            ])
    }

    @Test func secretsAreNeverPrinted() {
        var texts: [String] = []
        for one in Self.cases {
            do throws(CredentialFault) {
                var choice = CredentialChoice(
                    environment: one.environment,
                    shared: try SharedConfiguration(config: one.config, credentials: one.credentials),
                    profileFlag: one.profile)
                let plan = try choice.plan()
                texts.append("\(plan.origin) \(Self.dumped(plan))")
            } catch {
                texts.append("\(error)")
            }
        }
        for secret in ["\"env\"", "\"sp\"", "\"tp\"", "\"tok\""] {
            #expect(!texts.contains { $0.contains(secret) })
        }
    }

    private static func dumped(_ plan: CredentialPlan) -> String {
        var text = ""
        dump(plan, to: &text)
        return text
    }
}

/// The region and the endpoints that the user chose.
struct RegionAndEndpointTests {
    @Test(arguments: [
        ("eu-west-1", ["AWS_REGION": "us-west-2"], "eu-west-1", "--region"),
        (nil, ["AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-1"], "us-west-2", "AWS_REGION"),
        (nil, ["AWS_DEFAULT_REGION": "us-west-1"], "us-west-1", "AWS_DEFAULT_REGION"),
        (nil, ["AWS_REGION": ""], "ap-south-1", "profile p"),
    ])
    func theFirstThatSaysOneCounts(flag: String?, environment: [String: String], region: String, origin: String) throws
    {
        let shared = try SharedConfiguration(config: "[profile p]\nregion = ap-south-1\n", credentials: nil)
        let choice = try RegionChoice(
            flag: flag, environment: environment, profile: ("p", shared.profile("p")), manifest: "us-east-1")
        #expect(choice.region == region)
        #expect(choice.origin == origin)
    }

    @Test func theManifestsCountsLast() throws {
        let choice = try RegionChoice(flag: nil, environment: [:], profile: ("default", nil), manifest: "us-gov-west-1")
        #expect(choice.origin == "manifest")
    }

    @Test(arguments: ["us-east-1.evil.example", "useast1", "us-east-1 ", "US-EAST-1", "a-b-", "us-east-1/x"])
    func aRegionCannotBecomeAnotherHost(word: String) {
        #expect(throws: CredentialFault.self) {
            try RegionChoice(flag: word, environment: [:], profile: ("default", nil), manifest: "us-east-1")
        }
    }

    private static let config = """
        [default]
        endpoint_url = http://profile
        services = mine
        [services mine]
        ec2 =
          endpoint_url = http://mine-ec2
        elastic_load_balancing_v2 =
          endpoint_url = http://mine-elb
        cloudwatch_logs =
          endpoint_url = http://mine-logs
        """

    private static let environments: [[String: String]] = [
        [:], ["AWS_ENDPOINT_URL": "http://all"], ["AWS_ENDPOINT_URL_EC2": "http://ec2"],
        ["AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2": "http://elb"],
        ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "http://all"],
        ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"],
        Dictionary(
            uniqueKeysWithValues: AllServices.table.map {
                ("AWS_ENDPOINT_URL_" + $0.service.overrideKey.uppercased(), "http://\($0.client)")
            }),
    ]

    @Test func endpointsAreThoseOfAWSsOwnTools() throws {
        let peer = try BotocorePeer("botocore_configuration.py")
        let ignoring = "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = http://profile\n"
        for (environment, config) in Self.environments.flatMap({ one in ["", Self.config, ignoring].map { (one, $0) } })
        {
            let answer = try peer.ask([
                "ask": "endpoints", "environment": environment, "config": config,
                "clients": AllServices.table.map(\.client),
            ])
            let wanted = try #require(answer["answer"] as? [String: Any])
            let overrides = try EndpointOverrides(
                environment: environment, profile: "default",
                in: try SharedConfiguration(config: config, credentials: nil))
            for (client, service) in AllServices.table {
                #expect(overrides.url(for: service) == wanted[client] as? String, "\(client) \(environment) \(config)")
            }
        }
    }

    @Test(arguments: ["use_fips_endpoint", "use_dualstack_endpoint"])
    func endpointsThatAreNotKnownAreNotReplacedInSilence(word: String) throws {
        let shared = try SharedConfiguration(config: "[default]\n\(word) = True\n", credentials: nil)
        let variable = "AWS_\(word.uppercased())"
        #expect(throws: CredentialFault.self) {
            try EndpointOverrides(environment: [:], profile: "default", in: shared)
        }
        #expect(throws: CredentialFault.self) {
            try EndpointOverrides(environment: [variable: "true"], profile: "other", in: shared)
        }
        _ = try EndpointOverrides(environment: [variable: "false"], profile: "default", in: shared)
    }

    @Test func aServicesSectionThatIsNotThereIsReported() {
        #expect(throws: CredentialFault.self) {
            try EndpointOverrides(
                environment: [:], profile: "default",
                in: try SharedConfiguration(config: "[default]\nservices = gone\n", credentials: nil))
        }
    }
}
