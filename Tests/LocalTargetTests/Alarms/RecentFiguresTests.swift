import Testing
import TrafficRules

@testable import LocalTarget
@testable import Processes

/// Figures of the last minute, and what tasks use.
@Suite struct RecentFiguresTests {
    @Test func onlyTheLastMinuteCounts() throws {
        var recent = RecentTraffic()
        var totals = TrafficTotals()
        #expect(recent.figures(of: "") == nil)
        for second in stride(from: 0, through: 200, by: 5) {
            // Errors and slow answers at the beginning, none later.
            let isOld = second <= 100
            totals.requests += 10
            totals.classes[isOld ? 4 : 1] += 10
            for _ in 0..<10 { totals.latencies.record(isOld ? .seconds(2) : .milliseconds(5)) }
            (totals.hits, totals.misses) = (totals.hits + 3, totals.misses + 1)
            recent.note(["": totals], at: .seconds(second))
        }
        let figures = try #require(recent.figures(of: ""))
        #expect(figures.seconds == 60)
        #expect(figures.requests == 120)
        #expect(figures.errors == 0)
        #expect(figures.perSecond == 2)
        #expect(figures.hitRatio == 0.75)
        #expect(figures.p99 > 0.0049 && figures.p99 < 0.0051)
        #expect(recent.figures(of: "web") == nil)
    }

    @Test func aTaskUsesPartOfItsShare() {
        var loads = TaskLoads()
        func note(_ seconds: Int, _ used: [String: Double]) {
            let usage = used.mapValues { ProcessUsage(processorTime: .seconds($0), residentBytes: 1 << 20) }
            loads.note(usage, at: .seconds(seconds)) { $0.hasPrefix("web") ? 512 : nil }
        }
        note(10, ["web.1": 5])
        #expect(loads.loads["web.1"] == .init(cpu: nil, memoryBytes: 1 << 20))
        note(20, ["web.1": 7.5, "web.2": 1, "gone.1": 1])
        #expect(loads.loads["web.1"]?.cpu == 50)
        #expect(loads.loads["web.2"]?.cpu == nil)
        note(30, ["web.2": 1.5])
        #expect(loads.loads.keys.sorted() == ["web.2"])
        #expect(loads.loads["web.2"]?.cpu == 10)
    }
}
