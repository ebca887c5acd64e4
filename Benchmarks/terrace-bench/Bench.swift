import Foundation

/// `terrace-bench [--output FILE] [CASE…]`: measures the built `terrace` from outside, as its users see it. A figure is
/// reported and never asserted; the exit code is 1 when a case could not be measured.
@main
struct Bench {
    static var cases: [any BenchmarkCase.Type] {
        [
            StartCase.self, FailoverCase.self, TaskLossCase.self, IdleCase.self, CachedCase.self,
            LargeCachedCase.self, ProxiedCase.self, UploadCase.self, HandshakeCase.self, FirewallCase.self,
            ProofCase.self, DrillCase.self,
            AWSUpCase.self, AWSPlanCase.self, AWSDestroyCase.self, AWSGrowthCase.self, AWSKillCase.self,
            AWSClockCase.self,
        ]
    }

    static func main() {
        Farewell.onSignals()
        var words = Array(CommandLine.arguments.dropFirst())
        var output: String?
        if let flag = words.firstIndex(of: "--output"), flag + 1 < words.count {
            output = words[flag + 1]
            words.removeSubrange(flag...flag + 1)
        }
        let wanted = cases.filter { each in words.isEmpty || words.contains { each.name.contains($0) } }
        guard !wanted.isEmpty else {
            say("no such case; there are: \(cases.map { $0.name }.joined(separator: ", "))")
            exit(1)
        }
        let report = BenchReport()
        say(MachineFacts.description)
        report.line("Measured on \(MachineFacts.description), with `make bench`.\n")
        var failed = false
        for each in wanted {
            say("\n== \(each.name)")
            do {
                try each.run(report)
            } catch {
                failed = true
                report.line("\n`\(each.name)` could not be measured: \(error)\n")
            }
        }
        say("\n" + report.text)
        if let output {
            do {
                try report.text.write(toFile: output, atomically: true, encoding: .utf8)
            } catch {
                say("cannot write \(output): \(error.localizedDescription)")
                failed = true
            }
        }
        exit(failed ? 1 : 0)
    }
}

protocol BenchmarkCase {
    static var name: String { get }
    /// Cleans up behind itself, whatever happens.
    static func run(_ report: BenchReport) throws
}

struct BenchFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// One line for whoever watches, at once also when the output is a file.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
