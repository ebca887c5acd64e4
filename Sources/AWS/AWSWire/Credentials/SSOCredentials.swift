/// Asks IAM Identity Center, with the token that `aws sso login` left.
struct SSOCredentials {
    /// From here on the token is renewed. Source: botocore, read 2026-11.
    private static let renewBefore: Duration = .seconds(15 * 60)

    let role: SSORole
    let exchange: any IdentityExchange
    let world: CredentialWorld

    func fetch() async throws -> AWSCredentials {
        let token = try await token()
        do {
            return try await exchange.credentials(of: role, token: token)
        } catch let error as AWSError where error.status == 401 {
            throw mustSignIn("the sign-in has ended or was revoked")
        } catch let error as AWSError {
            throw CredentialFault(
                "SSORefused", "no credentials by single sign-on",
                looks: [.init("profile \(role.profile)", "\(error)")],
                next: "check role \(role.roleName) in account \(role.account), then run the same command")
        }
    }

    private func token() async throws -> Secret {
        guard let path = SharedFiles.expanded("~/.aws/sso/cache/\(SSOToken.fileName(role.cacheKey))", world.environment)
        else { throw mustSignIn("HOME is not set, so the sign-in cannot be found") }
        let found: SSOToken
        do {
            guard let bytes = try world.files.read(path) else { throw mustSignIn("there is no sign-in at \(path)") }
            found = try SSOToken(bytes)
        } catch let fault as UnreadableText {
            throw mustSignIn("\(path) is not understood: \(fault.reason)")
        }
        let now = world.now()
        if found.expiration - now > Self.renewBefore { return found.access }
        if role.session != nil, let renewal = found.renewal, renewal.registrationEnd > now {
            do {
                let renewed = try await exchange.renew(found, region: role.region)
                try world.files.write(path, found.document(after: renewed))
                return renewed.access
            } catch  where found.expiration > now {
                return found.access
            } catch {
                throw mustSignIn("the sign-in ended at \(found.expiration.iso8601) and was not renewed: \(error)")
            }
        }
        guard found.expiration > now else { throw mustSignIn("the sign-in ended at \(found.expiration.iso8601)") }
        return found.access
    }

    private func mustSignIn(_ reason: String) -> CredentialFault {
        CredentialFault(
            "SSOSignInNeeded", "no credentials by single sign-on: sign in again",
            looks: [.init("profile \(role.profile)", reason)], next: "run `\(role.login)`, then the same command")
    }
}
