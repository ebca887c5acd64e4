import Crypto

/// What a signature is made with.
package struct AWSCredentials: Sendable, Equatable {
    package var accessKeyId: String
    package var secretAccessKey: Secret
    package var sessionToken: Secret?
    /// Nil for keys that live until somebody deletes them.
    package var expiration: Moment?

    package init(
        accessKeyId: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiration: Moment? = nil
    ) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

/// Signature Version 4, a pure function of call, credentials, scope and time. Source: the IAM user guide's description of
/// the signing process, read 2026-11.
package struct Signature: Sendable {
    package var credentials: AWSCredentials
    package var region: String
    package var service: String
    package var date: Moment

    package init(credentials: AWSCredentials, region: String, service: String, date: Moment) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.date = date
    }

    /// S3 takes the path as it is and the body's hash as a header; every other service encodes the path once more.
    private var isForS3: Bool { service == "s3" }

    private var scope: String { "\(date.compact.prefix(8))/\(region)/\(service)/aws4_request" }

    package func sign(_ call: OutgoingCall) -> OutgoingCall {
        var signed = call
        signed.setHeader("host", call.host)
        signed.setHeader("x-amz-date", date.compact)
        if let token = credentials.sessionToken { signed.setHeader("x-amz-security-token", token.reveal()) }
        let bodyHash = hexadecimal(SHA256.hash(data: call.body))
        if isForS3 { signed.setHeader("x-amz-content-sha256", bodyHash) }
        let names = signedNames(signed)
        let canonical = canonicalRequest(signed, names: names, bodyHash: bodyHash)
        let text =
            "AWS4-HMAC-SHA256\n\(date.compact)\n\(scope)\n\(hexadecimal(SHA256.hash(data: Array(canonical.utf8))))"
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: signingKey)
        signed.setHeader(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyId)/\(scope), "
                + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(hexadecimal(code))")
        return signed
    }

    /// A proxy may rewrite these on the way, so they are not signed.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    private func signedNames(_ call: OutgoingCall) -> [String] {
        Set(call.headers.map(\.name)).subtracting(Self.unsigned).sorted()
    }

    package func canonicalRequest(_ call: OutgoingCall, names: [String], bodyHash: String) -> String {
        let path = isForS3 ? call.path : PercentEncoding.encode(withoutDots(call.path), keepingSlashes: true)
        let query = call.query.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
        var headers = ""
        for name in names {
            let values = call.headers.filter { $0.name == name }.map { withoutRuns($0.value) }
            headers += "\(name):\(values.joined(separator: ","))\n"
        }
        return [call.method, path, query, headers, names.joined(separator: ";"), bodyHash].joined(separator: "\n")
    }

    private var signingKey: SymmetricKey {
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey.reveal())".utf8))
        for part in [String(date.compact.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return key
    }
}

/// Two digits a byte, in lower case.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// Several spaces count as one, and none at the ends.
private func withoutRuns(_ value: String) -> String {
    value.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }).joined(separator: " ")
}

/// `/a/./b/../c` → `/a/c`; a slash at the end stays.
private func withoutDots(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
        if part == ".." {
            _ = parts.popLast()
        } else {
            parts.append(part)
        }
    }
    let end = path.hasSuffix("/") && !parts.isEmpty ? "/" : ""
    return "/" + parts.joined(separator: "/") + end
}
