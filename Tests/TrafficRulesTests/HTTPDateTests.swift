import TestKit
import Testing
import TrafficRules

struct HTTPDateTests {
    @Test(
        "RFC 9110 §5.6.7: the three forms mean the same",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            " Sun, 06 Nov 1994 08:49:37 GMT ",
        ])
    func eachFormIsRead(text: String) {
        #expect(HTTPDate.parse(Array(text.utf8)[...], now: noon) == noon)
    }

    @Test(arguments: [
        "", "0", "-1", "now", ",", "Sun,", "Sun, 06 Nov 1994", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMT x",
        "1994-11-06T08:49:37Z", "Sun, +6 Nov 1994 08:49:37 GMT",
    ])
    func anythingElseIsNoDate(text: String) {
        #expect(HTTPDate.parse(Array(text.utf8)[...], now: noon) == nil)
    }

    @Test("Two digits of a year more than 50 years ahead belong to the century before")
    func shortYears() {
        func year(_ short: String) -> WallTime? {
            HTTPDate.parse(Array("Sunday, 06-Nov-\(short) 08:49:37 GMT".utf8)[...], now: noon)
        }
        #expect(year("95") == WallTime(seconds: 784_111_777 + 365 * 86_400))
        #expect(year("44").map { $0 < noon } == true)
        #expect(year("00").map { $0 < noon } == true)
    }

    @Test("What is written is read back, over four centuries")
    func roundTrip() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            let time = WallTime(seconds: Int.random(in: -2_000_000_000...10_000_000_000, using: &random))
            #expect(HTTPDate.parse(HTTPDate.format(time)[...], now: noon) == time)
        }
    }

    @Test func writtenForm() {
        #expect(text(HTTPDate.format(noon)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(text(HTTPDate.format(WallTime(seconds: 0))) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(text(HTTPDate.format(WallTime(nanoseconds: -1_000_000))) == "Wed, 31 Dec 1969 23:59:59 GMT")
    }
}
