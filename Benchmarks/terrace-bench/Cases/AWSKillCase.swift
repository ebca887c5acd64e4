import Foundation
import PeerKit
import Synchronization

/// Killed in the middle of an apply, with everything below it; does applying again end well?
enum AWSKillCase: BenchmarkCase {
    static let name = "aws-kill"
    /// After which share of the mutating calls of an undisturbed run.
    private static let shares = [0.2, 0.4, 0.6, 0.8]

    static func run(_ report: BenchReport) throws {
        var rows: [[String]] = []
        for provisioner in try Provisioner.installed() {
            let whole = try Lifecycle.measured(provisioner, speed: 0, verbs: [.up])
            guard let mutating = whole.steps[.up]?.figures.mutating else { continue }
            var outcomes: [String] = []
            for share in shares {
                let number = max(1, Int(Double(mutating) * share))
                outcomes.append(try outcome(provisioner, killedAfter: number))
                say("\(provisioner.rawValue), killed after call \(number): \(outcomes.last ?? "")")
            }
            let recovered = outcomes.count { $0 == "recovered" }
            rows.append([
                provisioner.rawValue, "\(recovered) of \(outcomes.count)",
                Set(outcomes.filter { $0 != "recovered" }).sorted().joined(separator: "; "),
            ])
        }
        report.title("AWS: killed in the middle of an apply, then applied again")
        report.table(["", "recovered", "otherwise"], rows)
        report.method(
            """
            SIGKILL to the program and those below it right after the call took effect, at \(shares.map { "\(Int($0 * 100)) %" }.joined(separator: ", ")) \
            of the mutating calls. Recovered: the same command ends with 0 within two more tries and there is one network, not two.
            """)
    }

    private static func outcome(_ provisioner: Provisioner, killedAfter number: Int) throws -> String {
        try Workspace.with { workspace in
            try BenchCloud.with(speed: 0) { cloud in
                try provisioner.prepare(workspace.folder, services: 1)
                let victim = Mutex<Int32>(0)
                let command = try provisioner.command(.up)
                let proxy = cloud.proxy
                proxy.restart { reached, _ in
                    guard reached == number else { return }
                    let pid = victim.withLock { $0 }
                    for each in ProcessFigures.descendants(of: pid) + [pid] { kill(each, SIGKILL) }
                }
                _ = try MeasuredRun.of(command, in: workspace.folder, environment: cloud.environment) { pid in
                    victim.withLock { $0 = pid }
                }
                while proxy.inFlight > 0 { usleep(10_000) }
                proxy.restart()
                for _ in 0..<2 {
                    let again = try MeasuredRun.of(command, in: workspace.folder, environment: cloud.environment)
                    if again.status == 0 { return try isOneNetwork(cloud) ? "recovered" : "two networks" }
                }
                return "the same command fails again"
            }
        }
    }

    private static func isOneNetwork(_ cloud: BenchCloud) throws -> Bool {
        let result = try Program.run(
            [MotoServer.python, MotoServer.script("dump.py"), "--networks"], environment: cloud.environment,
            isQuiet: true)
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines) == "1"
    }
}
