import Testing

@testable import LocalTarget

struct DatabaseHealthTests {
    private let start = ContinuousClock.now

    @Test func stoppedServerHangsAfterTwoProbes() {
        var judge = HangJudge()
        #expect(judge.observe(failure(at: 0, stopped: true)) == nil)
        #expect(judge.observe(failure(at: 200, stopped: true)) != nil)
    }

    @Test func slowServerGetsTime() {
        var judge = HangJudge()
        for milliseconds in stride(from: 0, to: 5000, by: 200) {
            #expect(judge.observe(failure(at: milliseconds)) == nil)
        }
        #expect(judge.observe(failure(at: 5000)) != nil)
    }

    @Test func oneAnswerForgivesEverything() {
        var judge = HangJudge()
        #expect(judge.observe(failure(at: 0, stopped: true)) == nil)
        #expect(judge.observe(ProbeReport(outcome: .answered(ServerFigures()), at: start)) == nil)
        #expect(judge.observe(failure(at: 400, stopped: true)) == nil)
    }

    /// The machine slept or was overloaded: the probe was not there to be answered.
    @Test func lateProbesProveNothing() {
        var judge = HangJudge()
        for seconds in 0..<100 {
            #expect(judge.observe(failure(at: seconds * 1000, late: true)) == nil)
        }
    }

    @Test func readerWithoutProgressStalls() {
        var judge = StallJudge()
        #expect(judge.observe(figures(10, 5), late: false, at: time(0)) == nil)
        #expect(judge.observe(figures(20, 5), late: false, at: time(400)) == nil)
        #expect(judge.observe(figures(20, 5), late: false, at: time(600)) != nil)
    }

    @Test func slowReaderDoesNotStall() {
        var judge = StallJudge()
        for step in 0..<50 {
            #expect(judge.observe(figures(1000, step), late: false, at: time(step * 200)) == nil)
        }
    }

    @Test func disconnectedReaderStalls() {
        var judge = StallJudge()
        #expect(judge.observe(figures(10, nil), late: false, at: time(0)) == nil)
        #expect(judge.observe(figures(10, nil), late: false, at: time(600)) != nil)
    }

    private func time(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private func failure(at milliseconds: Int, stopped: Bool = false, late: Bool = false) -> ProbeReport {
        ProbeReport(outcome: .failed("no answer", stopped: stopped), late: late, at: time(milliseconds))
    }

    private func figures(_ flushed: Int, _ standby: Int?) -> ServerFigures {
        var figures = ServerFigures()
        figures.flushed = flushed
        figures.standbyFlushed = standby
        return figures
    }
}
