package import AWSWire

/// Turns one identity into another with the calls of STS and of IAM Identity Center.
package struct ServiceExchange: IdentityExchange {
    private let settings: AWSClient.Settings
    private let transport: any Transport
    private let surroundings: AWSClient.Surroundings

    /// - Parameter settings: STS is asked in this region, and at these endpoints.
    package init(settings: AWSClient.Settings, transport: any Transport, surroundings: AWSClient.Surroundings) {
        self.settings = settings
        self.transport = transport
        self.surroundings = surroundings
    }

    private func client(_ credentials: any CredentialSource, region: String? = nil) -> AWSClient {
        var settings = settings
        settings.region = region ?? settings.region
        settings.deadline = .seconds(30)
        return AWSClient(
            settings: settings, credentials: credentials, transport: transport, surroundings: surroundings)
    }

    /// The calls that need no signature are sent without one, so nobody asks this.
    private static let nobody = FixedCredentials(AWSCredentials(accessKeyId: "", secretAccessKey: Secret("")))

    package func assume(
        _ role: RoleToAssume, sessionName: String, source: any CredentialSource
    ) async throws -> AWSCredentials {
        let answer = try await client(source).send(
            STS.AssumeRoleRequest(
                roleArn: role.arn, roleSessionName: sessionName, durationSeconds: role.duration,
                externalId: role.externalId))
        return try credentials(answer.credentials, of: "AssumeRole")
    }

    package func assume(
        _ role: RoleToAssume, sessionName: String, webIdentity token: Secret
    ) async throws -> AWSCredentials {
        let answer = try await client(Self.nobody).send(
            STS.AssumeRoleWithWebIdentityRequest(
                roleArn: role.arn, roleSessionName: sessionName, webIdentityToken: token,
                durationSeconds: role.duration))
        return try credentials(answer.credentials, of: "AssumeRoleWithWebIdentity")
    }

    private func credentials(_ found: STS.Credentials?, of operation: String) throws -> AWSCredentials {
        guard let found, let key = found.accessKeyId, let secret = found.secretAccessKey,
            let token = found.sessionToken, let end = found.expiration
        else { throw incomplete("STS", operation, settings.region) }
        return AWSCredentials(accessKeyId: key, secretAccessKey: secret, sessionToken: Secret(token), expiration: end)
    }

    package func credentials(of role: SSORole, token: Secret) async throws -> AWSCredentials {
        let answer = try await client(Self.nobody, region: role.region).send(
            SSO.GetRoleCredentialsRequest(roleName: role.roleName, accountId: role.account, accessToken: token))
        guard let found = answer.roleCredentials, let key = found.accessKeyId, let secret = found.secretAccessKey,
            let session = found.sessionToken, let end = found.expiration
        else { throw incomplete("SSO", "GetRoleCredentials", role.region) }
        return AWSCredentials(
            accessKeyId: key, secretAccessKey: secret, sessionToken: session, expiration: Moment(milliseconds: end))
    }

    package func renew(_ token: SSOToken, region: String) async throws -> SSOToken.Renewed {
        guard let renewal = token.renewal else { throw incomplete("SSOOIDC", "CreateToken", region) }
        let answer = try await client(Self.nobody, region: region).send(
            SSOOIDC.CreateTokenRequest(
                clientId: renewal.clientId, clientSecret: renewal.clientSecret, grantType: "refresh_token",
                refreshToken: renewal.refreshToken))
        guard let access = answer.accessToken, let seconds = answer.expiresIn else {
            throw incomplete("SSOOIDC", "CreateToken", region)
        }
        return SSOToken.Renewed(
            access: access, expiration: surroundings.now() + .seconds(seconds), refreshToken: answer.refreshToken)
    }

    private func incomplete(_ service: String, _ operation: String, _ region: String) -> AWSError {
        AWSError(
            service: service, operation: operation, region: region, kind: .unreadable, code: "IncompleteAnswer",
            message: "the answer has no complete credentials")
    }
}
