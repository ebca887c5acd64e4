import Testing

@testable import guestbook

struct FreshnessTests {
    @Test(arguments: [
        ("0/0", 0), ("0/16B3748", 0x16B_3748), ("16/B374D848", 0x16_B374_D848), ("ffffffff/0", 0xFFFF_FFFF << 32),
    ])
    func positionIsRead(text: String, bytes: UInt64) throws {
        let position = try #require(LogPosition(text))
        #expect(position.bytes == bytes)
        #expect(LogPosition(position.description) == position)
    }

    @Test(arguments: ["", "/", "1", "1/", "/1", "1/2/3", "g/0", "-1/0", "+1/0", "100000000/0", "0/100000000"])
    func positionThatIsNoneIsRefused(text: String) { #expect(LogPosition(text) == nil) }

    @Test func positionsAreOrderedAcrossTheHalves() throws {
        #expect(try #require(LogPosition("0/FFFFFFFF")) < #require(LogPosition("1/0")))
        #expect(try #require(LogPosition("9/0")) < #require(LogPosition("A/0")))
    }

    @Test(arguments: [Freshness.newest, .atLeast(LogPosition(bytes: 0x16_B374_D848))])
    func whatTheCookieSaysComesBack(freshness: Freshness) throws {
        let cookie = try #require(ReadYourWrites.cookieValue(for: freshness))
        #expect(ReadYourWrites.freshness(cookie: cookie) == freshness)
    }

    @Test func withoutACookieAnyReaderWillDo() {
        #expect(ReadYourWrites.cookieValue(for: .any) == nil)
        #expect(ReadYourWrites.freshness(cookie: nil) == .any)
        #expect(ReadYourWrites.freshness(cookie: "nonsense") == .newest)
    }
}
