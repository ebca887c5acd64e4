import Crypto

/// A short text that stays the same from run to run and from machine to machine.
package enum StableHash {
    /// 32 hexadecimal digits of SHA-256.
    package static func text(_ source: String) -> String {
        SHA256.hash(data: Array(source.utf8)).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
