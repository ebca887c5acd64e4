import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// How a stack is while a drill breaks it: asked for anew each time.
extension AWSCloudStack {
    package func vitals(of world: World) async throws -> CloudVitals {
        try await reportingRefusals("look at the stack") {
            async let services = services(of: world)
            async let servers = servers(of: world)
            async let alarms = alarms(of: world)
            return CloudVitals(
                services: try await services, servers: try await servers,
                alarms: try await alarms.compactMap { CloudVitals.Alarm($0, $1) })
        }
    }

    /// By address.
    func servicesAndNames(of world: World) -> [(name: String, settings: ECSServiceSettings)] {
        world.resources.values.sorted { $0.address < $1.address }.compactMap { observed in
            guard case .ecsService(let settings) = observed.settings else { return nil }
            return (observed.address.text.split(separator: ".").last.map(String.init) ?? "", settings)
        }
    }

    func services(of world: World) async throws -> [CloudVitals.Service] {
        let work = work
        return try await servicesAndNames(of: world).concurrentMap { name, settings in
            async let healthy = healthyTargets(settings, work)
            let request = ECS.DescribeServicesRequest(
                services: [settings.name.text], cluster: settings.cluster.text)
            let service = try await work.call(request).services.first
            return CloudVitals.Service(
                name: name, desired: service?.desiredCount ?? settings.desiredCount,
                running: service?.runningCount ?? 0, healthy: try await healthy,
                isDeploying: (service?.deployments.count ?? 0) > 1, version: service?.taskDefinition ?? "",
                failed: service?.deployments.first { $0.status == "PRIMARY" }?.failedTasks ?? 0)
        }
    }

    private func healthyTargets(_ service: ECSServiceSettings, _ work: Work) async throws -> Int? {
        guard let target = service.target else { return nil }
        // Where versions take turns, the tasks are in one group or the other.
        return try await target.targetGroups.concurrentMap { group in
            let request = ELBv2.DescribeTargetHealthRequest(targetGroupArn: group.text)
            return try await work.call(request).targetHealthDescriptions.count { $0.targetHealth?.state == .healthy }
        }.reduce(0, +)
    }

    // MARK: - Database

    /// The cluster's name; nil for a stack without one.
    func databaseName(of world: World) -> String? {
        world.resources.values.first { $0.settings.kind == .databaseCluster }?.facts[.name]
    }

    /// In the order of the cluster's members.
    func servers(of world: World) async throws -> [CloudVitals.Server] {
        guard let name = databaseName(of: world) else { return [] }
        let work = work
        async let instances = work.call(
            RDS.DescribeDBInstancesRequest(filters: [RDS.Filter(name: "db-cluster-id", values: [name])]))
        let clusters = try await work.call(RDS.DescribeDBClustersRequest(dbClusterIdentifier: name))
        let states = Dictionary(
            try await instances.dbInstances.map { ($0.dbInstanceIdentifier ?? "", $0.dbInstanceStatus ?? "unknown") }
        ) { first, _ in first }
        return (clusters.dbClusters.first?.dbClusterMembers ?? []).map { member in
            let name = member.dbInstanceIdentifier ?? ""
            return CloudVitals.Server(
                name: name, isWriter: member.isClusterWriter ?? false, state: states[name] ?? "gone")
        }
    }

    // MARK: - Alarms

    /// CloudWatch describes so many at a time.
    private static let batch = 100

    /// Every one, with the word by which the manifest knows it.
    func alarms(of world: World) async throws -> [(word: String, alarm: CloudWatch.MetricAlarm)] {
        let words = world.resources.values.compactMap { observed -> (String, String)? in
            guard observed.settings.kind == .alarm, let name = observed.facts[.name] else { return nil }
            return (name, observed.address.text.split(separator: ".").last.map(String.init) ?? name)
        }
        let names = Dictionary(words) { first, _ in first }
        let work = work
        let pages = try await names.keys.sorted().batches(of: Self.batch).concurrentMap { names in
            try await work.call(
                CloudWatch.DescribeAlarmsRequest(
                    alarmNames: names, alarmTypes: ["MetricAlarm"], maxRecords: Self.batch))
        }
        return pages.flatMap(\.metricAlarms).map { alarm in
            let name = alarm.alarmName ?? ""
            return (names[name] ?? name, alarm)
        }
    }
}

extension CloudVitals.Alarm {
    /// Nil for one that is not in alarm.
    init?(_ word: String, _ alarm: CloudWatch.MetricAlarm) {
        guard alarm.stateValue == .alarm else { return nil }
        self.init(name: alarm.alarmName ?? "", word: word, reason: alarm.stateReason ?? "")
    }
}
