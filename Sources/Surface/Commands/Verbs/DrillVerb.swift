import ArgumentParser
import Drills
import Foundation
import LocalTarget
import Provisioning
import Stacks

struct DrillVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Break one thing on purpose and measure what users notice.",
        discussion: """
            While something is broken, a steady load of reads and writes goes through the
            edge, and commits of the drill's own through the writer's endpoint. The report
            says what failed, the longest pause, which acknowledged commits were lost and
            when everything ran again, beside what the same drill gave last time. All is
            mended in the end, also after Ctrl-C or when this process is killed.

            \(DrillVerb.names)
            Exit code 1 when the hypothesis does not hold.

            On aws: task, zone, writer, reader, rotation, bad-deploy and restore, by AWS's
            own interfaces; what they stop comes back by itself, ECS takes back what they
            deploy, and restore removes its copy and its table (after a kill, the next up
            does). Alarms must be quiet before, and a drill ends before its time when
            another alarm goes off or too many requests fail. The load goes to the edge's
            public address, as fast as the stack's firewall lets one address.

            Examples:
              terrace drill task
              terrace drill zone --on aws
              terrace drill zone --duration 20s --yes
              terrace drill all --yes --report drills.html
            """)

    @Argument(help: "Which drill, or all.", completion: .list(DrillName.allCases.map(\.rawValue) + ["all"]))
    var name: DrillChoice

    @Option(help: ArgumentHelp("How long what was broken stays so: 10s, 1m.", valueName: "time"))
    var duration: Since?

    @Option(
        help: ArgumentHelp(
            "Requests a second through the edge, at most 1000. (default: 50, or what the firewall on aws lets pass)",
            valueName: "number"))
    var rate: Int?

    @Option(
        help: ArgumentHelp("On aws: where the load goes in place of the edge's own address.", valueName: "url"))
    var through: VisitAddress?

    @Option(help: ArgumentHelp("Repeats the order of reads and writes of an earlier drill.", valueName: "number"))
    var seed: UInt64?

    @Flag(help: "Do not ask first.")
    var yes = false

    @Flag(help: "Print the result as JSON; times are in seconds.")
    var json = false

    @Option(help: ArgumentHelp("Write a page with charts to this file.", valueName: "file"), completion: .file())
    var report: String?

    @OptionGroup var manifest: ManifestOption

    private static var names: String {
        let width = DrillName.allCases.map(\.rawValue.count).max() ?? 0
        return DrillName.allCases.map { name in
            let gap = String(repeating: " ", count: width - name.rawValue.count + 2)
            return "  \(name.rawValue)\(gap)\(name.help)\n"
        }.joined()
    }

    func validate() throws {
        if let rate, !(1...1000).contains(rate) { throw ValidationError("--rate is 1 to 1000.") }
        if through != nil, manifest.stack.on == .local { throw ValidationError("--through is for --on aws.") }
        if let duration, !(1...600).contains(duration.seconds) {
            throw ValidationError("--duration is 1s to 10m.")
        }
        if json, !yes { throw ValidationError("--json needs --yes: nobody can be asked.") }
    }

    func run() async throws {
        let place = try manifest.place()
        let (stack, _) = try place.checked()
        let drills = place.stackFolder.url.appending(path: "drills")
        guard manifest.stack.on == .local else {
            try CloudLook.obstaclesAreNone(stack)
            return try await manifest.stack.request(stack).open { session in
                let ground = CloudGround(session: session, look: try await CloudLook.take(session), through: through)
                let identity = session.cloud.identity
                try await hold(
                    on: ground, place: "\(session.stack.fullName) in account \(identity.account), \(identity.region)",
                    history: DrillHistory(folder: drills.appending(path: "aws")))
            }
        }
        let running = try await RunningStack.required(place)
        try await hold(
            on: LocalGround(stack: stack, client: running.client), place: stack.fullName,
            history: DrillHistory(folder: drills))
    }

    private func hold(on ground: any DrillGround, place: String, history: DrillHistory) async throws {
        let session = DrillSession(
            ground: ground, history: history,
            options: DrillCourse.Options(
                hold: duration.map { .seconds($0.seconds) }, perSecond: try ground.rate(rate),
                seed: seed ?? UInt64.random(in: 1...999_999)), json: json)
        try confirm(ground, place)
        let holds = try await session.run(name, report: report)
        if !holds { throw ExitCode(1) }
    }

    private func confirm(_ ground: any DrillGround, _ place: String) throws {
        guard !yes else { return }
        let what = name.drills.map { "  \($0.rawValue): \(ground.summary($0))\n" }.joined()
        guard Surroundings.current.confirms("This happens to \(place):\n\(what)Go on?") else {
            throw Report("nobody said yes", state: "nothing was broken", next: "`--yes` begins without asking")
        }
    }
}

/// One drill by its name, or all of them.
enum DrillChoice: ExpressibleByArgument, Equatable {
    case one(DrillName)
    case all

    init?(argument: String) {
        guard argument != "all" else {
            self = .all
            return
        }
        guard let name = DrillName(rawValue: argument) else { return nil }
        self = .one(name)
    }

    /// For the shell's completion, and for whoever mistyped one.
    static var allValueStrings: [String] { DrillName.allCases.map(\.rawValue) + ["all"] }

    var drills: [DrillName] {
        switch self {
        case .one(let name): [name]
        case .all: DrillName.allCases
        }
    }
}

extension DrillName {
    /// Short enough for a line of help.
    var help: String {
        switch self {
        case .task: "one task is killed"
        case .zone: "the zone of the database's writer is lost"
        case .writer: "the writer is killed"
        case .writerHang: "the writer hangs"
        case .reader: "the reader is killed"
        case .badDeploy: "a version that cannot run is deployed"
        case .connectionExhaustion: "somebody takes all connections"
        case .cacheStampede: "many ask for what the cache has just lost"
        case .slowStart: "a task is slow to start"
        case .rotation: "the database's password changes"
        case .restore: "the database as it was a moment ago"
        case .fullDisk: "the database's disk is full"
        }
    }
}
