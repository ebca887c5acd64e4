package import Stacks

/// Kept answers, bounded by bytes. `Body` is whatever holds an answer's content; its size is told by the caller. Finding,
/// storing and removing take constant time (and one step per variant of the key, at most `variantsPerKey`).
package struct CacheStore<Body: Sendable>: Sendable {
    package struct Limits: Sendable, Equatable {
        /// Heads, bodies and keys together.
        package var capacity: ByteCount
        /// Head, body and key of one answer.
        package var largestObject: ByteCount
        /// Answers of one key that differ by `Vary`.
        package var variantsPerKey: Int

        package init(capacity: ByteCount, largestObject: ByteCount, variantsPerKey: Int = 64) {
            self.capacity = capacity
            self.largestObject = largestObject
            self.variantsPerKey = variantsPerKey
        }
    }

    package struct Counts: Sendable, Equatable {
        package var objects = 0
        package var bytes = 0
        /// Given up for lack of room.
        package var evictions = 0
        /// Not kept because larger than `largestObject` or the whole capacity.
        package var tooLarge = 0
    }

    package struct Hit: Sendable {
        package let response: StoredResponse
        package let body: Body

        package init(response: StoredResponse, body: Body) {
            self.response = response
            self.body = body
        }
    }

    private struct Object {
        let key: CacheKey
        let response: StoredResponse
        let body: Body
        let bodyBytes: Int
        let bytes: Int
    }

    package let limits: Limits
    package private(set) var counts = Counts()
    /// Slots of each key, newest first; all of one key share their `Vary` names.
    private var slotsOfKey: [CacheKey: [Int]] = [:]
    private var objects: [Object?] = []
    private var freeSlots: [Int] = []
    private var order = ScanResistantOrder()

    /// What an object costs besides its own bytes: slot, list links and the dictionary's entry, roughly.
    package static var overheadPerObject: Int { 256 }

    package init(limits: Limits) { self.limits = limits }

    /// Whether there is an answer of that key, for whichever request.
    package func has(_ key: CacheKey) -> Bool { slotsOfKey[key] != nil }

    /// The answer that matches the request's fields, which counts as used now.
    package mutating func find(_ key: CacheKey, for request: HeaderFields) -> Hit? {
        guard let slot = slot(of: key, for: request), let object = objects[slot] else { return nil }
        order.use(slot)
        return Hit(response: object.response, body: object.body)
    }

    /// Keeps an answer in place of the variant it renews. An answer with other `Vary` names replaces all variants: the
    /// newest answer tells what the origin depends on. False when it is too large.
    @discardableResult
    package mutating func store(_ response: StoredResponse, body: Body, bodyBytes: Int, for key: CacheKey) -> Bool {
        let size = Self.size(of: response, bodyBytes: bodyBytes, key: key)
        let isProven = removeVariants(replacedBy: response, of: key)
        guard size <= limits.largestObject.bytes, size <= limits.capacity.bytes else {
            counts.tooLarge += 1
            return false
        }
        makeRoom(for: size)
        let slot = freeSlots.popLast() ?? objects.count
        let object = Object(key: key, response: response, body: body, bodyBytes: bodyBytes, bytes: size)
        if slot == objects.count { objects.append(object) } else { objects[slot] = object }
        slotsOfKey[key, default: []].insert(slot, at: 0)
        order.insert(slot, key: key.hashValue ^ response.variant.hashValue, bytes: size, isProven: isProven)
        counts.objects += 1
        counts.bytes += size
        dropSurplusVariants(of: key)
        return true
    }

    /// Puts a refreshed head (`StoredResponse.refreshed`) on the body of `old`, the very answer that was asked about; nothing when
    /// another has taken its place meanwhile, for the head would say its length and its validators of another body.
    package mutating func refresh(_ response: StoredResponse, of old: StoredResponse, for key: CacheKey) {
        let matching = (slotsOfKey[key] ?? []).first { objects[$0]?.response === old }
        guard let slot = matching, let object = objects[slot] else { return }
        store(response, body: object.body, bodyBytes: object.bodyBytes, for: key)
    }

    /// Removes every variant of a key; true when there was one.
    @discardableResult
    package mutating func remove(_ key: CacheKey) -> Bool {
        guard let slots = slotsOfKey[key] else { return false }
        for slot in slots { drop(slot) }
        return true
    }

    /// Removes what `matches` accepts; how many answers that were.
    package mutating func remove(where matches: (CacheKey) -> Bool) -> Int {
        let before = counts.objects
        for key in Array(slotsOfKey.keys) where matches(key) { remove(key) }
        return before - counts.objects
    }

    package mutating func removeAll() {
        for slots in Array(slotsOfKey.values) {
            for slot in slots { drop(slot) }
        }
    }

    private func slot(of key: CacheKey, for request: HeaderFields) -> Int? {
        guard let slots = slotsOfKey[key], let newest = slots.first, let object = objects[newest] else { return nil }
        guard object.response.hasVariants else { return newest }
        let wanted = object.response.wanted(by: request)
        return slots.first { objects[$0]?.response.variant == wanted }
    }

    /// Removes the variant that `response` renews, and all of them when it depends on other fields. True when one of them had
    /// proven to be in use.
    @discardableResult
    package mutating func removeVariants(replacedBy response: StoredResponse, of key: CacheKey) -> Bool {
        var isProven = false
        for slot in slotsOfKey[key] ?? [] {
            guard let old = objects[slot]?.response else { continue }
            if old.vary != response.vary || old.selection != response.selection || old.variant == response.variant {
                if drop(slot) { isProven = true }
            }
        }
        return isProven
    }

    private mutating func makeRoom(for size: Int) {
        while counts.bytes + size > limits.capacity.bytes, let slot = order.victim() {
            drop(slot)
            counts.evictions += 1
        }
    }

    private mutating func dropSurplusVariants(of key: CacheKey) {
        while let slots = slotsOfKey[key], slots.count > max(1, limits.variantsPerKey), let oldest = slots.last {
            drop(oldest)
            counts.evictions += 1
        }
    }

    /// True when it was in use (`ScanResistantOrder`).
    @discardableResult
    private mutating func drop(_ slot: Int) -> Bool {
        guard let object = objects[slot] else { return false }
        objects[slot] = nil
        freeSlots.append(slot)
        let wasProven = order.remove(slot)
        counts.objects -= 1
        counts.bytes -= object.bytes
        slotsOfKey[object.key]?.removeAll { $0 == slot }
        if slotsOfKey[object.key]?.isEmpty == true { slotsOfKey[object.key] = nil }
        return wasProven
    }

    /// What an answer is charged with.
    package static func size(of response: StoredResponse, bodyBytes: Int, key: CacheKey) -> Int {
        response.byteCount + bodyBytes + key.byteCount + overheadPerObject
    }
}
