import PeerKit
import TestKit
import Testing

// A stack with a canary has calls of its own: a second target group, a role, weights of a rule, an alarm, another strategy of its service.
extension CrashTests {
    private typealias Mark = CrashHarness.Mark

    private static var isSample: Bool { count != nil }

    @Test func aKilledRunOfAStackWithACanaryIsFinishedByTheNext() async throws {
        let manifest = CanaryTests.manifest()
        let harness = CrashHarness(runs: [Self.up(manifest), Self.destroy(manifest)])
        let baseline = try await harness.baseline()
        let up = [
            Mark(operation: "CreateTargetGroup", subject: "web.second"),
            Mark(operation: "CreateService", subject: "CANARY"),
            Mark(operation: "CreateRole", subject: "canary"), Mark(operation: "PutRolePolicy", subject: "canary"),
            Mark(operation: "CreateRule", subject: "ForwardConfig"),
            Mark(operation: "PutMetricAlarm", subject: "web-canary"),
        ]
        let destroy = [
            Mark(operation: "DeleteService", subject: "guestbook-web"),
            Mark(operation: "DeleteRole", subject: "canary"),
            Mark(operation: "DeleteRolePolicy", subject: "canary"),
            Mark(operation: "DeleteTargetGroup", subject: "web"),
            Mark(operation: "DeleteAlarms", subject: "web-canary"),
        ]
        let points =
            harness.points(of: 0, at: Self.isSample ? Array(up.prefix(2)) : up)
            + harness.points(of: 1, at: Self.isSample ? Array(destroy.prefix(2)) : destroy)
        try await Self.expectRecovery(harness, at: points, baseline)
    }

    /// On a running stack, and its tasks have to come home before the second target group may go.
    @Test func aCanaryThatComesOrGoesIsFinishedByTheNextRun() async throws {
        let (plain, canary) = (CanaryTests.manifest(canary: nil), CanaryTests.manifest())
        let harness = CrashHarness(runs: [
            Self.up(plain), Self.up(canary, "up with a canary"), Self.up(plain, "up without a canary"),
        ])
        let baseline = try await harness.baseline()
        let sample =
            harness.points(
                of: 1,
                at: [
                    Mark(operation: "ModifyRule", subject: "ForwardConfig"),
                    Mark(operation: "UpdateService", subject: "CANARY"),
                ])
            + harness.points(
                of: 2,
                at: [
                    Mark(operation: "UpdateService", subject: "forceNewDeployment"),
                    Mark(operation: "UpdateService", subject: "ROLLING"),
                ])
        let points = Self.isSample ? sample : sample + harness.points(baseline, of: [1, 2])
        try await Self.expectRecovery(harness, at: points, baseline)
    }
}
