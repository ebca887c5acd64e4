import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// What a drill breaks. AWS brings all of it back by itself, so nothing is left to be undone.
extension AWSCloudStack {
    /// What a stopped task shows as its reason.
    private static let reason = "terrace drill"
    private static let unbroken = "nothing was broken"

    package func inject(_ fault: CloudFault, in world: World) async throws -> CloudInjection {
        try await reportingRefusals("break what the drill is about") {
            switch fault {
            case .task: CloudInjection(what: [try await stopNewestTask(in: world)])
            case .zone(let zone): try await stopTasks(in: zone, of: world)
            case .writer: CloudInjection(what: [try await failOver(world)])
            case .reader: CloudInjection(what: [try await rebootReader(world)])
            }
        }
    }

    /// The tasks of every service that run now.
    private func tasks(of world: World) async throws -> [(service: String, task: ECS.Task)] {
        try await servicesAndNames(of: world).concurrentMap { name, settings in
            try await runningTasks(of: settings).map { (name, $0) }
        }.flatMap { $0 }
    }

    private func stopNewestTask(in world: World) async throws -> String {
        for (name, settings) in servicesAndNames(of: world) where settings.target != nil {
            let tasks = try await runningTasks(of: settings)
            if let newest = tasks.max(by: { ($0.startedAt?.milliseconds ?? 0) < ($1.startedAt?.milliseconds ?? 0) }) {
                return try await stop(newest, of: name)
            }
        }
        throw Report("no service that takes requests has a running task", state: Self.unbroken)
    }

    private func stopTasks(in zone: String?, of world: World) async throws -> CloudInjection {
        let all = try await tasks(of: world)
        guard let zone = zone ?? all.compactMap(\.task.availabilityZone).max() else {
            throw Report("no task is running in any zone", state: Self.unbroken)
        }
        let lost = all.filter { $0.task.availabilityZone == zone }
        let what = try await lost.concurrentMap { try await stop($0.task, of: $0.service) }
        return CloudInjection(what: what.sorted(), zone: zone)
    }

    private func stop(_ task: ECS.Task, of service: String) async throws -> String {
        let arn = task.taskArn ?? ""
        try await work.callIfThere(ECS.StopTaskRequest(task: arn, cluster: task.clusterArn, reason: Self.reason))
        let name = arn.split(separator: "/").last ?? ""
        return "stopped the task \(name) of \(service) in \(task.availabilityZone ?? "no zone")"
    }

    private func failOver(_ world: World) async throws -> String {
        let servers = try await servers(of: world)
        guard let name = databaseName(of: world), let reader = servers.first(where: { !$0.isWriter })?.name else {
            throw Report("the database has no reader to fail over to", state: Self.unbroken)
        }
        try await work.call(RDS.FailoverDBClusterRequest(dbClusterIdentifier: name, targetDBInstanceIdentifier: reader))
        return "asked \(name) to make \(reader) its writer"
    }

    private func rebootReader(_ world: World) async throws -> String {
        guard let reader = try await servers(of: world).first(where: { !$0.isWriter })?.name else {
            throw Report("the database has no reader", state: Self.unbroken)
        }
        try await work.call(RDS.RebootDBInstanceRequest(dbInstanceIdentifier: reader))
        return "restarted the reader \(reader)"
    }
}
