import AWSWire
import Provisioning
import Stacks
import Synchronization

/// Brings an image into a repository: what it is made of, a few parts at a time, then its manifest, which a registry takes only
/// when it has everything that the manifest names.
struct ImagePush: Sendable {
    /// So many parts go at once: one does not fill a line, many break together.
    private static let atOnce = 3

    let registry: RegistryClient
    /// With the registry's host, for people.
    let name: String
    let image: ImageParcel

    /// An image without a tag is removed after days; this one says which image it is, so it never moves.
    static func tag(_ digest: String) -> String { "terrace-\(digest.dropFirst("sha256:".count).prefix(16))" }

    func callAsFunction(progress: @escaping @Sendable (String) -> Void) async throws {
        let arrived = Mutex(0)
        let count = image.blobs.count
        do {
            let tag = Self.tag(image.digest)
            guard try await registry.digest(ofTag: tag, image.mediaType) != image.digest else {
                return progress("\(name) has the image already")
            }
            try await sendBlobs { blob, wasSent in
                let number = arrived.withLock { number in
                    number += 1
                    return number
                }
                let what = wasSent ? "sent" : "is there already"
                progress("part \(number) of \(count) \(what): \(ByteCount(bytes: blob.bytes.length))")
            }
            try await registry.put(image.manifest, image.mediaType, tag: tag)
        } catch let fault as RegistryFault {
            throw fault.report(sending: name, arrived: arrived.withLock { $0 }, of: count)
        }
    }

    private func sendBlobs(_ done: @escaping @Sendable (ImageParcel.Blob, Bool) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, blob) in image.blobs.enumerated() {
                if index >= Self.atOnce { try await group.next() }
                group.addTask { done(blob, try await registry.bring(blob)) }
            }
            try await group.waitForAll()
        }
    }
}
