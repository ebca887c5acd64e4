import AWSServices
import AWSWire
import Foundation
import TestKit
import Testing

/// Every source against something real: a server in another process, a child process, files.
struct CredentialSourceTests {
    @Test func anInstanceGivesItsRolesKeys() async throws {
        try await IdentityWorld.run { world in
            let session = try world.session()
            let keys = try await session.credentials.credentials()
            #expect(keys.accessKeyId == "ASIAINSTANCE")
            #expect(keys.sessionToken?.reveal() == "token")
            _ = try await session.credentials.credentials()
            let log = try await world.server.log()
            #expect(
                log == [
                    "PUT /imds/latest/api/token", "GET /imds/latest/meta-data/iam/security-credentials/",
                    "GET /imds/latest/meta-data/iam/security-credentials/the%20role",
                ])
        }
    }

    @Test(arguments: [
        ("imds-bare", "the instance has no role"), ("imds-old", "PUT /latest/api/token: it answered 404"),
        ("imds-slow", "its hop limit must be at least 2"), ("imds-refused", "AssumeRoleUnauthorizedAccess: no trust"),
    ])
    func anInstanceWithoutKeysIsTheLastOfAllPlaces(mood: String, reason: String) async throws {
        try await IdentityWorld.run { world in
            let place = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(world.server.url)/\(mood)"]
            let fault = await world.fault(
                mood == "imds-slow" ? place.merging(["AWS_METADATA_SERVICE_TIMEOUT": "1"]) { $1 } : place)
            #expect(fault?.code == "NoCredentials")
            #expect(fault?.looks.first?.place == "environment")
            #expect(fault?.looks.last?.outcome.contains(reason) == true, "\(String(describing: fault))")
        }
    }

    @Test func anInstancesOldKeysAreUsedALittleLonger() async throws {
        try await IdentityWorld.run { world in
            let session = try world.session(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(world.server.url)/imds-stale"])
            let end = try await session.credentials.credentials().expiration
            #expect(try #require(end) - AWSClient.Surroundings.real.now() > .seconds(15 * 60))
        }
    }

    @Test func aContainersHostGivesTheTasksKeys() async throws {
        try await IdentityWorld.run { world in
            let full = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(world.server.url)/container?id=1"]
            #expect(try await world.key(full) == "ASIACONTAINER")
            let token = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "tok"].merging(full) { $1 }
            #expect(try await world.key(token) == "ASIACONTAINERtok")
            let file = try world.write("token", "from-file")
            let both = ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file].merging(token) { $1 }
            #expect(try await world.key(both) == "ASIACONTAINERfrom-file")
            #expect(try await world.server.log().first == "GET /container?id=1")
        }
    }

    @Test func aContainersHostIsAskedThreeTimes() async throws {
        try await IdentityWorld.run { world in
            func place(_ path: String) -> [String: String] {
                ["AWS_CONTAINER_CREDENTIALS_FULL_URI": world.server.url + path]
            }
            let third = try await world.key(place("/container-flaky"))
            #expect(third == "ASIAFLAKY")
            let odd = await world.fault(place("/container-odd"))
            #expect(odd?.looks.last?.outcome.contains("is not understood") == true)
            #expect(odd?.looks.last?.outcome.contains("3 attempts") == true)
            let split = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nx: y"].merging(place("/container")) { $1 }
            #expect(await world.fault(split)?.looks.last?.outcome.contains("line end") == true)
        }
    }

    @Test func aChainOfRolesIsAssumedLinkByLink() async throws {
        try await IdentityWorld.run { world in
            try world.write(
                ".aws/config",
                """
                [profile top]
                role_arn = arn:aws:iam::111111111111:role/top
                source_profile = middle
                external_id = ext
                duration_seconds = 900
                role_session_name = ops
                [profile middle]
                role_arn = arn:aws:iam::111111111111:role/middle
                source_profile = base
                """)
            try world.write(".aws/credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n")
            #expect(try await world.key(["AWS_PROFILE": "top"]) == "ASIAROLE-top-ASIAROLE-middle-AKIABASE")
            #expect(
                try await world.server.log().contains(
                    "Action=AssumeRole DurationSeconds=900 ExternalId=ext "
                        + "RoleArn=arn:aws:iam::111111111111:role/top RoleSessionName=ops"))
        }
    }

    @Test func aRoleThatIsClosedSaysWhoWasAsked() async throws {
        try await IdentityWorld.run { world in
            try world.write(
                ".aws/config",
                "[default]\nrole_arn = arn:aws:iam::111111111111:role/closed\ncredential_source = Environment\n")
            let keys = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"]
            let fault = await world.fault(keys, profile: "default")
            #expect(fault?.what == "cannot assume role arn:aws:iam::111111111111:role/closed")
            #expect(
                fault?.looks.last?.outcome.contains("answered AccessDenied (403, request r-1): not for you") == true)
        }
    }

    @Test func aWebIdentityNeedsNoKeys() async throws {
        try await IdentityWorld.run { world in
            let file = try world.write("oidc", "jwt.body.sign")
            let environment = [
                "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/ci",
            ]
            #expect(try await world.key(environment) == "ASIAWEB-jwt.body.sign")
            let gone = await world.fault(
                ["AWS_WEB_IDENTITY_TOKEN_FILE": file + "x"].merging(environment) { own, _ in own })
            #expect(gone?.looks.last?.outcome.contains("is not there") == true)
        }
    }

    private static let profile = """
        [default]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Admin
        [sso-session corp]
        sso_region = eu-west-1
        sso_start_url = https://corp.awsapps.com/start
        """

    private static func token(_ access: String, life: Int, more: String = "") -> String {
        let end = (AWSClient.Surroundings.real.now() + .seconds(life)).iso8601
        return "{\"accessToken\":\"\(access)\",\"expiresAt\":\"\(end)\"\(more)}"
    }

    private static let renewable = """
        ,"clientId":"c","clientSecret":"cs","refreshToken":"refresh","registrationExpiresAt":"2099-01-01T00:00:00Z","kept":[1,true]
        """

    @Test func aSignInGivesTheRolesKeys() async throws {
        try await IdentityWorld.run { world in
            try world.write(".aws/config", Self.profile)
            let place = ".aws/sso/cache/\(SSOToken.fileName("corp"))"
            try world.write(place, Self.token("good", life: 3600))
            #expect(try await world.key() == "ASIASSO-123456789012-Admin")
            try world.write(place, Self.token("revoked", life: 3600))
            let fault = await world.fault()
            #expect(fault?.next == "run `aws sso login --sso-session corp`, then the same command")
            try world.write(place, Self.token("good", life: -1))
            #expect(await world.fault()?.code == "SSOSignInNeeded")
        }
    }

    @Test func aSignInThatEndsIsRenewedAndWrittenBack() async throws {
        try await IdentityWorld.run { world in
            try world.write(".aws/config", Self.profile)
            let place = ".aws/sso/cache/\(SSOToken.fileName("corp"))"
            try world.write(place, Self.token("spent", life: -1, more: Self.renewable))
            #expect(try await world.key() == "ASIASSO-123456789012-Admin")
            let written = try world.read(place)
            #expect(written.contains("\"accessToken\":\"renewed\""))
            #expect(written.contains("\"refreshToken\":\"next\""))
            #expect(written.contains("\"kept\":[1,true]"))
            let attributes = try FileManager.default.attributesOfItem(atPath: world.home.appending(path: place).path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            // The server knows one refresh token only: a second renewal is refused, and then the person must sign in.
            try world.write(place, written.replacing("renewed", with: "spent").replacing("20", with: "19"))
            #expect(await world.fault()?.next.contains("aws sso login") == true)
        }
    }

    @Test func anOlderSignInIsFoundByItsURL() async throws {
        try await IdentityWorld.run { world in
            try world.write(
                ".aws/config",
                "[default]\nsso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n")
            #expect(await world.fault()?.next == "run `aws sso login --profile default`, then the same command")
            try world.write(".aws/sso/cache/\(SSOToken.fileName("https://x"))", Self.token("good", life: 60))
            #expect(try await world.key() == "ASIASSO-1-r")
        }
    }

    /// The name that AWS's own tools give the file: SHA-1 of the session's name.
    @Test func theSignInsFileHasTheNameOfAWSsOwnTools() {
        #expect(SSOToken.fileName("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d.json")
    }

    @Test func aProcessPrintsKeys() async throws {
        try await IdentityWorld.run { world in
            let script = try world.write(
                "give keys.sh",
                """
                test -z "$4" || exit 9
                echo noise >&2
                echo '{"Version": 1, "AccessKeyId": "AKIAPROCESS'"$1"'", "SecretAccessKey": "s", "SessionToken": "t",
                "Expiration": "2099-01-01T00:00:00+00:00"}'
                """)
            try world.write(".aws/config", "[default]\ncredential_process = sh '\(script)' \"a b\"\n")
            #expect(try await world.key() == "AKIAPROCESSa b")
        }
    }

    @Test(arguments: [
        ("sh -c 'echo locked >&2; exit 3'", "ended with 3: locked"), ("sh -c 'echo {}'", "Version is not 1"),
        ("sh -c 'echo no JSON'", "is not understood"), ("there-is-no-such-program", "ended with 127"),
        (#"echo {\"Version\":1,\"AccessKeyId\":\"A\"}"#, "SecretAccessKey is missing"),
    ])
    func aProcessThatFailsIsReported(command: String, reason: String) async throws {
        try await IdentityWorld.run { world in
            try world.write(".aws/config", "[default]\ncredential_process = \(command)\n")
            #expect(await world.fault()?.looks.last?.outcome.contains(reason) == true)
        }
    }

    @Test func aProcessThatHangsIsEnded() async throws {
        let start = ContinuousClock.now
        let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let outcome = try await ProcessAccess.machine.run(["sleep", "60"], environment, .milliseconds(200))
        #expect(outcome.exitCode == nil)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    /// What a command sees: the report is inside the client's error.
    @Test func aClientWithoutCredentialsSaysWhy() async throws {
        try await IdentityWorld.run { world in
            let session = try world.session(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(world.server.url)/imds-bare"])
            let client = AWSClient(
                settings: session.settings, credentials: session.credentials, transport: world.transport,
                surroundings: .real)
            let error = await #expect(throws: AWSError.self) { try await client.send(STS.GetCallerIdentityRequest()) }
            #expect(error?.kind == .noCredentials)
            #expect(error?.credentials?.looks.count == 6)
        }
    }
}
