import Stacks
import TestKit
import Testing
import TrafficRules

struct CacheStoreTests {
    private func key(_ number: Int) -> CacheKey {
        CacheKey(scheme: "https", authority: "example.com", target: "/\(number)")
    }

    private func answer(_ lines: [String] = [], to request: RequestHead = request()) throws -> StoredResponse {
        try #require(keep(["cache-control: max-age=60", "etag: \"a\""] + lines, to: request))
    }

    private func store(_ capacity: ByteCount, largest: ByteCount? = nil, variants: Int = 16) -> CacheStore<String> {
        CacheStore(limits: .init(capacity: capacity, largestObject: largest ?? capacity, variantsPerKey: variants))
    }

    private func body(_ number: Int, _ store: inout CacheStore<String>) -> String? {
        store.find(key(number), for: HeaderFields())?.body
    }

    @Test func whatIsStoredIsFound() throws {
        var store = store(.mebibytes(1))
        #expect(store.store(try answer(), body: "one", bodyBytes: 3, for: key(1)))
        let bodies = (1...2).map { body($0, &store) }
        #expect(bodies == ["one", nil])
        #expect(store.remove(key(1)) == true)
        #expect(store.remove(key(1)) == false)
        #expect(body(1, &store) == nil)
        #expect(store.counts.bytes == 0)
    }

    @Test("What was used while it was new stays; what nobody asked for again goes first")
    func unusedGoes() throws {
        let answer = try answer()
        let size = CacheStore<String>.size(of: answer, bodyBytes: 1000, key: key(1))
        var store = store(ByteCount(bytes: size * 3))
        for number in 1...3 { store.store(answer, body: "\(number)", bodyBytes: 1000, for: key(number)) }
        for _ in 0..<2 { #expect(body(1, &store) == "1") }
        store.store(answer, body: "4", bodyBytes: 1000, for: key(4))
        let bodies = (1...4).map { body($0, &store) }
        #expect(bodies == ["1", nil, "3", "4"])
        #expect(store.counts.evictions == 1)
    }

    @Test("A scan of ten thousand does not push out the hundred that are in use")
    func scansAreResisted() throws {
        let answer = try answer()
        let size = CacheStore<String>.size(of: answer, bodyBytes: 100, key: key(1))
        var store = store(ByteCount(bytes: size * 200))
        func ask(_ number: Int, _ store: inout CacheStore<String>) -> Bool {
            if body(number, &store) != nil { return true }
            store.store(answer, body: "\(number)", bodyBytes: 100, for: key(number))
            return false
        }
        for _ in 0..<5 { for number in 0..<100 { _ = ask(number, &store) } }
        for number in 1000..<11_000 { _ = ask(number, &store) }
        let left = (0..<100).count { body($0, &store) != nil }
        #expect(left >= 95)
    }

    @Test("Requests as the web sends them (Zipf, with a scan beside): more hits than by least recent use")
    func hitRatio() {
        var random = SeededGenerator(seed: 2023)
        let capacity = 500
        var (order, lru) = (ScanResistantOrder(), LeastRecentlyUsed())
        var (slots, lruSlots): ([Int: Int], [Int: Int]) = ([:], [:])
        var (keys, lruKeys): ([Int: Int], [Int: Int]) = ([:], [:])
        var (hits, lruHits) = (0, 0)
        for step in 0..<60_000 {
            let draw = Double.random(in: 0..<1, using: &random)
            // About 1/x over 10 000 keys; every fourth request is of a scan.
            let key = step % 4 == 0 ? 1_000_000 + step : Int(pow10(draw * 4))
            if let slot = slots[key] {
                hits += 1
                order.use(slot)
            } else {
                var slot = slots.count
                if slots.count >= capacity, let victim = order.victim() {
                    slots[keys[victim] ?? -1] = nil
                    slot = victim
                }
                order.insert(slot, key: key, bytes: 1)
                (slots[key], keys[slot]) = (slot, key)
            }
            if let slot = lruSlots[key] {
                lruHits += 1
                lru.use(slot)
            } else {
                var slot = lruSlots.count
                if lruSlots.count >= capacity, let victim = lru.victim {
                    lru.remove(victim)
                    lruSlots[lruKeys[victim] ?? -1] = nil
                    slot = victim
                }
                lru.insert(slot)
                (lruSlots[key], lruKeys[slot]) = (slot, key)
            }
        }
        #expect(hits > lruHits, "\(hits) and \(lruHits)")
        #expect(slots.count <= capacity)
    }

    /// 10 to the power of `exponent`, 0...4, by repeated square roots: Meaning's tests need no C library.
    private func pow10(_ exponent: Double) -> Double {
        var (rest, result, root) = (exponent, 1.0, 10.0)
        while rest >= 1 {
            result *= 10
            rest -= 1
        }
        for _ in 0..<40 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return result
    }

    @Test("What is larger than allowed is not kept, and what it would have replaced is gone")
    func tooLarge() throws {
        var store = store(.mebibytes(1), largest: .kibibytes(8))
        store.store(try answer(), body: "old", bodyBytes: 3, for: key(1))
        #expect(!store.store(try answer(), body: "new", bodyBytes: 9000, for: key(1)))
        #expect(body(1, &store) == nil)
        #expect(store.counts.tooLarge == 1 && store.counts.objects == 0 && store.counts.bytes == 0)
    }

    @Test("Variants of one key live side by side, up to their limit")
    func variants() throws {
        var store = store(.mebibytes(1), variants: 2)
        let requests = ["gzip", "br", "gzip, br"].map { request(.get, "/a", ["accept-encoding: \($0)"]) }
        for request in requests {
            let body = request.fields.string(FieldName("accept-encoding")) ?? ""
            store.store(try answer(["vary: accept-encoding"], to: request), body: body, bodyBytes: 4, for: key(1))
        }
        let bodies = requests.map { store.find(key(1), for: $0.fields)?.body }
        #expect(bodies == [nil, "br", "gzip, br"])
        #expect(body(1, &store) == nil)
    }

    @Test("The newest answer's Vary counts for its key")
    func changedVary() throws {
        var store = store(.mebibytes(1))
        store.store(try answer(), body: "plain", bodyBytes: 5, for: key(1))
        let gzip = request(.get, "/a", ["accept-encoding: gzip"])
        store.store(try answer(["vary: accept-encoding"], to: gzip), body: "gzip", bodyBytes: 4, for: key(1))
        #expect(body(1, &store) == nil)
        #expect(store.counts.objects == 1)
    }

    @Test("A refreshed head keeps its body")
    func refresh() throws {
        var store = store(.mebibytes(1))
        let old = try answer()
        store.store(old, body: "body", bodyBytes: 4, for: key(1))
        let new = try #require(
            old.refreshed(by: response(304, ["x-new: 1"]), to: request(), rule: nil, times: times()))
        store.refresh(new, of: old, for: key(1))
        let hit = store.find(key(1), for: HeaderFields())
        #expect(hit?.body == "body" && hit?.response.head.fields.contains(FieldName("x-new")) == true)
        store.refresh(new, of: old, for: key(2))
        #expect(store.counts.objects == 1)
    }

