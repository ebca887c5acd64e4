package import Crypto
import Foundation
import TrafficRules

/// Makes a client's pins a cookie that only this load balancer can read or write: AES-GCM under a key of its own, in base64. So a
/// client learns nothing about tasks and cannot choose one.
package struct StickySeal: Sendable {
    /// Longer values are not ours.
    private static let longest = 2048

    private let key: SymmetricKey

    package init(key: SymmetricKey = SymmetricKey(size: .bits256)) { self.key = key }

    /// The same secret makes the same key, so that clients stay where they were when the supervisor starts anew.
    package init(secret: Secret) { key = SymmetricKey(data: SHA256.hash(data: Data(secret.reveal().utf8))) }

    /// Nil when the system has no randomness to give.
    func close(_ pins: StickyPins) -> String? {
        try? AES.GCM.seal(Data(pins.encoded), using: key).combined?.base64EncodedString()
    }

    /// What a request's cookie says; nothing for one that is not ours, was changed, or has an older key.
    func open(_ fields: HeaderFields) -> StickyPins {
        guard let value = StickyCookie.value(in: fields), value.count <= Self.longest,
            let sealed = Data(base64Encoded: Data(value)), let box = try? AES.GCM.SealedBox(combined: sealed),
            let bytes = try? AES.GCM.open(box, using: key), let pins = StickyPins(encoded: Array(bytes))
        else { return StickyPins() }
        return pins
    }
}
