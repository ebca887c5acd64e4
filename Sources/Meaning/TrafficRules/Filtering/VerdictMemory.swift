/// Requests that the rules found harmless, so that the same request does not pay twice. Remembered by a digest of everything
/// that the rules inspect: the client's address, the request line, every field and the inspected part of the body.
///
/// Two generations of half the capacity: the older one is dropped when the younger is full, what is asked for again moves
/// to the younger. Every step takes constant time, and what is in use stays.
package struct VerdictMemory: Sendable {
    /// 128 bits of SipHash under keys that nobody outside knows, so that no attack can be made to look like a harmless
    /// request: not by search (2^64 tries for one of 2^16 entries of one loop takes 2^112), nor by calculation.
    package struct Digest: Sendable, Hashable {
        fileprivate let first: Int
        fileprivate let second: Int
    }

    /// Secret numbers that the owner draws once.
    package struct Seed: Sendable {
        fileprivate let first: UInt64
        fileprivate let second: UInt64

        package init(using generator: inout some RandomNumberGenerator) {
            (first, second) = (generator.next(), generator.next())
        }
    }

    private let half: Int
    private var younger: Set<Digest> = []
    private var older: Set<Digest> = []

    /// - Parameter capacity: how many requests are remembered at most; 16 bytes each and the set's own room.
    package init(capacity: Int) { half = max(1, capacity / 2) }

    package var count: Int { younger.count + older.count }

    package mutating func isHarmless(_ digest: Digest) -> Bool {
        if younger.contains(digest) { return true }
        guard older.remove(digest) != nil else { return false }
        remember(digest)
        return true
    }

    package mutating func remember(_ digest: Digest) {
        if younger.count >= half {
            older = younger
            younger = []
        }
        younger.insert(digest)
    }

    package mutating func forgetAll() { (younger, older) = ([], []) }
}

extension VerdictMemory.Digest {
    /// - Parameter client: the address that the rules see.
    package init(
        client: some Hashable, _ request: RequestHead, body: some Sequence<UInt8>, bodyIsCut: Bool,
        seed: VerdictMemory.Seed
    ) {
        let body = Array(body)
        func half(_ secret: UInt64) -> Int {
            var hasher = Hasher()
            hasher.combine(secret)
            hasher.combine(client)
            hasher.combine(request.method)
            hasher.combine(request.target)
            hasher.combine(request.authority)
            hasher.combine(request.version)
            request.fields.combine(into: &hasher)
            hasher.combine(body.count)
            hasher.combine(bodyIsCut)
            body.withUnsafeBytes { hasher.combine(bytes: $0) }
            return hasher.finalize()
        }
        (first, second) = (half(seed.first), half(seed.second))
    }
}
