import Crypto
package import Foundation
import Machine
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Secrets of a stack, encrypted at rest. A folder of mode 0700 with two files of mode 0600: `key`, 32 random bytes, and
/// `store`, the values under AES-GCM. Both come into being in one step, so that one without the other is always damage and never
/// a reason to begin anew. The key protects against a store that leaks alone, in a backup or a copied folder; whoever may read both
/// files may read the secrets.
package final class SecretStore: Sendable {
    /// What precedes the sealed box, and is authenticated with it.
    private static let header = Array("terrace-secrets 1\n".utf8)

    private let folder: String
    private let key: SymmetricKey
    /// One change at a time in this process; a file lock does the same between processes.
    private let changing = Mutex(())

    /// Opens the store in `folder`, or makes it there when the folder does not exist. Throws `SecretStoreError`.
    package init(folder: URL) throws {
        self.folder = folder.path(percentEncoded: false).trimmingSlash
        do {
            if !FileManager.default.fileExists(atPath: self.folder) { try SecretStore.make(self.folder) }
            let bytes = try DurableFiles.read("\(self.folder)/key")
            guard bytes.count == 32 else { throw SecretStore.damaged("\(self.folder)/key", "it is not 32 bytes long") }
            key = SymmetricKey(data: bytes)
        } catch let error as DurableFiles.Failure {
            throw SecretStore.unreadable(error)
        }
        _ = try values()
    }

    package func get(_ name: String) throws -> Secret? { try values()[name].map(Secret.init) }

    package func names() throws -> [String] { try values().keys.sorted() }

    package func set(_ name: String, to secret: Secret) throws {
        try change { $0[name] = secret.reveal() }
    }

    /// The value under this name; drawn at random when there is none: 32 characters of `A–Z a–z 0–9 - _`, 192 bits.
    package func generate(_ name: String) throws -> Secret {
        try change { values in
            let value = values[name] ?? SecretStore.randomText()
            values[name] = value
            return Secret(value)
        }
    }

    /// 32 characters at random, kept nowhere.
    static func draw() -> Secret { Secret(randomText()) }

    /// Values for a service: from the store, else from the caller's environment, which the store then keeps. Throws
    /// `MissingSecrets` with every name that is in neither. A value is never made up: an application that shares a
    /// secret with somebody else would break far from its cause.
    package func resolve(_ names: [String], environment: [String: String]) throws -> [String: Secret] {
        let kept = try values()
        let given = environment.filter { names.contains($0.key) && kept[$0.key] == nil && !$0.value.isEmpty }
        let missing = names.filter { kept[$0] == nil && given[$0] == nil }
        guard missing.isEmpty else { throw MissingSecrets(names: missing) }
        if !given.isEmpty { try change { $0.merge(given) { kept, _ in kept } } }
        return Dictionary(names.compactMap { name in (kept[name] ?? given[name]).map { (name, Secret($0)) } }) { $1 }
    }
}

extension SecretStore {
    private static func make(_ folder: String) throws {
        let key = SymmetricKey(size: .bits256)
        let parent = (folder as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try DurableFiles.create(
            folder: folder, files: ["key": key.withUnsafeBytes { Array($0) }, "store": seal([:], key)])
    }

    private func values() throws -> [String: String] {
        let path = "\(folder)/store"
        let bytes: [UInt8]
        do { bytes = try DurableFiles.read(path) } catch { throw SecretStore.unreadable(error) }
        guard bytes.starts(with: SecretStore.header) else {
            throw SecretStore.damaged(path, "it does not begin as one")
        }
        do {
            let box = try AES.GCM.SealedBox(combined: bytes.dropFirst(SecretStore.header.count))
            let plain = try AES.GCM.open(box, using: key, authenticating: SecretStore.header)
            return try JSONDecoder().decode([String: String].self, from: plain)
        } catch {
            throw SecretStore.damaged(path, "it was changed, or `key` beside it belongs to another store")
        }
    }

    private func change<Result>(_ body: (inout [String: String]) -> Result) throws -> Result {
        try changing.withLock { _ in
            let lock = open("\(folder)/key", O_RDONLY | O_CLOEXEC)
            guard lock >= 0 else {
                throw SecretStore.unreadable(DurableFiles.Failure(step: "lock", path: "\(folder)/key", code: errno))
            }
            // Closing lets the lock go.
            defer { close(lock) }
            while flock(lock, LOCK_EX) != 0 && errno == EINTR {}
            var values = try values()
            let before = values
            let result = body(&values)
            if values != before {
                do {
                    try DurableFiles.replace("\(folder)/store", with: SecretStore.seal(values, key))
                } catch let error as DurableFiles.Failure {
                    throw SecretStoreError(
                        message: "\(error)", state: "the secrets are as they were before",
                        next: "free some space or mend the permissions, then run the same command again")
                }
            }
            return result
        }
    }

    private static func seal(_ values: [String: String], _ key: SymmetricKey) throws -> [UInt8] {
        let box = try AES.GCM.seal(try JSONEncoder().encode(values), using: key, authenticating: header)
        return header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    private static func randomText() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var generator = SystemRandomNumberGenerator()
        return String((0..<32).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] })
    }

    private static func unreadable(_ error: DurableFiles.Failure) -> SecretStoreError {
        SecretStoreError(
            message: "\(error)", state: "nothing was changed; no new secrets were made",
            next: "put the file back from a backup, or `terrace destroy` the stack to begin anew")
    }

    private static func damaged(_ path: String, _ reason: String) -> SecretStoreError {
        SecretStoreError(
            message: "cannot use \(path): \(reason)", state: "nothing was changed; no new secrets were made",
            next: "put both files of the folder back from a backup, or `terrace destroy` the stack to begin anew")
    }
}

extension String {
    fileprivate var trimmingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
