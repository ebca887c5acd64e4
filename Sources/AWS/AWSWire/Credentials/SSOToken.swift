import Crypto

/// A sign-in that `aws sso login` left in `~/.aws/sso/cache`. Pure.
package struct SSOToken: Sendable, Equatable {
    /// What renews it; nil for sign-ins in the older form.
    package struct Renewal: Sendable, Equatable {
        package var clientId: String
        package var clientSecret: Secret
        package var refreshToken: Secret
        /// The client may renew until then.
        package var registrationEnd: Moment
    }

    /// What a renewal brought.
    package struct Renewed: Sendable, Equatable {
        package var access: Secret
        package var expiration: Moment
        package var refreshToken: Secret?

        package init(access: Secret, expiration: Moment, refreshToken: Secret?) {
            self.access = access
            self.expiration = expiration
            self.refreshToken = refreshToken
        }
    }

    package var access: Secret
    package var expiration: Moment
    package var renewal: Renewal?
    /// Everything that the file says, to be written back.
    private let document: [String: JSONText]

    /// Name of the file for a session or a start URL: SHA-1 in hexadecimal.
    package static func fileName(_ key: String) -> String {
        hexadecimal(Insecure.SHA1.hash(data: Array(key.utf8))) + ".json"
    }

    /// - Throws: the reason, for a report.
    package init(_ bytes: [UInt8]) throws(UnreadableText) {
        guard case .object(let members) = try JSONReader.read(bytes) else {
            throw UnreadableText(reason: "no object", offset: 0)
        }
        document = members
        guard let access = members["accessToken"]?.string, let text = members["expiresAt"]?.string,
            let end = Moment(text.replacing("UTC", with: "Z"))
        else { throw UnreadableText(reason: "accessToken or expiresAt is missing", offset: 0) }
        self.access = Secret(access)
        expiration = end
        if let id = members["clientId"]?.string, let secret = members["clientSecret"]?.string,
            let refresh = members["refreshToken"]?.string,
            let registration = members["registrationExpiresAt"]?.string.flatMap({ Moment($0) })
        {
            renewal = Renewal(
                clientId: id, clientSecret: Secret(secret), refreshToken: Secret(refresh), registrationEnd: registration
            )
        }
    }

    /// The file after a renewal: the old refresh token may be spent, so AWS's own tools must find the new one.
    package func document(after renewed: Renewed) -> [UInt8] {
        var members = document
        members["accessToken"] = .text(renewed.access.reveal())
        members["expiresAt"] = .text(renewed.expiration.iso8601)
        if let refresh = renewed.refreshToken { members["refreshToken"] = .text(refresh.reveal()) }
        return JSONText.object(members).bytes
    }
}
