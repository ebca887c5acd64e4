import Testing
import TrafficRules

struct RecentInvalidationsTests {
    private func key(_ target: String) -> CacheKey {
        CacheKey(scheme: "https", authority: "example.com", target: target)
    }

    @Test func whatWasAskedForBeforeAnInvalidationIsOutdated() {
        var recent = RecentInvalidations()
        let before = recent.epoch
        recent.note(key("/a"))
        #expect(recent.has(key("/a"), since: before))
        #expect(!recent.has(key("/b"), since: before))
        #expect(!recent.has(key("/a"), since: recent.epoch))
    }

    @Test func anInvalidationOfAllIsOneOfEachKey() {
        var recent = RecentInvalidations()
        let before = recent.epoch
        recent.noteAll()
        #expect(recent.has(key("/a"), since: before))
        #expect(!recent.has(key("/a"), since: recent.epoch))
    }

    @Test func whatIsForgottenCountsAsInvalidated() {
        var recent = RecentInvalidations(capacity: 2)
        let before = recent.epoch
        for target in ["/a", "/b", "/c"] { recent.note(key(target)) }
        #expect(recent.has(key("/other"), since: before))
        // Between the forgotten one and the next.
        #expect(!recent.has(key("/other"), since: before + 1))
        #expect(recent.has(key("/b"), since: before + 1))
    }

    @Test func aKeyThatIsInvalidatedAgainIsNotForgottenWithItsFirstTime() {
        var recent = RecentInvalidations(capacity: 2)
        for target in ["/a", "/a", "/b"] { recent.note(key(target)) }
        #expect(recent.has(key("/a"), since: 1))
    }
}
