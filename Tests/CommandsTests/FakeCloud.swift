import Costs
import Proofs
import Provisioning
import Resources
import Stacks
import Synchronization

@testable import Commands

/// A cloud in memory that takes no time: what is made is there and ready, unless the test says otherwise.
final class FakeCloud: CloudStack, ResourceProvider, LeaseStore, PriceSource {
    struct Memory {
        var world = World(lookups: FakeCloud.lookups)
        var lease: StoredLease?
        var deletions: [DeletionPolicy] = []
        /// Before each look: somebody else at work.
        var looks = 0
        var pushed: [ImageParcel] = []
        /// Of the task that was started last.
        var words: [String] = []
        /// What the next looks at each log group show, one after the other; none left is the end of the test.
        var logs: [String: [CloudLogPage?]] = [:]
        /// What lies in the log bucket, by name.
        var files: [String: [UInt8]] = [:]
        /// Which of them were read.
        var filesRead: [String] = []
        var vitals = CloudVitals(services: [])
        var faults: [CloudFault] = []
        /// What becomes of the next writes, one after the other; then all are done.
        var writes: [CloudWrite] = []
        var written = 0
        /// What was said about the drill's own table.
        var asked: [DrillTable.Statement] = []
        /// What becomes of that.
        var refusal: Report?
        /// When something was broken first.
        var writesBeforeFault: Int?
        /// What the next looks show, one after the other; the last one stays.
        var later: [CloudVitals] = []
        var rotation = CloudRotation(user: "shop", step: .idle, since: 0)
        var tellsUsers = true
        var oldTasks: [[CloudOldTask]] = []
        /// What a rotation did, in order.
        var deeds: [String] = []
        var figures = CloudFigures(vitals: CloudVitals(services: []))
        /// How often they were asked for.
        var figureLooks = 0
        var statements = CloudStatements(window: 0..<0, servers: [])
        /// How long each look at statements was to reach back.
        var statementWindows: [Duration] = []
        var backups = CloudBackups(database: "shop", snapshots: [], window: nil)
        /// What the next looks at the database's clusters show, one after the other; the last one stays.
        var restores: [CloudRestores] = []
        var restoreSteps: [RestoreStep] = []
        /// Copies, or what was set aside.
        var beside: [Observed] = []
        var lastRun: CloudJobEnd?
        /// What has passed while `sleepsNot`.
        var slept = Duration.zero
        /// A sleep takes no time; for verbs that only wait for what was asked.
        var sleepsNot = false
    }

    /// The operator of the tests finds that this process has ended.
    static let deadProcess: Int32 = 666

    let memory = Mutex(Memory())
    let identity: CloudIdentity
    let left: [Remainder]
    let findings: [Finding]
    let failing: [Address: Report]
    let holding: [Address: String]
    let beforeLook: @Sendable (Int, inout World) -> Void

    init(
        left: [Remainder] = [], findings: [Finding] = [], failing: [Address: Report] = [:],
        holding: [Address: String] = [:], region: String = "eu-west-1",
        beforeLook: @escaping @Sendable (Int, inout World) -> Void = { _, _ in }
    ) {
        identity = CloudIdentity(
            account: "123456789012", caller: "arn:aws:iam::123456789012:user/anna", region: region)
        self.left = left
        self.findings = findings
        self.failing = failing
        self.holding = holding
        self.beforeLook = beforeLook
    }

    static let lookups: [Lookup: String] = [
        .account: "123456789012", .partition: "aws", .region: "eu-west-1", .zoneID(0): "euw1-az1",
        .zoneID(1): "euw1-az2", .zoneID(2): "euw1-az3", .zoneName(0): "eu-west-1a", .zoneName(1): "eu-west-1b",
        .zoneName(2): "eu-west-1c", .cloudFrontPrefixList: "pl-cf", .s3PrefixList: "pl-s3",
        .engineVersion("auto"): "17.7", .engineFamily: "aurora-postgresql17", .hostedZone("shop.example.com"): "Z1",
        .image("web"): "web@sha256:1",
    ]

    func session(_ request: CloudRequest) -> CloudSession {
        var stack = request.stack
        stack.region = identity.region
        var time = Timekeeper(ContinuousClock())
        if memory.withLock({ $0.sleepsNot }) {
            time.elapsed = { [self] in memory.withLock { $0.slept } }
            time.sleep = { [self] length in
                // Whoever keeps the lease would have hours pass between two looks of the verb.
                guard length < .seconds(30) else { return try await Task.sleep(for: .seconds(600)) }
                try Task.checkCancellation()
                memory.withLock { $0.slept += length }
                await Task.yield()
            }
        }
        return CloudSession(stack: stack, cloud: self, prices: self, time: time, close: {})
    }

