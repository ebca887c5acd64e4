import Stacks
import Testing
import TrafficRules

/// A target with a manual clock: each step is one probe, as a transcript.
private struct Transcript {
    var health: TargetHealth
    private(set) var lines: [String] = []

    init(_ check: HealthCheck) { health = TargetHealth(check: check, startedAt: .zero) }

    /// Sends the probe that is due and lets it end after `taking`.
    mutating func probe(_ result: TargetHealth.ProbeResult, taking: Duration = .milliseconds(5)) {
        guard let due = health.nextProbe else { return lines.append("no probe is due") }
        _ = health.probeBegan(at: due)
        let change = health.probeEnded(result, at: due + taking)
        lines.append("\(due) \(word(health.state))" + (change.map { ": \(word($0))" } ?? ""))
    }

    private func word(_ state: TargetHealth.State) -> String {
        switch state {
        case .initial: "initial"
        case .healthy: "healthy"
        case .unhealthy(let failure): "unhealthy \(failure.code)"
        case .draining: "draining"
        }
    }

    private func word(_ change: TargetHealth.Change) -> String {
        switch change {
        case .becameHealthy: "became healthy"
        case .becameUnhealthy: "became unhealthy"
        case .needsReplacement: "needs replacement"
        }
    }
}

struct TargetHealthTests {
    private let check = HealthCheck(grace: .seconds(1))

    @Test("One passed check makes a new target healthy, and until then it is asked often")
    func start() {
        var transcript = Transcript(HealthCheck())
        transcript.probe(.failed(.connectionRefused))
        transcript.probe(.failed(.connectionRefused))
        transcript.probe(.passed)
        transcript.probe(.passed)
        #expect(
            transcript.lines == [
                "0.0 seconds initial", "0.1 seconds initial", "0.2 seconds healthy: became healthy",
                "10.2 seconds healthy",
            ])
        #expect(transcript.health.standing == .healthy)
    }

    @Test("A healthy target becomes unhealthy after three failures in a row and healthy after two passes")
    func thresholds() {
        var transcript = Transcript(check)
        transcript.probe(.passed)
        transcript.probe(.failed(.timeout))
        transcript.probe(.failed(.timeout))
        transcript.probe(.passed)
        for _ in 0..<4 { transcript.probe(.failed(.status(500))) }
        transcript.probe(.passed)
        transcript.probe(.failed(.timeout))
        transcript.probe(.passed)
        transcript.probe(.passed)
        #expect(
            transcript.lines == [
                "0.0 seconds healthy: became healthy", "10.0 seconds healthy", "20.0 seconds healthy",
                "30.0 seconds healthy", "40.0 seconds healthy", "50.0 seconds healthy",
                "60.0 seconds unhealthy Target.ResponseCodeMismatch: needs replacement",
                "70.0 seconds unhealthy Target.ResponseCodeMismatch",
                "80.0 seconds unhealthy Target.ResponseCodeMismatch", "90.0 seconds unhealthy Target.Timeout",
                "100.0 seconds unhealthy Target.Timeout", "110.0 seconds healthy: became healthy",
            ])
    }

    @Test("Failures within the grace keep a new target initial and do not ask for another task")
    func grace() {
        var transcript = Transcript(HealthCheck(interval: .seconds(5), grace: .milliseconds(250)))
        for _ in 0..<6 { transcript.probe(.failed(.status(503))) }
        #expect(
            transcript.lines == [
                "0.0 seconds initial", "0.1 seconds initial", "0.2 seconds initial",
                "0.3 seconds unhealthy Target.ResponseCodeMismatch: became unhealthy",
                "5.3 seconds unhealthy Target.ResponseCodeMismatch",
                "10.3 seconds unhealthy Target.ResponseCodeMismatch: needs replacement",
            ])
    }

    @Test("A target that fails in its grace after having been healthy gets no requests and is not replaced")
    func graceAfterHealthy() {
        var transcript = Transcript(HealthCheck(interval: .seconds(5), grace: .seconds(60)))
        transcript.probe(.passed)
        for _ in 0..<4 { transcript.probe(.failed(.brokenAnswer)) }
        #expect(transcript.lines[3] == "15.0 seconds unhealthy Target.FailedHealthChecks: became unhealthy")
        #expect(transcript.lines[4] == "20.0 seconds unhealthy Target.FailedHealthChecks")
        #expect(transcript.health.standing == .unhealthy)
    }

    @Test("The interval runs from start to start; a probe that takes longer is followed at once")
    func intervals() {
        var transcript = Transcript(HealthCheck(interval: .seconds(3), timeout: .seconds(5)))
        transcript.probe(.passed)
        transcript.probe(.passed, taking: .seconds(2))
        transcript.probe(.failed(.timeout), taking: .seconds(5))
        transcript.probe(.passed)
        #expect(
            transcript.lines == [
                "0.0 seconds healthy: became healthy", "3.0 seconds healthy", "6.0 seconds healthy",
                "11.0 seconds healthy",
            ])
        #expect(transcript.health.probeBegan(at: .seconds(20)) == .seconds(25))
    }

    @Test("A draining target is not probed, gets nothing, and a late result changes nothing")
    func draining() {
        var health = TargetHealth(check: check, startedAt: .zero)
        _ = health.probeBegan(at: .zero)
        health.drain()
        let change = health.probeEnded(.passed, at: .seconds(1))
        #expect(change == nil && health.state == .draining && health.nextProbe == nil)
        #expect(health.standing == .unavailable)
    }

    @Test(arguments: [(200, true), (204, false), (302, false), (404, false), (500, false)])
    func onlyTwoHundredPasses(status: Int, passes: Bool) {
        #expect((TargetHealth.ProbeResult(status: status) == .passed) == passes)
    }
}
