import Crypto
import Foundation

/// What PostgreSQL keeps of a password: enough to check one, not enough to sign in. Source: RFC 5802, RFC 7677, and
/// PostgreSQL's `pg_authid.rolpassword`.
struct ScramVerifier {
    /// PostgreSQL's own number.
    private static let iterations = 4096

    /// `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`
    let text: String

    /// The salt follows from the password, so that the same password makes the same verifier; passwords are drawn at random
    /// and long, which is what a salt is for.
    init(password: String) {
        let secret = Array(password.utf8)
        self.init(secret: secret, salt: Array(SHA256.hash(data: Array("terrace".utf8) + secret).prefix(16)))
    }

    init(secret: [UInt8], salt: [UInt8]) {
        let salted = Self.stretched(secret, salt)
        let stored = Array(SHA256.hash(data: Self.mac(Array("Client Key".utf8), salted)))
        let server = Self.mac(Array("Server Key".utf8), salted)
        let (saltText, storedText, serverText) = (Self.base64(salt), Self.base64(stored), Self.base64(server))
        text = "SCRAM-SHA-256$\(Self.iterations):\(saltText)$\(storedText):\(serverText)"
    }

    /// PBKDF2 with one block.
    private static func stretched(_ secret: [UInt8], _ salt: [UInt8]) -> [UInt8] {
        var round = mac(salt + [0, 0, 0, 1], secret)
        var sum = round
        for _ in 1..<iterations {
            round = mac(round, secret)
            for index in sum.indices { sum[index] ^= round[index] }
        }
        return sum
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    private static func mac(_ message: [UInt8], _ key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
}
