import PeerKit
import TestKit
import Testing

// A function of CloudFront's is made, published and tied to the distribution by a call each.
extension CrashTests {
    @Test func aKilledRunLeavesNoFunctionThatNobodyPublishedOrWants() async throws {
        let harness = CrashHarness(runs: [Self.up(PeerManifest.plain), Self.destroy(PeerManifest.plain)])
        let baseline = try await harness.baseline()
        let path = "/2020-05-31/function"
        let mark = { (method: String, rest: String, subject: String) in
            CrashHarness.Mark(operation: "\(method) \(path)\(rest)", subject: subject)
        }
        let name = "guestbook-request-id"
        let points =
            harness.points(of: 0, at: [mark("POST", "", name), mark("POST", "/\(name)/publish", "")])
            + harness.points(of: 1, at: [mark("DELETE", "/\(name)", "")])
        try await Self.expectRecovery(harness, at: points, baseline)
    }
}
