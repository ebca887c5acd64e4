import Foundation
import Plans
import Provisioning
import Resources
import Stacks

/// A stack in the cloud as `status` tells it, and as its JSON. Names and meanings stay from version to version.
struct CloudStatus: Sendable, Equatable, Encodable {
    struct Group: Sendable, Equatable, Encodable {
        /// `network`, `data`, `application`, `edge`, `operations`
        var name: String
        /// Resources that the manifest asks for.
        var wanted: Int
        var ready: Int
        var pending: Int
        var failed: Int
    }

    struct Trouble: Sendable, Equatable, Encodable {
        var address: String
        /// `pending`, `failed`, `deleting`, `missing`, `stray`
        var state: String
        var text: String
    }

    struct Running: Sendable, Equatable, Encodable {
        var name: String
        /// Tasks that ECS keeps running now.
        var desired: Int
        var state: String
        var image: String
        /// Until when nothing but an operator changes the number: `2026-11-30T15:20:00Z`; nil where scaling does.
        var heldUntil: String?
    }

    /// One that is in alarm.
    struct Alarm: Sendable, Equatable, Encodable {
        /// As the manifest calls it: `web-errors`.
        var name: String
        /// CloudWatch's.
        var reason: String
    }

    var stack: String
    /// `absent`, `ready`, `changing` or `degraded`
    var phase: String
    var identity: CloudIdentity
    var url: String?
    var writer: String?
    var reader: String?
    var groups: [Group]
    var services: [Running]
    var jobs: [CloudJob]
    var troubles: [Trouble]
    var alarms: [Alarm]
    /// By action: what `up` would do.
    var differences: [String: Int]

    init(_ look: CloudLook, _ session: CloudSession, now: Date) async throws {
        let endpoints = CloudEndpoints(session.stack, look.graph, KnownFacts(look.world))
        stack = session.stack.fullName
        identity = session.cloud.identity
        (url, writer, reader) = (endpoints.url, endpoints.writer, endpoints.reader)
        groups = ResourceGroup.allCases.map { Group($0, look) }.filter { $0.wanted > 0 }
        services = look.graph.resources.compactMap { Running($0, look) }
        jobs = try await CloudJob.all(look, session, now: now)
        troubles = Self.troubles(look)
        let isThere = !look.world.resources.isEmpty
        alarms = isThere ? try await session.cloud.vitals(of: look.world).alarms.map { Alarm($0) } : []
        differences = Dictionary(
            ResourceChange.ActionName.allCases.map { ($0.rawValue, look.plan.count($0)) }.filter { $0.1 > 0 }
        ) { first, _ in first }
        phase = Self.phase(look, troubles)
    }

    private static func phase(_ look: CloudLook, _ troubles: [Trouble]) -> String {
        if look.world.resources.isEmpty { return "absent" }
        if troubles.contains(where: { $0.state == "failed" || $0.state == "missing" }) { return "degraded" }
        return troubles.isEmpty ? "ready" : "changing"
    }

    private static func troubles(_ look: CloudLook) -> [Trouble] {
        guard !look.world.resources.isEmpty else { return [] }
        let existing = look.world.resources.values.sorted { $0.address < $1.address }.compactMap { observed in
            observed.state.trouble.map { Trouble(address: observed.address.text, state: $0.0, text: $0.1) }
        }
        let missing = look.plan.changes.filter { $0.action == .create }.map {
            Trouble(address: $0.address.text, state: "missing", text: "does not exist")
        }
        let strays = look.world.strays.map {
            let what = DrillRemains.isLeft($0) ? "left by a drill" : "a second one"
            return Trouble(
                address: $0.address.text, state: "stray", text: "\(what): \($0.facts[.arn] ?? $0.facts[.id] ?? "")")
        }
        return existing + missing + strays
    }
}

extension Observed.State {
    /// A word and a text; nil when all is well.
    fileprivate var trouble: (String, String)? {
        switch self {
        case .ready: nil
        case .pending(let reason): ("pending", reason)
        case .failed(let reason): ("failed", reason)
        case .deleting: ("deleting", "is being deleted")
        }
    }
}

extension CloudStatus.Alarm {
    fileprivate init(_ alarm: CloudVitals.Alarm) { self.init(name: alarm.word, reason: alarm.reason) }
}

extension CloudStatus.Group {
    fileprivate init(_ group: ResourceGroup, _ look: CloudLook) {
        let wanted = look.graph.resources.filter { $0.address.group == group }
        let states = wanted.compactMap { look.world.resources[$0.address]?.state }
        name = group.rawValue
        self.wanted = wanted.count
        ready = states.count { $0 == .ready }
        pending = states.count { if case .pending = $0 { true } else { $0 == .deleting } }
        failed = states.count { if case .failed = $0 { true } else { false } }
    }
}

extension CloudStatus.Running {
    /// Nil for what is no service, and for one that does not exist.
    fileprivate init?(_ resource: Resource, _ look: CloudLook) {
        guard resource.kind == .ecsService, let observed = look.world.resources[resource.address],
            case .ecsService(let settings) = observed.settings
        else { return nil }
        name = String(resource.address.text.split(separator: ".").last ?? "")
        desired = settings.desiredCount
        state =
            switch observed.state {
            case .ready: "steady"
            case .pending(let reason): reason
            case .failed(let reason): "failed: \(reason)"
            case .deleting: "draining"
            }
        let definition = Address(.application, ResourceKind.taskDefinition.rawValue, name)
        image = ""
        if case .taskDefinition(let definition)? = look.world.resources[definition]?.settings {
            image = definition.containers.first?.image.literal ?? ""
        }
        heldUntil = look.holds[name].map { CloudLook.text($0.until) }
    }
}

/// `status --on aws`.
struct CloudStatusReading: Sendable {
    var request: CloudRequest
    var json: Bool

    func callAsFunction() async throws {
        let surroundings = Surroundings.current
        let now = surroundings.now()
        let status = try await request.open { session in
            try await CloudStatus(try await CloudLook.take(session), session, now: now)
        }
        if json {
            surroundings.output(try ChangeDocument.pretty(status))
        } else {
            let width = surroundings.isOutputTerminal ? surroundings.windowSize().columns : 80
            surroundings.output(
                CloudStatusView(style: surroundings.style, width: max(40, width), now: now).text(status))
        }
    }
}
