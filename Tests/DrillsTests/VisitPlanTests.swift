import Drills
import Testing

@Suite struct VisitPlanTests {
    @Test func visitsComeAtTheSameDistanceWhateverTheyAre() {
        let plan = VisitPlan(perSecond: 50, writesOfHundred: 20, seed: 7)
        #expect((0..<4).map { plan.visit($0).at } == [.zero, .milliseconds(20), .milliseconds(40), .milliseconds(60)])
        #expect(plan.visit(500).at == .seconds(10))
    }

    @Test func theSeedDecidesWhichOnesWrite() {
        func kinds(_ seed: UInt64) -> [Visit.Kind] {
            (0..<200).map { VisitPlan(perSecond: 50, writesOfHundred: 20, seed: seed).visit($0).kind }
        }
        #expect(kinds(7) == kinds(7))
        #expect(kinds(7) != kinds(8))
    }

    @Test(arguments: [(0, 0...0), (20, 1900...2100), (100, 10_000...10_000)])
    func theShareOfWritesIsKept(percent: Int, expected: ClosedRange<Int>) {
        let plan = VisitPlan(perSecond: 50, writesOfHundred: percent, seed: 1)
        #expect(expected.contains((0..<10_000).count { plan.visit($0).kind == .write }))
    }

    @Test func aCrowdComesAtOnceAndKeepsTheRate() {
        let plan = VisitPlan(perSecond: 100, writesOfHundred: 0, seed: 1, together: 50)
        #expect(Set((0..<50).map { plan.visit($0).at }) == [.zero])
        #expect(Set((50..<100).map { plan.visit($0).at }) == [.milliseconds(500)])
    }
}
