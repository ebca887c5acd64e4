/// The JSON that programs, containers and instances give credentials in. Pure.
struct CredentialDocument {
    /// What the session token is called.
    enum Form {
        /// `credential_process`: has a version, `SessionToken`, and may be without an end.
        case process
        /// Container and instance: `Token`, always with an end.
        case metadata
    }

    /// - Parameter bytes: never printed, since they hold the secret.
    /// - Throws: the reason, for a report.
    static func read(_ bytes: [UInt8], _ form: Form) throws(UnreadableText) -> AWSCredentials {
        let json = try JSONReader.read(bytes)
        func fault(_ reason: String) -> UnreadableText { UnreadableText(reason: reason, offset: 0) }
        guard case .object = json else { throw fault("the JSON is no object") }
        if form == .process {
            guard json["Version"] == .integer(1) else { throw fault("Version is not 1") }
        } else if let code = json["Code"]?.string, code != "Success" {
            throw fault("\(code): \(json["Message"]?.string ?? "")")
        }
        guard let key = json["AccessKeyId"]?.string, !key.isEmpty else { throw fault("AccessKeyId is missing") }
        guard let secret = json["SecretAccessKey"]?.string, !secret.isEmpty else {
            throw fault("SecretAccessKey is missing")
        }
        var credentials = AWSCredentials(accessKeyId: key, secretAccessKey: Secret(secret))
        credentials.sessionToken = json[form == .process ? "SessionToken" : "Token"]?.string.map { Secret($0) }
        if let text = json["Expiration"]?.string {
            guard let end = Moment(text) else { throw fault("Expiration is no time") }
            credentials.expiration = end
        }
        guard form == .process || (credentials.sessionToken != nil && credentials.expiration != nil) else {
            throw fault(credentials.sessionToken == nil ? "Token is missing" : "Expiration is missing")
        }
        return credentials
    }
}
