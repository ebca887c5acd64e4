import Stacks
import Testing

@testable import LocalTarget

/// A schedule as a manifest has it; whatever is wrong with it fails the test that wanted it.
func job(_ schedule: String, timezone: String = "UTC", name: String = "report") throws -> ScheduledJob {
    let text = """
        stack: shop
        services: { web: { command: run } }
        jobs: { \(name): { schedule: "\(schedule)", timezone: \(timezone), command: report } }

        """
    let result = ManifestCheck.check([ManifestSource(file: "terrace.yaml", text: text)], environment: nil)
    return try #require(result.stack?.jobs.first, "\(result.diagnostics.render())")
}

@Suite struct JobTimerTests {
    /// 2026-11-29 12:00:00 UTC.
    private static let noon = 1_795_953_600

    private func timer(_ schedule: String = "*/10 * * * *") throws -> JobTimer {
        JobTimer(try job(schedule).schedule, at: Self.noon, offset: { _ in 0 })
    }

    @Test func startsAtItsTimeAndNotTwice() throws {
        var timer = try timer()
        #expect(timer.due == Self.noon + 600)
        #expect(timer.look(at: Self.noon + 599, offset: { _ in 0 }) == nil)
        #expect(timer.look(at: Self.noon + 600, offset: { _ in 0 }) == .start)
        #expect(timer.look(at: Self.noon + 601, offset: { _ in 0 }) == nil)
        #expect(timer.due == Self.noon + 1200)
    }

    @Test func isSkippedWhileTheRunBeforeGoesOn() throws {
        var timer = try timer()
        timer.began()
        #expect(timer.look(at: Self.noon + 600, offset: { _ in 0 }) == .skip)
        timer.ended()
        #expect(timer.look(at: Self.noon + 1201, offset: { _ in 0 }) == .start)
    }

    @Test func whatWasMissedIsNotMadeUp() throws {
        var timer = try timer()
        #expect(timer.look(at: Self.noon + 3661, offset: { _ in 0 }) == .missed)
        #expect(timer.due == Self.noon + 4200)
        #expect(timer.look(at: Self.noon + 4260, offset: { _ in 0 }) == .start)
    }

    @Test func aClockThatIsPutBackIsReckonedWithAnew() throws {
        var timer = try timer()
        #expect(timer.look(at: Self.noon - 7200, offset: { _ in 0 }) == nil)
        #expect(timer.due == Self.noon - 6600)
    }

    @Test func anotherScheduleKeepsTheRun() throws {
        var timer = try timer()
        timer.began()
        timer.follow(try job("0 13 * * *").schedule, at: Self.noon, offset: { _ in 0 })
        #expect(timer.due == Self.noon + 3600 && timer.isRunning)
    }
}
