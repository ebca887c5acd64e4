import Plans
import Provisioning
import Resources
import Stacks
import Synchronization

/// Ends what the drill `restore` makes on AWS, its table and its copy, also what an earlier one has left. A copy of a user's is none of it.
struct RestoreDrillRemoval: Sendable {
    let session: CloudSession
    let look: CloudLook
    /// Ends the wait for RDS.
    let stop: StopSwitch
    let told: @Sendable (String) -> Void

    /// What removes the rest when this does not.
    private static let next = "`terrace up --on aws` removes what is left, and so does the next drill of this kind"

    /// Both are tried, whatever becomes of the other.
    ///
    /// - Throws: a report with what is left.
    func callAsFunction() async throws(Report) {
        var failures: [Report.Detail] = []
        do { _ = try await session.cloud.ask(.remove, of: nil, in: look.world) } catch {
            failures.append(Report.Detail("left", "the table \(DrillTable.name): \(Self.text(error))"))
        }
        do { try await copies() } catch { failures += error.details.filter { $0.label == "left" } }
        guard failures.isEmpty else { throw Self.report(failures) }
        told("no copy and no table of the drill's are left")
    }

    /// The copies alone: the next table takes the old one's place.
    ///
    /// - Throws: as `callAsFunction`.
    func copies() async throws(Report) {
        let found: [Observed]
        do { found = try await session.cloud.restored(.drillCopy, of: look.graph) } catch {
            throw Self.report([Report.Detail("left", "copies of the drill's, if there are any: \(Self.text(error))")])
        }
        guard !found.isEmpty else { return }
        let names = found.filter { $0.settings.kind == .databaseCluster }.compactMap { $0.facts[.name] }.sorted()
        let copies = names.isEmpty ? "what is left of a copy" : names.joined(separator: ", ")
        told("removes \(copies), which takes RDS some minutes; Ctrl-C twice leaves that to the next command")
        let outcome: Outcome
        do { outcome = try await remove(found) } catch {
            throw Self.report([Report.Detail("left", "\(copies): \(Self.text(error))")])
        }
        if outcome.isComplete { return }
        let reasons = outcome.failures.map { "\($0.address): \($0.report.what)" }
        let reason = reasons.isEmpty ? "RDS was not waited for" : reasons.joined(separator: "; ")
        throw Self.report([Report.Detail("left", "\(copies): \(reason)")])
    }

    private func remove(_ found: [Observed]) async throws -> Outcome {
        let world = World(resources: Dictionary(found.map { ($0.address, $0) }) { first, _ in first })
        let list = try JobList(ResourcePlanner.destruction(of: world), graph: look.graph, world: world)
        let provisioner = Provisioner(provider: session.cloud.provider, time: session.time)
        return await provisioner.apply(
            list, knowing: KnownFacts(world), policy: .deleteData, stop: stop, feed: EventFeed(jobs: list.jobs.count))
    }

    private static func report(_ left: [Report.Detail]) -> Report {
        Report("not all that the drill makes is removed", details: left + [Report.Detail("next", next)])
    }

    private static func text(_ error: any Error) -> String { (error as? Report)?.what ?? "\(error)" }
}

/// What a ground remembers from one drill to the next.
final class DrillUndo: Sendable {
    let stop = StopSwitch()
    private let report = Mutex<Report?>(nil)

    /// What could not be undone.
    var left: Report? {
        get { report.withLock { $0 } }
        set { report.withLock { $0 = newValue } }
    }
}
