import Testing
import TrafficRules

@Suite struct CanaryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var old: CanaryComparison.Side
        var new: CanaryComparison.Side
        var before: Bool
        var atEnd: Bool
    }

    private static func side(_ requests: Int, _ errors: Int, _ milliseconds: Int = 10) -> CanaryComparison.Side {
        CanaryComparison.Side(requests: requests, errors: errors, p99: .milliseconds(milliseconds))
    }

    /// Whether it is found worse before the end and at the end.
    static let cases = [
        Case(testDescription: "the same", old: side(1000, 2), new: side(100, 0), before: false, atEnd: false),
        Case(testDescription: "one error is noise", old: side(1000, 0), new: side(100, 1), before: false, atEnd: false),
        Case(
            testDescription: "few errors count at the end", old: side(1000, 0), new: side(50, 2), before: false,
            atEnd: true),
        Case(testDescription: "many count at once", old: side(1000, 0), new: side(50, 5), before: true, atEnd: true),
        Case(
            testDescription: "as bad as the old one", old: side(1000, 100), new: side(100, 12), before: false,
            atEnd: false),
        Case(
            testDescription: "twice as bad and more", old: side(1000, 100), new: side(100, 22), before: true,
            atEnd: true),
        Case(
            testDescription: "a little slower", old: side(1000, 0, 100), new: side(100, 0, 160), before: false,
            atEnd: false),
        Case(
            testDescription: "much slower", old: side(1000, 0, 100), new: side(100, 0, 171), before: false, atEnd: true),
        Case(
            testDescription: "slow from nothing is fast", old: side(1000, 0, 1), new: side(100, 0, 15), before: false,
            atEnd: false),
        Case(
            testDescription: "too few for a p99", old: side(1000, 0, 100), new: side(99, 0, 900), before: false,
            atEnd: false),
        Case(testDescription: "nobody came", old: side(0, 0), new: side(0, 0), before: false, atEnd: false),
    ]

    @Test(arguments: cases) func clearlyWorseIsWorse(each: Case) {
        let seen = CanaryComparison(old: each.old, new: each.new)
        func isWorse(_ isOver: Bool) -> Bool {
            if case .worse = CanaryVerdict.of(seen, isOver: isOver) { true } else { false }
        }
        #expect(isWorse(false) == each.before)
        #expect(isWorse(true) == each.atEnd)
        if !each.before { #expect(CanaryVerdict.of(seen, isOver: false) == .goOn) }
    }

    @Test func tooFewRequestsAreSaidAndProveNothing() {
        let seen = CanaryComparison(new: .init(requests: 7))
        #expect(CanaryVerdict.of(seen, isOver: true) == .passed("only 7 requests came to it, too few to compare"))
    }

    /// Per cent, tasks of the old version; tasks and part of each.
    @Test(arguments: [(10, 2, 1, 22), (10, 9, 1, 100), (10, 10, 2, 56), (50, 2, 2, 100), (1, 1, 1, 1), (5, 100, 6, 88)])
    func shareIsMadeOfWholeTasksAndParts(_ percent: Int, _ count: Int, _ tasks: Int, _ part: Int) {
        let share = CanaryShare(percent: percent, beside: count)
        #expect(share.tasks == tasks)
        #expect(share.part == part)
    }

    @Test func partsComeToTheShareThatWasAskedFor() {
        for percent in 1...50 {
            for count in 1...60 {
                let share = CanaryShare(percent: percent, beside: count)
                let parts = Double(share.tasks * share.part)
                let got = 100 * parts / (parts + Double(100 * count))
                #expect(abs(got - Double(percent)) < 1, "\(percent) per cent beside \(count): \(got)")
            }
        }
    }
}
