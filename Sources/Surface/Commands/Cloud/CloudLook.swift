import Foundation
import Plans
import Provisioning
import Resources
import Stacks

/// A stack beside what exists of it.
struct CloudLook: Sendable {
    var graph: ResourceGraph
    var world: World
    var plan: ResourcePlan
    /// Nobody held the stack's lease when the look began.
    var wasFree = false

    /// What a manifest lacks to run in the cloud is said before anybody is asked for anything.
    static func obstaclesAreNone(_ stack: Stack) throws(Reports) {
        let obstacles = StackResources.obstacles(to: stack)
        guard obstacles.isEmpty else { throw Reports(all: obstacles) }
    }

    /// Reads only.
    static func take(_ session: CloudSession, allowing: Set<Address> = []) async throws -> CloudLook {
        let graph = StackResources.graph(of: session.stack)
        let world = try await session.cloud.provider.discover(graph)
        return CloudLook(graph: graph, world: world, plan: ResourcePlanner.plan(graph, world, allowing: allowing))
    }

    /// For whoever is about to change the stack: with whether somebody else was at work.
    static func beforeChange(
        _ session: CloudSession, _ look: @Sendable () async throws -> CloudLook
    ) async throws -> CloudLook {
        async let isFree = isFree(session)
        var taken = try await look()
        taken.wasFree = await isFree
        return taken
    }

    /// False also when nobody can tell.
    private static func isFree(_ session: CloudSession) async -> Bool {
        do { return try await session.cloud.lease.read() == nil } catch { return false }
    }

    /// For whoever makes something of where the database is: while a restore in place is under way, that is the wrong place.
    func refuseInterruptedRestore() throws(Report) {
        let clusters = world.resources.values.filter { $0.settings.kind == .databaseCluster }
        guard let database = clusters.first(where: { $0.tags["terrace:kept"] != nil }) else { return }
        throw Report(
            "\(database.address) is being set aside: a restore in place was interrupted", state: "nothing was changed",
            next: "`terrace db restore --in-place --on aws`, with the --to or --snapshot that it had, continues it")
    }

    /// What the plan does not do although one might expect it.
    func notes(_ stack: Stack) -> [String] {
        let images = missingImages.map { image in
            let place = image.repository.map { "to \($0)" } ?? "to its repository, which this makes"
            return "no image of \(image.service) was pushed \(place); its tasks start once there is one"
        }
        let holds = self.holds.sorted { $0.key < $1.key }.map { service, hold in
            "\(service) is held at \(hold.tasks) until \(Self.text(hold.until)): `up` leaves that alone, "
                + "`terrace scale \(service) --reset --on aws` ends it"
        }
        return images + missingSecrets.map { "the secret \($0) must be given by you; `up` says how" } + holds
            + StackResources.notes(of: stack)
    }

    /// By service: numbers of tasks that an operator has set for a while.
    var holds: [String: TaskHold] {
        let held = world.resources.values.compactMap { observed -> (String, TaskHold)? in
            guard case .scalableTarget(let target) = observed.settings, let hold = target.hold else { return nil }
            return (observed.address.text.split(separator: ".").last.map(String.init) ?? "", hold)
        }
        return Dictionary(held) { first, _ in first }
    }

    /// `2026-11-30T15:20:00Z`
    static func text(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    /// Names of secrets that the user has to make and has not made.
    private var missingSecrets: [String] {
        graph.resources.compactMap { resource in
            guard case .secret(let secret) = resource.settings, case .given(let name) = secret.content,
                world.resources[resource.address] == nil
            else { return nil }
            return name
        }
    }

    /// Services whose image nobody has pushed yet, each with where it belongs.
    var missingImages: [MissingImage] {
        graph.resources.compactMap { resource in
            guard case .taskDefinition(let definition) = resource.settings else { return nil }
            let lookups = definition.containers.flatMap(\.image.lookups)
            for case .image(let service) in lookups where world.lookups[.image(service)] == nil {
                let repository = Address(.application, ResourceKind.repository.rawValue, service)
                return MissingImage(service: service, repository: world.resources[repository]?.facts[.url])
            }
            return nil
        }
    }
}

struct MissingImage: Sendable, Equatable {
    var service: String
    /// Nil while the repository is still to be made.
    var repository: String?
}

/// Several reports that a user should see together.
struct Reports: Error {
    var all: [Report]
}
