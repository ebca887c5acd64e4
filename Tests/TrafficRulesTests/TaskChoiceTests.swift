import Stacks
import Testing
import TrafficRules

struct WeightedTurnsTests {
    @Test(
        "Shares are exact over a round, and nobody's turns come in a row that need not",
        arguments: [([5, 1, 1], "AABACAA"), ([1, 1], "AB"), ([0, 3], "BBB"), ([2, 1], "ABA")])
    func order(weights: [Int], wanted: String) {
        var turns = WeightedTurns()
        let names = ["A", "B", "C"]
        let order = wanted.map { _ in turns.next(among: weights.count) { weights[$0] }.map { names[$0] } ?? "-" }
        #expect(order.joined() == wanted)
    }

    @Test func noWeightNoTurn() {
        var turns = WeightedTurns()
        #expect(turns.next(among: 2) { _ in 0 } == nil)
        #expect(turns.next(among: 0) { _ in 1 } == nil)
    }

    @Test func fivePerCentAreFivePerCent() {
        var turns = WeightedTurns()
        let canary = (0..<1000).count { _ in turns.next(among: 2) { [95, 5][$0] } == 1 }
        #expect(canary == 50)
    }
}

struct SlowStartTests {
    @Test(
        "ALB slow start: linear, and over after its time",
        arguments: [(0, 1), (3, 10), (15, 50), (29, 96), (30, 100), (500, 100)])
    func shares(seconds: Int, share: Int) {
        let now = Duration.seconds(1000)
        #expect(SlowStart.share(began: now - .seconds(seconds), within: .seconds(30), at: now) == share)
    }

    @Test(
        "ALB slow start: only beside a healthy target that has its whole share",
        arguments: [
            ([], false), ([100], true), ([40], false), ([40, 100], true),
        ])
    func begins(others: [Int], wanted: Bool) { #expect(SlowStart.begins(beside: others) == wanted) }

    @Test func withoutSlowStartTheShareIsWhole() {
        #expect(SlowStart.share(began: .zero, within: nil, at: .zero) == SlowStart.full)
        #expect(SlowStart.share(began: nil, within: .seconds(30), at: .zero) == SlowStart.full)
    }

    @Test("While a target begins, turns go by share; then by requests under way again")
    func choice() {
        var balancer = LeastOutstanding()
        func served(share: Int) -> [Int] {
            var served = [0, 0]
            for _ in 0..<110 {
                let choice = balancer.choose(
                    among: 2, standing: { _ in .healthy }, share: { $0 == 0 ? 100 : share },
                    outstanding: { [9, 0][$0] })
                if let choice { served[choice.target] += 1 }
            }
            return served
        }
        #expect(served(share: 10) == [100, 10])
        #expect(served(share: 100) == [0, 110])
    }
}

struct OutlierEjectionTests {
    private static let limits = Ejection(failures: 3, time: .seconds(10), longest: .seconds(25), share: 50)

    private func eject(
        _ state: inout OutlierEjection, _ task: String, inRow: Int = 3, of count: Int = 4, at seconds: Int
    ) -> Int? {
        state.failed(task, inRow: inRow, of: count, limits: Self.limits, at: .seconds(seconds))
            .map { Int($0.components.seconds) }
    }

    @Test func fewFailuresLeaveATaskIn() {
        var state = OutlierEjection()
        #expect(eject(&state, "a", inRow: 2, at: 0) == nil)
        #expect(eject(&state, "a", inRow: 3, at: 0) == 10)
    }

    @Test("Each ejection lasts longer, up to a limit, and good time counts down")
    func growing() {
        var state = OutlierEjection()
        #expect(eject(&state, "a", at: 0) == 10)
        #expect(eject(&state, "a", at: 5) == nil, "it is out already")
        #expect(eject(&state, "a", at: 12) == 32)
        #expect(eject(&state, "a", at: 33) == 58)
        #expect(eject(&state, "a", at: 59) == 84)
        // 26 s after the fourth ended, two of the four are forgotten: the third again.
        #expect(eject(&state, "a", at: 110) == 135)
        #expect(eject(&state, "a", at: 1000) == 1010)
    }

