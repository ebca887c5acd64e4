import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// A new password for the application. What has been done so far is in the labels of the secret's versions, as Secrets Manager's own
// rotation has it: AWSPENDING is on a version from when it is drawn until nobody can sign in with the one before.
extension AWSCloudStack {
    private static let (current, pending) = ("AWSCURRENT", "AWSPENDING")

    package func rotation(of secret: Observed) async throws -> CloudRotation {
        try await reportingRefusals("look at \(secret.address)") {
            let found = try await work.fresh().look(describe(secret))
            let versions = found.versionIdsToStages
            let drawn = versions.first { $0.value.contains(Self.pending) }?.key
            let used = versions.first { $0.value.contains(Self.current) }?.key
            // Whatever was changed last, no task that began before has read anything else than what was current then.
            let since = (found.lastChangedDate ?? found.createdDate)?.milliseconds ?? 0
            return CloudRotation(
                user: try await databaseLogin(secret).user,
                step: drawn == nil ? .idle : drawn == used ? .admitted : .drawn, since: since)
        }
    }

    private func describe(_ secret: Observed) -> SecretsManager.DescribeSecretRequest {
        SecretsManager.DescribeSecretRequest(secretId: secret.facts[.arn] ?? "")
    }

    package func admitNextLogin(
        _ secret: Observed, of role: Observed
    ) async throws -> CloudRotation {
        guard case .databaseRole(let settings) = role.settings, let arn = secret.facts[.arn] else {
            throw Report("\(role.address) is no role", state: "nothing was changed")
        }
        return try await reportingRefusals("give the application a new password") {
            let now = try await databaseLogin(secret).user
            let user = now == settings.role ? RoleStatements.alternate(of: settings.role) : settings.role
            let login = SecretLogin(user: user, password: try await drawnPassword())
            // A version that was drawn before and that nobody has used yet loses the label to this one.
            let version = try await work.call(
                SecretsManager.PutSecretValueRequest(
                    secretId: arn, secretString: login.text, versionStages: [Self.pending])
            ).versionId.orUnreadable("SecretsManager.PutSecretValue", "VersionId")
            try await DatabaseRoleHandler.admit(login, settings, work)
            try await promote(version, of: arn)
            return try await rotation(of: secret)
        }
    }

    private func drawnPassword() async throws -> Secret {
        let request = SecretsManager.GetRandomPasswordRequest(passwordLength: 32, excludePunctuation: true)
        return try await work.call(request).randomPassword.orUnreadable(
            "SecretsManager.GetRandomPassword", "RandomPassword")
    }

    /// One call, so that user and password change at once.
    private func promote(_ version: String, of arn: String) async throws {
        let stages = try await work.fresh().look(SecretsManager.DescribeSecretRequest(secretId: arn)).versionIdsToStages
        let old = stages.first { $0.value.contains(Self.current) }?.key
        guard old != version else { return }
        try await work.call(
            SecretsManager.UpdateSecretVersionStageRequest(
                secretId: arn, versionStage: Self.current, removeFromVersionId: old, moveToVersionId: version))
    }

    package func finishRotation(_ secret: Observed, of role: Observed) async throws {
        guard case .databaseRole(let settings) = role.settings, let arn = secret.facts[.arn] else { return }
        try await reportingRefusals("end the old password") {
            let now = try await databaseLogin(secret).user
            let old = now == settings.role ? RoleStatements.alternate(of: settings.role) : settings.role
            try await DatabaseRoleHandler.dismiss(old, settings, work)
            let stages = try await work.fresh().look(describe(secret)).versionIdsToStages
            guard let version = stages.first(where: { $0.value.contains(Self.pending) })?.key else { return }
            try await work.call(
                SecretsManager.UpdateSecretVersionStageRequest(
                    secretId: arn, versionStage: Self.pending, removeFromVersionId: version))
        }
    }

    // MARK: - Tasks

    package func tasks(of world: World, startedBefore moment: Int) async throws -> [CloudOldTask] {
        try await reportingRefusals("look for tasks with the old password") {
            let services = servicesAndNames(of: world)
            let clusters = Set(services.map(\.settings.cluster.text)).sorted()
            let tasks = try await clusters.concurrentMap { try await running(in: $0) }.flatMap { $0 }
            return tasks.filter { ($0.createdAt?.milliseconds ?? 0) < moment }.map { task in
                let group = task.group.flatMap { $0.components(after: "service:") }
                return CloudOldTask(
                    name: task.taskArn?.split(separator: "/").last.map(String.init) ?? "",
                    service: services.first { $0.settings.name.text == group }?.name)
            }
        }
    }

    /// Everything that has not ended, a service's or not, also what is about to end: it finishes what it has.
    private func running(in cluster: String) async throws -> [ECS.Task] {
        let work = work
        let lists: [ECS.DesiredStatus] = ["RUNNING", "STOPPED"]
        let arns = try await lists.concurrentMap { status in
            try await work.fresh().lookAll(ECS.ListTasksRequest(cluster: cluster, desiredStatus: status))
                .flatMap(\.taskArns)
        }.flatMap { $0 }
        return try await arns.batches(of: 100).concurrentMap { arns in
            try await work.call(ECS.DescribeTasksRequest(tasks: arns, cluster: cluster)).tasks
        }.flatMap { $0 }.filter { $0.lastStatus != "STOPPED" }
    }

    package func renewTasks(of service: Observed) async throws -> Observed {
        guard case .ecsService(let settings) = service.settings else { return service }
        return try await reportingRefusals("start the tasks of \(service.address) anew") {
            try await work.call(
                ECS.UpdateServiceRequest(
                    service: settings.name.text, cluster: settings.cluster.text, forceNewDeployment: true))
            var renewed = service
            renewed.state = .pending("its tasks are started anew")
            return renewed
        }
    }

    package func userIsTold(to service: Observed) async throws -> Bool {
        guard case .ecsService(let settings) = service.settings else { return true }
        return try await reportingRefusals("look at what \(service.address) runs") {
            let request = ECS.DescribeTaskDefinitionRequest(taskDefinition: settings.taskDefinition.text)
            let containers = try await work.look(request).taskDefinition?.containerDefinitions ?? []
            return containers.contains { ($0.secrets ?? []).contains { $0.name == "PGUSER" } }
        }
    }
}
