import AWSWire
import Crypto
import NIOCore
import Provisioning
import Stacks

/// One repository of a registry, by the OCI distribution specification 1.1.
///
/// A blob goes in one piece. ECR drops every chunk after the first (aws/containers-roadmap issue 2831, read 2026-11), and the
/// engines' own clients send one piece, too.
struct RegistryClient: Sendable {
    /// `https://123456789012.dkr.ecr.eu-west-1.amazonaws.com`
    let base: PlainURL
    /// `terrace/shop-web`
    let repository: String
    /// `Basic …`
    let authorization: Secret
    let transport: any Transport
    let time: Timekeeper
    /// A random number in 0..<1.
    let draw: @Sendable () -> Double
    var retry = RetryPolicy()

    /// Longest time of a call without a body.
    private static let callLimit = Duration.seconds(30)
    /// Slower than so many bytes a second, an upload has gone silent.
    private static let slowest = 32 << 10

    // MARK: - What is there

    /// Whether the registry has the blob.
    func has(_ digest: String) async throws(RegistryFault) -> Bool {
        let answer = try await send(call("HEAD", "blobs/\(digest)"), "HEAD a blob")
        // Where blobs are kept elsewhere, the registry says where.
        if answer.status == 200 || [302, 307].contains(answer.status) { return true }
        guard answer.status == 404 else { throw RegistryFault("HEAD a blob", answer) }
        return false
    }

    /// The digest that a tag stands for; nil when there is no such tag.
    func digest(ofTag tag: String, _ mediaType: String) async throws(RegistryFault) -> String? {
        var call = call("HEAD", "manifests/\(tag)")
        call.setHeader("accept", mediaType)
        let answer = try await send(call, "HEAD a manifest")
        guard answer.status != 404 else { return nil }
        guard answer.status == 200 else { throw RegistryFault("HEAD a manifest", answer) }
        return answer.headers["docker-content-digest"] ?? ""
    }

    // MARK: - What is brought

    /// Brings a blob unless it is there; true when it was sent.
    func bring(_ blob: ImageParcel.Blob) async throws -> Bool {
        try await patiently { () async throws -> Bool in
            if try await has(blob.digest) { return false }
            try await refuseDamaged(blob)
            try await upload(blob, to: try await beginUpload())
            return true
        }
    }

    func put(_ manifest: [UInt8], _ mediaType: String, tag: String) async throws {
        try await patiently { () async throws in
            var call = call("PUT", "manifests/\(tag)")
            call.setHeader("content-type", mediaType)
            call.body = manifest
            let answer = try await send(call, "PUT the manifest")
            guard answer.status == 201 else { throw RegistryFault("PUT the manifest", answer) }
        }
    }

    /// Where the upload goes on.
    private func beginUpload() async throws(RegistryFault) -> PlainURL {
        let answer = try await send(call("POST", "blobs/uploads/"), "POST an upload")
        guard answer.status == 202 else { throw RegistryFault("POST an upload", answer) }
        guard let text = answer.headers["location"], let place = place(text) else {
            throw RegistryFault("POST an upload", unreadable: "it has no location")
        }
        return place
    }

    /// A location may be a path of the same registry.
    private func place(_ text: String) -> PlainURL? {
        PlainURL(text.hasPrefix("/") ? "\(base.scheme)://\(base.authority)\(text)" : text)
    }

    private func upload(_ blob: ImageParcel.Blob, to place: PlainURL) async throws(RegistryFault) {
        let mark = place.target.contains("?") ? "&" : "?"
        var call = OutgoingCall(
            method: "PUT", scheme: place.scheme, host: place.authority,
            path: place.target + "\(mark)digest=" + blob.digest.replacing(":", with: "%3A"))
        // Another host is given no credentials of this one.
        if place.authority == base.authority, place.scheme == base.scheme { authorize(&call) }
        call.setHeader("content-type", "application/octet-stream")
        let slice = blob.bytes
        call.file = FileBody(path: slice.path, offset: slice.offset, length: slice.length)
        let answer = try await send(call, "PUT a blob", within: Self.callLimit + .seconds(slice.length / Self.slowest))
        guard answer.status == 201 else { throw RegistryFault("PUT a blob", answer) }
        if let told = answer.headers["docker-content-digest"], told != blob.digest {
            throw RegistryFault("PUT a blob", unreadable: "it stored \(told) and not \(blob.digest)")
        }
    }

    /// Before a byte is sent: the registry would only say that the digest is another.
    private func refuseDamaged(_ blob: ImageParcel.Blob) async throws {
        let slice = blob.bytes
        var hash = SHA256()
        for try await piece in FileBody(path: slice.path, offset: slice.offset, length: slice.length) {
            piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        }
        let found = "sha256:" + hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard found != blob.digest else { return }
        throw Report(
            "cannot send \(slice.path): a part of it is damaged",
            details: [
                Report.Detail("expected", blob.digest), Report.Detail("found", found),
                Report.Detail("next", "write the image again, then run the same command"),
            ])
    }

    // MARK: - Calls

    private func call(_ method: String, _ rest: String) -> OutgoingCall {
        var call = OutgoingCall(
            method: method, scheme: base.scheme, host: base.authority, path: "/v2/\(repository)/\(rest)")
        authorize(&call)
        return call
    }

    private func authorize(_ call: inout OutgoingCall) { call.setHeader("authorization", authorization.reveal()) }

    private func send(
        _ call: OutgoingCall, _ name: String, within limit: Duration = callLimit
    ) async throws(RegistryFault) -> IncomingAnswer {
        do { return try await transport.send(call, within: limit) } catch let fault as TransportFault {
            throw RegistryFault(name, fault)
        } catch {
            throw RegistryFault(name, TransportFault(.broken, "\(error)"))
        }
    }

    /// The whole is begun again after a fault that may pass; what has arrived is found by the look at its beginning.
    private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        for attempt in 1... {
            do { return try await body() } catch let fault as RegistryFault {
                try Task.checkCancellation()
                guard
                    let pause = retry.pause(
                        after: fault.attempt, attempt: attempt, draw: draw(), retryAfter: fault.retryAfter)
                else { throw fault }
                try await time.sleep(pause)
            }
        }
        preconditionFailure("the loop has no end")
    }
}