    @Test("A late 304 does not put its head on an answer that came in between")
    func refreshOfWhatIsReplaced() throws {
        var store = store(.mebibytes(1))
        let old = try answer()
        store.store(old, body: "old", bodyBytes: 3, for: key(1))
        let late = try #require(old.refreshed(by: response(304), to: request(), rule: nil, times: times()))
        let new = try answer(["x-new: 1"])
        store.store(new, body: "longer", bodyBytes: 6, for: key(1))
        store.refresh(late, of: old, for: key(1))
        let hit = store.find(key(1), for: HeaderFields())
        #expect(hit?.body == "longer" && hit?.response === new)
    }

    @Test("Whatever happens, the bytes stay within the bound and agree with what can be found")
    func boundHolds() throws {
        var random = SeededGenerator(seed: 64)
        let capacity = ByteCount.kibibytes(64)
        var store = store(capacity, largest: .kibibytes(16), variants: 3)
        let encodings = ["gzip", "br", "zstd", "deflate"]
        for step in 0..<20_000 {
            let key = key(Int.random(in: 0..<40, using: &random))
            let request = request(.get, "/a", ["accept-encoding: \(encodings.randomElement(using: &random) ?? "")"])
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let lines = Bool.random(using: &random) ? ["vary: accept-encoding"] : []
                let bytes = Int.random(in: 0...20_000, using: &random)
                store.store(try answer(lines, to: request), body: "\(step)", bodyBytes: bytes, for: key)
            case 5..<9: _ = store.find(key, for: request.fields)
            default: store.remove(key)
            }
            #expect(store.counts.bytes <= capacity.bytes && store.counts.bytes >= 0)
        }
        let found = (0..<40).reduce(into: 0) { count, number in
            let bodies = encodings.compactMap {
                store.find(key(number), for: fields(["accept-encoding: \($0)"]))?.body
            }
            count += Set(bodies).count
        }
        #expect(found == store.counts.objects)
        store.removeAll()
        #expect(store.counts.objects == 0 && store.counts.bytes == 0)
    }
}
