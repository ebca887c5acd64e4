import TrafficRules

/// A kept answer as one loop knows it.
final class KnownAnswer {
    let hit: EdgeCache.Store.Hit
    fileprivate var uses = 0
    /// What every answer from it begins with; nil where each must be written for itself.
    private(set) lazy var prepared = EdgeLoop.prepared(hit.response.head)

    init(_ hit: EdgeCache.Store.Hit) { self.hit = hit }
}

/// What one loop has found in the shared cache lately; all of it is forgotten when the shared cache moves on.
struct LoopCache {
    /// Keys; of each as many variants as codings make of one answer.
    private static let limit = 1024
    private static let variants = 4
    /// Every so many hits the shared cache hears that an answer is still in use.
    private static let reportEvery = 64

    private let shared: EdgeCache
    private var generation: Int
    private var hits: [CacheKey: [KnownAnswer]] = [:]

    init(_ shared: EdgeCache) {
        self.shared = shared
        generation = shared.generation
    }

    mutating func find(_ key: CacheKey, for request: HeaderFields) -> KnownAnswer? {
        let latest = shared.generation
        if latest != generation {
            generation = latest
            hits.removeAll(keepingCapacity: true)
        } else if let index = hits.index(forKey: key), let variant = position(in: hits.values[index], for: request) {
            let known = hits.values[index][variant]
            known.uses += 1
            if known.uses % Self.reportEvery != 0 { return known }
        }
        guard let hit = shared.find(key, for: request) else { return nil }
        let known = KnownAnswer(hit)
        remember(known, key, request)
        return known
    }

    /// All variants of a key depend on the same fields.
    private func position(in known: [KnownAnswer], for request: HeaderFields) -> Int? {
        guard let first = known.first else { return nil }
        guard first.hit.response.hasVariants else { return 0 }
        if first.hit.response.codings != nil {
            let taken = AcceptedCodings(request)
            return known.firstIndex { $0.hit.response.codings == taken }
        }
        let wanted = first.hit.response.wanted(by: request)
        return known.firstIndex { $0.hit.response.variant == wanted }
    }

    private mutating func remember(_ answer: KnownAnswer, _ key: CacheKey, _ request: HeaderFields) {
        if hits.count >= Self.limit { hits.removeAll(keepingCapacity: true) }
        guard let known = hits[key] else {
            hits[key] = [answer]
            return
        }
        if let variant = position(in: known, for: request) {
            hits[key]?[variant] = answer
        } else if known.count < Self.variants {
            hits[key]?.append(answer)
        }
    }
}