    var world: World { memory.withLock { $0.world } }

    // MARK: CloudStack

    var provider: any ResourceProvider { self }
    var lease: any LeaseStore { self }
    func remains(_ graph: ResourceGraph) async throws -> [Remainder] { left }
    func network(_ graph: ResourceGraph) async throws -> NetworkSighting {
        guard !world.resources.isEmpty else { throw Report("shop has no network in eu-west-1") }
        return NetworkSighting(
            resources: world.resources.values.sorted { $0.address < $1.address }, lookups: world.lookups,
            mainTable: nil,
            prefixLists: ["pl-cf": ["198.51.100.0/24"], "pl-s3": ["203.0.113.0/24"]],
            services: ["com.amazonaws.eu-west-1.s3": "pl-s3"], interfaces: [], blindSpots: [])
    }
    func databaseLogin(_ secret: Observed) async throws -> CloudLogin {
        CloudLogin(user: "shop", password: "swordfish")
    }
    func rotation(of secret: Observed) async throws -> CloudRotation { memory.withLock { $0.rotation } }
    func admitNextLogin(_ secret: Observed, of role: Observed) async throws -> CloudRotation {
        memory.withLock { memory in
            memory.deeds.append("admit")
            memory.rotation = CloudRotation(user: "shop_alternate", step: .admitted, since: 1000)
            return memory.rotation
        }
    }
    func finishRotation(_ secret: Observed, of role: Observed) async throws {
        memory.withLock { memory in
            memory.deeds.append("finish")
            memory.rotation.step = .idle
        }
    }
    func userIsTold(to service: Observed) async throws -> Bool { memory.withLock { $0.tellsUsers } }
    /// What the next looks show, one after the other; then none.
    func tasks(of world: World, startedBefore moment: Int) async throws -> [CloudOldTask] {
        memory.withLock { $0.oldTasks.isEmpty ? [] : $0.oldTasks.removeFirst() }
    }
    func renewTasks(of service: Observed) async throws -> Observed {
        memory.withLock { $0.deeds.append("renew \(service.address)") }
        return service
    }
    func setTasks(of service: Observed, to count: Int) async throws {
        memory.withLock { memory in
            guard case .ecsService(var settings)? = memory.world.resources[service.address]?.settings else { return }
            settings.desiredCount = count
            memory.world.resources[service.address]?.settings = .ecsService(settings)
        }
    }
    func hold(_ target: Observed, at tasks: Int, until moment: Int, then bounds: ClosedRange<Int>) async throws {
        rebound(target, to: bounds, TaskHold(tasks: tasks, until: moment))
    }
    func release(_ target: Observed, to bounds: ClosedRange<Int>) async throws { rebound(target, to: bounds, nil) }
    private func rebound(_ target: Observed, to bounds: ClosedRange<Int>, _ hold: TaskHold?) {
        memory.withLock { memory in
            guard case .scalableTarget(var found)? = memory.world.resources[target.address]?.settings else { return }
            (found.min, found.max, found.hold) = (bounds.lowerBound, bounds.upperBound, hold)
            memory.world.resources[target.address]?.settings = .scalableTarget(found)
        }
    }
    func revisions(of service: Observed, family: String) async throws -> [Revision] {
        guard case .ecsService(let settings)? = world.resources[service.address]?.settings else { return [] }
        let running = settings.taskDefinition.literal ?? ""
        let arns = [5, 3].map { "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:\($0)" }
        return [
            Revision(number: 7, arn: running, image: "web@sha256:7", isRunning: !arns.contains(running)),
            Revision(number: 5, arn: arns[0], image: "web@sha256:5", isRunning: running == arns[0]),
            Revision(number: 3, arn: arns[1], image: "web@sha256:3", isRunning: running == arns[1]),
        ]
    }
    func digest(of image: ImageReference) async throws -> String? {
        image.ecr?.account == identity.account ? image.digest ?? "sha256:" + String(repeating: "e", count: 64) : nil
    }
    func push(
        _ image: ImageParcel, to repository: Observed, progress: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        memory.withLock { $0.pushed.append(image) }
        progress("part 1 of 1 sent")
        return "\(repository.facts[.url] ?? "")@\(image.digest)"
    }
    func logPage(
        of group: String, in place: Place, from start: Int, after mark: String?
    ) async throws -> CloudLogPage? {
        try memory.withLock { memory in
            guard let next = memory.logs[group]?.first else { throw Report("no more of \(group)") }
            memory.logs[group]?.removeFirst()
            return next
        }
    }
    func logFiles(
        in bucket: String, beginning prefix: String, after name: String?, atMost count: Int?
    ) async throws -> [CloudLogFile] {
        memory.withLock { memory in
            let names = memory.files.keys.filter { $0.hasPrefix(prefix) && $0 > name ?? "" }.sorted()
            return names.prefix(count ?? names.count).map { name in
                CloudLogFile(name: name, bytes: memory.files[name]?.count ?? 0)
            }
        }
    }
    func logFile(_ name: String, in bucket: String) async throws -> [UInt8]? {
        memory.withLock { memory in
            memory.filesRead.append("s3://\(bucket)/\(name)")
            return memory.files[name]
        }
    }
    /// Starts when it is looked at for the second time, and ends at the third; `exit 3` ends so, `vanish` runs nothing, `wait` ends
    /// when it is stopped.
    func startTask(of service: Observed, container: String, running words: [String]) async throws -> CloudTask {
        memory.withLock { $0.words = words }
        return CloudTask(
            id: "arn:aws:ecs:eu-west-1:123456789012:task/shop/4711", cluster: "shop", container: container, log: nil)
    }
    func look(at task: CloudTask, after mark: String?) async throws -> CloudTaskLook {
        let (words, number) = (memory.withLock { $0.words }, Int(mark ?? "0") ?? 0)
        if words.last == "wait" { return CloudTaskLook(state: "running", lines: [], mark: mark, end: nil) }
        let exit = words.first == "vanish" ? nil : words.first == "exit" ? Int(words.last ?? "") : 0
        return CloudTaskLook(
            state: ["provisioning", "running", "stopped"][min(number, 2)],
            lines: number == 0 || number == 3 ? [] : ["line \(number)"], mark: "\(number + 1)",
            end: number < 2 ? nil : .init(exitCode: exit, reason: "CannotPullContainerError"))
    }
    func lastRun(of machine: Observed) async throws -> CloudJobEnd? { memory.withLock { $0.lastRun } }
    func vitals(of world: World) async throws -> CloudVitals {
        memory.withLock { memory in
            if !memory.later.isEmpty { memory.vitals = memory.later.removeFirst() }
            return memory.vitals
        }
    }
    func figures(of world: World) async throws -> CloudFigures {
        memory.withLock {
            $0.figureLooks += 1
            return $0.figures
        }
    }
    func statements(of world: World, over length: Duration, most: Int) async throws -> CloudStatements {
        memory.withLock { memory in
            memory.statementWindows.append(length)
            var shown = memory.statements
            for index in shown.servers.indices {
                shown.servers[index].statements = shown.servers[index].statements.map { Array($0.prefix(most)) }
            }
            return shown
        }
    }
    /// A snapshot is available when it is looked at for the second time.
    func backups(of world: World) async throws -> CloudBackups {
        memory.withLock { memory in
            let shown = memory.backups
            for index in memory.backups.snapshots.indices where memory.backups.snapshots[index].state == "creating" {
                memory.backups.snapshots[index].state = "available"
                memory.backups.snapshots[index].made = 1_796_004_000
            }
            return shown
        }
    }
    func makeBackup(of world: World, named name: String) async throws {
        memory.withLock {
            $0.backups.snapshots.append(.init(name: name, made: nil, state: "creating", isManual: true))
        }
    }
    func restores(of graph: ResourceGraph, in world: World) async throws -> CloudRestores {
        memory.withLock { memory in
            if memory.restores.count > 1 { return memory.restores.removeFirst() }
            return memory.restores.first ?? CloudRestores(clusters: [])
        }
    }
    func carryOut(_ step: RestoreStep, of graph: ResourceGraph, in world: World) async throws {
        memory.withLock { $0.restoreSteps.append(step) }
    }
    func restored(_ part: RestoredPart, of graph: ResourceGraph) async throws -> [Observed] {
        memory.withLock { $0.beside }
    }
    func snapshot(_ name: String, of graph: ResourceGraph) async throws {
        guard memory.withLock({ $0.backups.snapshots.contains { $0.name == name } }) else {
            throw Report("there is no snapshot \(name) of the database of shop")
        }
    }
    func forgetAnswers(of distribution: Observed) async throws {
        memory.withLock { $0.deeds.append("forget \(distribution.address)") }
    }
    func inject(_ fault: CloudFault, in world: World) async throws -> CloudInjection {
        memory.withLock {
            $0.faults.append(fault)
            $0.writesBeforeFault = $0.writesBeforeFault ?? $0.written
        }
        return CloudInjection(what: ["broke \(fault)"], zone: "eu-west-1b")
    }
    func write(in world: World, within limit: Duration) async throws -> CloudWrite {
        memory.withLock { memory in
            memory.written += 1
            return memory.writes.isEmpty ? .done : memory.writes.removeFirst()
        }
    }
    func ask(_ statement: DrillTable.Statement, of copy: String?, in world: World) async throws -> [Int] {
        try memory.withLock { memory in
            memory.asked.append(statement)
            if let refusal = memory.refusal { throw refusal }
            return []
        }
    }
    func openSession(
        in service: Observed, container: String, task: String?, running words: [String]
    ) async throws -> CloudPluginSession {
        memory.withLock { $0.words = words }
        return CloudPluginSession(
            task: task ?? "4711", answer: #"{"tokenValue":"hush"}"#,
            asked: #"{"Target":"ecs:shop_\#(task ?? "4711")_abc"}"#, endpoint: "https://ecs.eu-west-1.amazonaws.com")
    }
    func openForward(through services: [Observed], to host: String, port: String) async throws -> CloudPluginSession {
        CloudPluginSession(
            task: "4711", answer: #"{"tokenValue":"hush"}"#, asked: #"{"host":"\#(host)"}"#,
            endpoint: "https://ssm.eu-west-1.amazonaws.com")
    }
    func stop(_ task: CloudTask) async throws { memory.withLock { $0.words = [] } }
    func examine(_ stack: Stack) async -> AsyncStream<Finding> {
        AsyncStream { continuation in
            for finding in findings { continuation.yield(finding) }
            continuation.finish()
        }
    }

    // MARK: PriceSource

    /// A gateway costs a tenth of a cent more than the snapshot says.
    func products(_ query: PriceQuery) async throws -> [ListedProduct] {
        guard query.service == "AmazonEC2" else { return [] }
        return [
            ListedProduct(
                family: "NAT Gateway", usageType: "EU-NatGateway-Hours", operation: "NatGateway",
                published: "2026-11-20",
                steps: [ListedProduct.Step(from: "0", each: "0.0490000000")])
        ]
    }

    // MARK: LeaseStore

    func read() async throws -> StoredLease? { memory.withLock { $0.lease } }
    func create(_ text: String) async throws -> Bool {
        memory.withLock { memory in
            guard memory.lease == nil else { return false }
            memory.lease = StoredLease(text: text, version: 1, age: .zero)
            return true
        }
    }
    func overwrite(_ text: String) async throws -> Int {
        memory.withLock { memory in
            let version = (memory.lease?.version ?? 0) + 1
            memory.lease = StoredLease(text: text, version: version, age: .zero)
            return version
        }
    }
    func remove() async throws { memory.withLock { $0.lease = nil } }

    // MARK: ResourceProvider

    func discover(_ graph: ResourceGraph) async throws -> World {
        memory.withLock { memory in
            memory.looks += 1
            beforeLook(memory.looks, &memory.world)
            return memory.world
        }
    }

    func create(_ resource: Resource, knowing facts: KnownFacts) async throws -> Observed {
        if let report = failing[resource.address] { throw report }
        let told = resource.kind.facts.map { ($0, "\(resource.address)/\($0.rawValue)") }
        let observed = Observed(
            resource.address, resource.settings.resolved(knowing: facts),
            facts: Dictionary(told) { first, _ in first }, tags: resource.tags, place: resource.place)
        memory.withLock { $0.world.resources[resource.address] = observed }
        return observed
    }

    func update(_ resource: Resource, from observed: Observed, knowing facts: KnownFacts) async throws -> Observed {
        var changed = observed
        changed.settings = resource.settings.resolved(knowing: facts)
        if case .scalableTarget(let found) = observed.settings, case .scalableTarget(var wanted) = changed.settings {
            wanted.hold = found.hold
            changed.settings = .scalableTarget(wanted)
        }
        changed.tags.merge(resource.tags) { $1 }
        memory.withLock { [changed] in $0.world.resources[resource.address] = changed }
        return changed
    }

    func waitUntilReady(
        _ resource: Resource, _ observed: Observed, knowing facts: KnownFacts,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> Observed { observed }

    func delete(_ observed: Observed, policy: DeletionPolicy) async throws {
        if let what = holding[observed.address], policy == .keepData { throw KeptData(holding: what) }
        memory.withLock { memory in
            memory.deletions.append(policy)
            memory.world.resources[observed.address] = nil
        }
    }

    func waitUntilGone(_ observed: Observed, progress: @escaping @Sendable (String) -> Void) async throws {}
}