    @Test("Never more than the share is out at once", arguments: [(1, []), (2, ["a"]), (3, ["a"]), (4, ["a", "b"])])
    func bounded(count: Int, out: [String]) {
        var state = OutlierEjection()
        let ejected = ["a", "b", "c", "d"].prefix(count).filter { eject(&state, $0, of: count, at: 0) != nil }
        #expect(ejected == out)
    }

    @Test func whoHasServedItsTimeMakesRoomForAnother() {
        var state = OutlierEjection()
        #expect(eject(&state, "a", of: 2, at: 0) == 10)
        #expect(eject(&state, "b", of: 2, at: 9) == nil)
        #expect(eject(&state, "b", of: 2, at: 10) == 20)
    }

    @Test func aNewTaskHasNoPast() {
        var state = OutlierEjection()
        #expect(eject(&state, "a", at: 0) == 10)
        state.forget("a")
        #expect(eject(&state, "a", at: 5) == 15)
    }
}

struct RetryBudgetTests {
    @Test func oneInFiveRequestsMayBeTriedAgain() {
        var budget = RetryBudget()
        #expect((0..<20).count { _ in budget.take() } == RetryBudget.most)
        var tries = 0
        for _ in 0..<1000 {
            budget.requestBegan()
            if budget.take() { tries += 1 }
        }
        #expect(tries == 200)
    }

    @Test func noMoreThanAFewAreSavedUp() {
        var budget = RetryBudget()
        for _ in 0..<10_000 { budget.requestBegan() }
        #expect((0..<20).count { _ in budget.take() } == RetryBudget.most)
    }
}

struct StickyPinsTests {
    private let day = Duration.seconds(86_400)

    @Test(
        "A pin holds for its time, for its service alone",
        arguments: [
            (0, "web", true), (86_399, "web", true), (86_400, "web", false), (-60, "web", true), (-61, "web", false),
            (0, "api", false),
        ])
    func lifetime(age: Int, service: String, holds: Bool) {
        var pins = StickyPins()
        pins.pin("web", to: "web.1@9", at: WallTime(seconds: 1_000_000))
        let now = WallTime(seconds: 1_000_000 + age)
        #expect((pins.task(of: service, lifetime: day, at: now) == "web.1@9") == holds)
    }

    @Test(
        "A client is told at first, after a change, and when half of the time is over",
        arguments: [
            (0, "web.1@9", false), (43_199, "web.1@9", false), (43_200, "web.1@9", true), (0, "web.2@9", true),
            (-1, "web.1@9", true),
        ])
    func renewal(age: Int, task: String, isOutdated: Bool) {
        var pins = StickyPins()
        pins.pin("web", to: "web.1@9", at: WallTime(seconds: 1_000_000))
        let now = WallTime(seconds: 1_000_000 + age)
        #expect(pins.isOutdated(for: "web", task, lifetime: day, at: now) == isOutdated)
        #expect(StickyPins().isOutdated(for: "web", task, lifetime: day, at: now))
    }

    @Test func onlyTheServicesMetLastAreKept() {
        var pins = StickyPins()
        for index in 0..<8 { pins.pin("s\(index)", to: "t", at: WallTime(seconds: index)) }
        #expect(pins.pins.map(\.service) == ["s7", "s6", "s5", "s4", "s3"])
        #expect(StickyPins(encoded: pins.encoded) == pins)
    }

    @Test("Bytes that are none", arguments: ["a", "a\0b\n", "a\0b\0c\n", "a\0b\0-1\n", "a\0b\01\0c\n"])
    func damaged(text: String) { #expect(StickyPins(encoded: Array(text.utf8)) == nil) }

    @Test("ALB cookies: the same value twice, once for other sites")
    func cookies() {
        let lines = StickyCookie.lines(value: "x", lifetime: day, at: noon)
        #expect(
            lines == [
                "AWSALB=x; Expires=\(date(86_400)); Path=/",
                "AWSALBCORS=x; Expires=\(date(86_400)); Path=/; SameSite=None; Secure",
            ])
        #expect(StickyCookie.value(in: fields(["cookie: a=b; AWSALBCORS=2", "cookie: AWSALB=1"])).map(text) == "1")
        #expect(StickyCookie.value(in: fields(["cookie: a=b; AWSALBCORS=2"])).map(text) == "2")
        #expect(StickyCookie.value(in: fields(["cookie: XAWSALB=1"])) == nil)
    }
}
