import Stacks
import Testing
import TrafficRules

/// Transcripts with a manual clock, a sample a minute.
@Suite struct TargetTrackingTests {
    private struct Bench {
        var tracking = TargetTracking()
        var count = 2
        var range = 2...10
        var targets = ScaleOn(cpu: 60)
        var minute = 0
        var isDeploying = false

        /// One period for each of the samples; the numbers that were wanted, with their minutes.
        mutating func pass(_ samples: [ScalingSample]) -> [String] {
            var changes: [String] = []
            for sample in samples {
                minute += 1
                let change = tracking.observe(
                    sample, targets, count: count, range: range, isDeploying: isDeploying, at: .seconds(60 * minute))
                guard let change else { continue }
                count = change.count
                changes.append("\(minute): \(change.count)")
            }
            return changes
        }

        mutating func cpu(_ values: Double...) -> [String] { pass(values.map { ScalingSample(cpu: $0) }) }
        mutating func cpu(_ value: Double, minutes: Int) -> [String] {
            pass(Array(repeating: ScalingSample(cpu: value), count: minutes))
        }
    }

    @Test func threeMinutesAboveTheTargetBringAsManyTasksAsItTakes() {
        var bench = Bench()
        #expect(bench.cpu(100, 100) == [])
        #expect(bench.cpu(100) == ["3: 4"])
    }

    @Test func oneMinuteBelowTheTargetBeginsAnew() {
        var bench = Bench()
        #expect(bench.cpu(90, 90, 60, 90, 90) == [])
        #expect(bench.cpu(90) == ["6: 3"])
    }

    @Test func neverMoreThanTheMaximum() {
        var bench = Bench()
        bench.range = 2...3
        #expect(bench.cpu(1000, minutes: 3) == ["3: 3"])
        #expect(bench.cpu(1000, minutes: 30) == [])
    }

    @Test func fifteenQuietMinutesAndTheCooldownComeBeforeFewerTasks() {
        var bench = Bench()
        _ = bench.cpu(100, minutes: 3)
        #expect(bench.count == 4)
        #expect(bench.cpu(20, minutes: 14) == [])
        #expect(bench.cpu(20) == ["18: 2"])
        #expect(bench.cpu(0, minutes: 60) == [])
    }

    /// Between nine tenths of the target and the target nothing moves.
    @Test(arguments: [54.0, 57, 60]) func nothingMovesNearTheTarget(_ value: Double) {
        var bench = Bench(count: 5)
        #expect(bench.cpu(value, minutes: 120) == [])
    }

    @Test func fewerTasksOnlyWhenEveryFigureIsLow() {
        var bench = Bench(count: 6, targets: ScaleOn(cpu: 60, requestsPerTask: 1000))
        let busy = ScalingSample(cpu: 5, requestsPerTask: 950)
        #expect(bench.pass(Array(repeating: busy, count: 60)) == [])
        let quiet = ScalingSample(cpu: 5, requestsPerTask: 600)
        // cpu alone would ask for one task.
        #expect(bench.pass(Array(repeating: quiet, count: 15)) == ["75: 4"])
    }

    @Test func theFigureThatAsksForMostDecides() {
        var bench = Bench(targets: ScaleOn(cpu: 60, requestsPerTask: 1000))
        let sample = ScalingSample(cpu: 70, requestsPerTask: 2400)
        #expect(bench.pass([sample, sample, sample]) == ["3: 5"])
    }

    @Test func whatCannotBeMeasuredIsNeitherHighNorLow() {
        var bench = Bench(count: 5)
        #expect(bench.pass(Array(repeating: ScalingSample(), count: 100)) == [])
    }

    @Test func deploymentsHoldUpFewerTasksButNotMore() {
        var bench = Bench(count: 5, isDeploying: true)
        #expect(bench.cpu(1, minutes: 60) == [])
        #expect(bench.cpu(100, minutes: 3) == ["63: 9"])
        bench.isDeploying = false
        #expect(bench.cpu(1, minutes: 15) == ["78: 2"])
    }

    @Test func numberThatSomebodyHasSetIsLeftAloneForTheCooldowns() {
        var bench = Bench()
        _ = bench.cpu(1, minutes: 14)
        bench.count = 8
        bench.tracking.wasSet(at: .seconds(60 * bench.minute))
        #expect(bench.cpu(1, minutes: 14) == [])
        #expect(bench.cpu(1) == ["29: 2"])
    }
}
