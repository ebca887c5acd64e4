import Foundation
import PeerKit

/// What one provisioner did from an empty account to an empty account.
struct Lifecycle {
    struct Step {
        var run: MeasuredRun
        var figures: CallFigures
    }

    var steps: [Provisioner.Verb: Step] = [:]

    /// - Parameter verbs: those that are measured; `up` is always run.
    static func measured(
        _ provisioner: Provisioner, services: Int = 1, speed: Double = BenchCloud.speed,
        verbs: [Provisioner.Verb] = Provisioner.Verb.allCases
    ) throws -> Lifecycle {
        try Workspace.with { workspace in
            try BenchCloud.with(speed: speed) { cloud in
                try provisioner.prepare(workspace.folder, services: services)
                var lifecycle = Lifecycle()
                for verb in Provisioner.Verb.allCases where verbs.contains(verb) || verb == .up {
                    cloud.proxy.restart()
                    let command = try provisioner.command(verb)
                    let run = try MeasuredRun.of(command, in: workspace.folder, environment: cloud.environment)
                    let step = Step(run: run, figures: CallFigures(cloud.proxy.calls))
                    let told = "\(run.wall.text(digits: 1)) s, \(step.figures.calls) calls"
                    say("\(provisioner.rawValue) \(verb), \(services) services: \(told)")
                    guard run.status == 0 else {
                        let words = "`\(command.joined(separator: " "))` ended with \(run.status)"
                        throw BenchFailure("\(words):\n\(run.output.suffix(3000))")
                    }
                    lifecycle.steps[verb] = step
                }
                return lifecycle
            }
        }
    }
}

/// The lifecycles that three cases share, measured once.
enum SharedLifecycles {
    /// Of each provisioner; `BENCH_RUNS` in the environment says another number.
    static let runs = ProcessInfo.processInfo.environment["BENCH_RUNS"].flatMap { Int($0) } ?? 3
    nonisolated(unsafe) private static var found: [(Provisioner, [Lifecycle])]?

    static func all() throws -> [(Provisioner, [Lifecycle])] {
        if let found { return found }
        // In turn, so that a machine that slows down slows both.
        var lifecycles = try Provisioner.installed().map { ($0, [Lifecycle]()) }
        for _ in 0..<runs {
            for index in lifecycles.indices {
                lifecycles[index].1.append(try Lifecycle.measured(lifecycles[index].0))
            }
        }
        found = lifecycles
        return lifecycles
    }

    static func report(_ verb: Provisioner.Verb, _ title: String, _ report: BenchReport) throws {
        report.title(title)
        let rows = try all().map { provisioner, lifecycles in
            let steps = lifecycles.compactMap { $0.steps[verb] }
            func series(_ value: (Lifecycle.Step) -> Double, _ digits: Int, _ unit: String) -> String {
                Series(values: steps.map(value)).text(digits: digits, unit: unit)
            }
            return [
                provisioner.rawValue, series({ $0.run.wall }, 1, "s"), series({ Double($0.figures.calls) }, 0, ""),
                series({ Double($0.figures.mutating) }, 0, ""), series({ Double($0.figures.depth) }, 0, ""),
                series({ Double($0.figures.mostAtOnce) }, 0, ""), series({ $0.run.processor }, 1, "s"),
                series({ $0.run.peak }, 0, "MB"),
            ]
        }
        report.table(
            ["", "wall", "calls", "mutating", "one after another", "at once", "processor", "peak memory"], rows)
        report.method(
            """
            min / median / max of \(runs) runs in turn. One service and a database, private origin. moto with AWS's rules around it, \
            behind a proxy that holds each call for 80 ms; creations and deletions take a sixtieth of real life. "One after another" is \
            the longest sequence of calls that did not overlap; memory is the largest sum over the program's processes.
            """)
    }
}
