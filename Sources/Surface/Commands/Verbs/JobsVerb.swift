import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct JobsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Show the jobs of the manifest, or start one now.",
        discussion: """
            A job is a command that runs at certain times as one task of a service:
              jobs:
                report:
                  schedule: "30 3 * * MON-FRI"
                  timezone: Europe/Berlin
                  command: [./guestbook, report]

            A start is skipped while the run before goes on, and one whose time passed
            while the stack was down or the machine slept is not made up.

            On aws, EventBridge Scheduler starts each job as a task of its own, also while
            the run before goes on, and Step Functions ends it at its timeout.

            A run that fails or is ended at its timeout is an alarm, NAME-failed.

            Examples:
              terrace jobs
              terrace jobs run report
              terrace jobs --on aws
              terrace logs web.job-report
            """,
        subcommands: [JobsList.self, JobsRun.self], defaultSubcommand: JobsList.self)
}

struct JobsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "When each job starts next, and how it ended last.",
        discussion: """
            On aws: when EventBridge Scheduler starts each next, whether it is as the
            manifest says, and how the last run that it started ended; what a run wrote
            is in CloudWatch, in the log of its service.

            Examples:
              terrace jobs
              terrace jobs list --json
              terrace jobs --on aws
            """)

    @Flag(help: "Print them as JSON; times are in UTC.")
    var json = false

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudJobsReading(request: manifest.stack.request(stack), json: json)()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let status = try await running.client.status()
        let surroundings = Surroundings.current
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .iso8601
            return surroundings.output(String(decoding: try encoder.encode(status.jobs), as: UTF8.self) + "\n")
        }
        guard !status.jobs.isEmpty else { return surroundings.say("\(status.stack) has no jobs") }
        let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 100
        let view = JobsView(style: surroundings.style, now: surroundings.now())
        surroundings.output(view.lines(status.jobs, width: max(40, width)).joined(separator: "\n") + "\n")
    }
}

struct JobsRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start a job now, whatever its schedule says.",
        discussion: """
            What it writes is shown as it comes and goes into its service's log; its exit
            code is that of this command, 124 when its timeout ended it. Ctrl-C ends it.

            On aws: a task of its own of the version that the service has, on Fargate. Its
            lines come from CloudWatch. This verb ends it at its timeout, half a minute of
            Fargate's own in it; the alarm and `terrace jobs` do not count it.

            Examples:
              terrace jobs run report
              terrace jobs run report --on aws
            """)

    @Argument(help: "Which job.")
    var name: String

    @OptionGroup var manifest: ManifestOption

    func run() async throws {
        guard manifest.stack.on == .local else {
            let stack = try manifest.place().checked().stack
            return try await CloudJobRun(request: manifest.stack.request(stack), name: name)()
        }
        let running = try await RunningStack.required(try manifest.localPlace())
        let surroundings = Surroundings.current
        let run = try await running.client.runJob(name) { line in
            (line.stream == .out ? surroundings.output : surroundings.errors)(line.text + "\n")
        }
        if run.result != .notStarted, let reason = run.reason {
            surroundings.errors(
                "the job \(reason); `memory:` of its service in the manifest sets how much it may use\n")
        }
        if let code = try code(of: run) { throw ExitCode(code) }
    }

    private func code(of run: JobRun) throws -> Int32? {
        switch run.result {
        case .succeeded: return nil
        // As timeout(1) says it.
        case .timedOut: return 124
        case .notStarted: throw Report("the job \(name) was not started: \(run.reason ?? "")")
        default: return Int32(run.signal.map { 128 + $0 } ?? run.exitCode ?? 1)
        }
    }
}
