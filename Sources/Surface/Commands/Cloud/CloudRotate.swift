import Foundation
import Plans
import Provisioning
import Resources
import Stacks

/// `db rotate --on aws`: the role that is not in use gets a new password and takes its turn, every service's tasks are started anew
/// by a rolling deployment, and when no task is left that was told the password before, that one is of no use any more. How far it
/// is stands in the labels of the secret's versions, so the same command continues what was killed.
struct CloudRotate: Sendable {
    let session: CloudSession
    /// What is under way.
    var told: @Sendable (String) -> Void

    private static let interval = Duration.seconds(5)
    /// Jobs and tasks of `run` are waited for as well: what they do must not fail.
    private static let patience = Duration.seconds(1800)
    private static let both = "both passwords are valid; tasks that start are told the new one"

    static func run(_ request: CloudRequest) async throws {
        try CloudDatabase.isWanted(request.stack)
        try CloudLook.obstaclesAreNone(request.stack)
        let surroundings = Surroundings.current
        let user = try await request.open { session in
            try await CloudService.change(session, "terrace db rotate") {
                try await CloudRotate(session: session, told: { surroundings.say("  \($0)") })()
            }
        }
        surroundings.say("the application logs in as \(user) with a new password; the old one is of no use")
    }

    /// For whoever holds the lease; as whom the application logs in then.
    func callAsFunction() async throws -> String {
        let look = try await CloudLook.take(session)
        try look.refuseInterruptedRestore()
        guard let secret = look.world.resources[StackResources.databaseSecret],
            let role = look.world.resources.values.first(where: { $0.settings.kind == .databaseRole })
        else {
            throw Report(
                "the application's role in the database of \(session.stack.fullName) does not exist yet",
                state: "nothing was changed", next: "`terrace up --on aws` makes it, or makes it whole")
        }
        var rotation = try await session.cloud.rotation(of: secret)
        if rotation.step == .admitted {
            told("continues a rotation that was not finished")
        } else {
            try await refuseToldUsers(look)
            rotation = try await session.cloud.admitNextLogin(secret, of: role)
        }
        try await renew(look, rotation)
        try await session.cloud.finishRotation(secret, of: role)
        return rotation.user
    }

    /// A task whose definition names the user itself would be told another one's password.
    private func refuseToldUsers(_ look: CloudLook) async throws {
        for service in services(look) where try await !session.cloud.userIsTold(to: service) {
            throw Report(
                "the release that \(service.shortName) runs names the database's user in itself: it would be given another one's "
                    + "password",
                state: "nothing was changed",
                next: "`terrace deploy \(service.shortName) --on aws` makes one that takes both from the secret")
        }
    }

    private func services(_ look: CloudLook) -> [Observed] {
        look.world.resources.values.filter { $0.settings.kind == .ecsService }.sorted { $0.address < $1.address }
    }

    // MARK: - Tasks

    private func renew(_ look: CloudLook, _ rotation: CloudRotation) async throws {
        let old = try await session.cloud.tasks(of: look.world, startedBefore: rotation.since)
        let names = Set(old.compactMap(\.service))
        var begun: [(Resource, Observed)] = []
        for service in services(look) where names.contains(service.shortName) {
            let resource = Resource(service.address, service.settings, tags: service.tags, place: service.place)
            begun.append((resource, try await session.cloud.renewTasks(of: service)))
        }
        let facts = KnownFacts(look.world)
        for (resource, service) in begun {
            _ = try await session.cloud.provider.waitUntilReady(resource, service, knowing: facts) {
                told("\(service.shortName): \($0.printable)")
            }
        }
        try await waitForTheLast(look, rotation)
    }

    private func waitForTheLast(_ look: CloudLook, _ rotation: CloudRotation) async throws {
        let start = session.time.elapsed()
        var last: String?
        while true {
            let old = try await session.cloud.tasks(of: look.world, startedBefore: rotation.since)
            guard !old.isEmpty else { return }
            let names = old.map { "\($0.name) of \($0.service ?? "a job or `run`")" }.sorted().joined(separator: ", ")
            guard session.time.elapsed() - start < Self.patience else {
                throw Report(
                    "tasks with the old password have not ended after 30 minutes: \(names)", state: Self.both,
                    next: "run the same command once they have ended: it continues")
            }
            if last != names { told("waits for the end of \(names)") }
            last = names
            try await session.time.sleep(Self.interval)
        }
    }
}

extension Observed {
    /// The last part of its address: `web`.
    fileprivate var shortName: String { address.text.split(separator: ".").last.map(String.init) ?? address.text }
}
