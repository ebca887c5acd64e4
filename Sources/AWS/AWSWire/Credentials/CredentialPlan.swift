/// Where credentials will come from, decided from the environment and the shared files alone, before anything is asked.
package indirect enum CredentialPlan: Sendable, Equatable {
    /// Keys that are already known.
    case fixed(AWSCredentials, from: String)
    /// A program prints them.
    case process(words: [String], profile: String)
    /// STS gives them to whoever has those of `source`.
    case role(RoleToAssume, source: CredentialPlan)
    /// STS gives them for a token of an identity provider.
    case webIdentity(RoleToAssume, tokenFile: String)
    /// IAM Identity Center gives them to whoever has signed in.
    case sso(SSORole)
    /// The container's host gives them: ECS, EKS.
    case container(ContainerPlace)
    /// The machine's metadata service gives them: EC2.
    case instance(InstancePlace)

    /// For people: `profile shop`, `role arn:… from profile base`.
    package var origin: String {
        switch self {
        case .fixed(_, let from): from
        case .process(_, let profile): "credential_process of profile \(profile)"
        case .role(let role, let source): "role \(role.arn), assumed by \(source.origin)"
        case .webIdentity(let role, _): "role \(role.arn), assumed by a web identity"
        case .sso(let role): "role \(role.roleName) in account \(role.account), by single sign-on"
        case .container: "the container's host"
        case .instance: "the instance's role"
        }
    }
}

/// A role and how it is asked for.
package struct RoleToAssume: Sendable, Equatable {
    package var arn: String
    /// Nil for one of Terrace's own.
    package var sessionName: String?
    package var externalId: String?
    /// In seconds; nil for STS's own, an hour.
    package var duration: Int?

    package init(arn: String, sessionName: String? = nil, externalId: String? = nil, duration: Int? = nil) {
        self.arn = arn
        self.sessionName = sessionName
        self.externalId = externalId
        self.duration = duration
    }
}

/// A role of IAM Identity Center and the sign-in that opens it.
package struct SSORole: Sendable, Equatable {
    package var profile: String
    package var account: String
    package var roleName: String
    package var region: String
    package var startURL: String
    /// Name of the `sso-session`; nil for a profile in the older form, whose token cannot be renewed.
    package var session: String?

    /// What the token's file is named after.
    package var cacheKey: String { session ?? startURL }

    /// What signs in again.
    package var login: String {
        session.map { "aws sso login --sso-session \($0)" } ?? "aws sso login --profile \(profile)"
    }
}

/// The address that a container's host gives credentials at.
package struct ContainerPlace: Sendable, Equatable {
    package var url: String
    /// Sent as `Authorization`.
    package var token: Secret?
    /// Read before each request, since it changes; wins over `token`.
    package var tokenFile: String?
}

/// The metadata service of an EC2 instance.
package struct InstancePlace: Sendable, Equatable {
    /// Without a slash at the end.
    package var url: String
    /// Of one request.
    package var timeout: Duration
    package var attempts: Int
}
