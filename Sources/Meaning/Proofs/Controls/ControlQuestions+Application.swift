import Resources

/// Tasks, images and their lines.
extension ControlQuestions {
    func checks(_ group: LogGroupSettings) -> [Check] {
        [
            Check("CKV_AWS_66", "lines are not kept for ever", group.retentionDays > 0),
            Check(
                "CKV_AWS_338", "lines are kept for a year", group.retentionDays >= 365 || group.retentionDays == 0,
                found: "they are kept \(group.retentionDays) days", waivable: true),
            Check(
                "CKV_AWS_158", ["AWS-0017"], "a key of one's own encrypts the lines", false,
                found: "AWS's key encrypts them", waivable: true
            ).byConstruction,
        ]
    }

    func checks(_ repository: RepositorySettings) -> [Check] {
        [
            Check(
                "ECR.1", ["CKV_AWS_163", "AWS-0030"], "images are scanned when they are pushed", repository.scansOnPush),
            Check("ECR.2", ["CKV_AWS_51", "AWS-0031"], "a tag stays with its image", repository.tagsAreImmutable),
            // Terrace writes no policy for a repository, and without one only its account has rights.
            Check("AWS-0032", "the images are the account's own", true).byConstruction,
            Check("ECR.3", "old images go", repository.keepImages > 0),
            Check(
                "CKV_AWS_136", ["AWS-0033"], "a key of one's own encrypts the images", false,
                found: "AWS's key encrypts them", waivable: true
            ).byConstruction,
        ]
    }

    func checks(_ cluster: ECSClusterSettings) -> [Check] {
        [
            Check("ECS.12", ["CKV_AWS_65", "AWS-0034"], "Container Insights is on", cluster.insights != .disabled),
            Check(
                "CKV_AWS_223", ["CKV_AWS_224"], "commands run inside tasks are written down", false,
                found: "nothing is written down", waivable: true
            ).byConstruction,
        ]
    }

    /// Source: Security Hub, ECS.8, read 2026-11.
    private static let credentials = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"]

    /// What nobody writes by accident: the id of an access key, a private key, a password inside an address.
    private static func holdsCredentials(_ text: String) -> Bool {
        text.contains(/\b(AKIA|ASIA)[A-Z0-9]{16}\b/) || text.contains(/-----BEGIN [A-Z ]*PRIVATE KEY-----/)
            || text.contains(/:\/\/[^\/@:\s]*:[^\/@\s]+@/)
    }

    func checks(_ definition: TaskDefinitionSettings, _ address: Address) -> [Check] {
        let isReachedByExec = has { settings in
            guard case .ecsService(let service) = settings else { return false }
            return service.allowsExec && tells(service.taskDefinition, of: address)
        }
        return definition.containers.flatMap { checks($0, isReachedByExec: isReachedByExec) } + [
            // Terrace registers Fargate tasks only, which share no network and no processes with a host and cannot
            // be privileged.
            Check(
                "ECS.1", ["ECS.3", "ECS.4", "CKV_AWS_334", "CKV_AWS_335"], "tasks share nothing with their host", true
            ).byConstruction,
            Check(
                "CKV_AWS_249", "the application does not have the rights of what starts it",
                definition.executionRole != definition.taskRole),
        ]
    }

    /// - Parameter isReachedByExec: a service lets commands be run in it, and what reaches into it must write there.
    private func checks(_ container: ContainerSettings, isReachedByExec: Bool) -> [Check] {
        let named = container.environment.filter { name, value in
            Self.credentials.contains(name) || value.literal.map(Self.holdsCredentials) ?? false
        }.keys.sorted()
        let user = container.user.map { $0.split(separator: ":").first.map(String.init) ?? "" }
        return [
            Check(
                "ECS.5", ["CKV_AWS_336"], "\(container.name) cannot write to its image", container.rootIsReadOnly,
                waivable: isReachedByExec),
            Check(
                "ECS.8", ["AWS-0036"], "\(container.name) gets no credentials as plain variables", named.isEmpty,
                found: named.joined(separator: ", ")),
            Check("ECS.9", "\(container.name) writes to a log", !container.log.group.parts.isEmpty),
            Check(
                "ECS.20", "\(container.name) is not root", user != nil && user != "0" && user != "root",
                found: container.user.map { "its user is \($0)" } ?? "its user is the image's"),
        ]
    }

    /// Terrace asks for no log and no traces of its own for a run.
    var stateMachine: [Check] {
        [
            Check(
                "StepFunctions.1", ["CKV_AWS_285", "CKV_AWS_284"], "a log has every step of a run", false,
                found: "there is none but the history of each run", waivable: true
            ).byConstruction
        ]
    }

    func checks(_ service: ECSServiceSettings) -> [Check] {
        [
            Check("ECS.2", ["CKV_AWS_333"], "tasks have no public addresses", !service.hasPublicAddress),
            Check(
                "ECS.10", ["CKV_AWS_332"], "tasks run on the newest platform", service.platformVersion == "LATEST"),
        ]
    }
}
