import Stacks

/// What all services share: the cluster, the two roles, secrets and repositories.
extension StackResources {
    /// How long the lines of tasks are kept.
    private static let logDays = 30

    var ecsCluster: Address { address(.application, .ecsCluster) }
    var executionRole: Address { address(.application, .role, "execution") }
    var taskRole: Address { address(.application, .role, "task") }

    func repository(_ service: Service) -> Address { address(.application, .repository, service.name) }
    func logGroup(_ service: Service) -> Address { address(.application, .logGroup, service.name) }
    /// A secret's name is a variable's; addresses are in small letters.
    func secret(_ name: String) -> Address { address(.application, .secret, name.lowercased()) }

    /// `/terrace/guestbook/`
    var rolePath: String { "/terrace/\(stack.fullName)/" }

    var application: [Resource] {
        let cluster = Resource(
            ecsCluster, .ecsCluster(ECSClusterSettings(name: Value(names.name(limit: 255)))))
        return [cluster] + secrets + folderServices.map(repositoryResource) + stack.services.map(logGroupResource)
            + [executionRoleResource, taskRoleResource] + jobRoles + canaryRoles
    }

    // MARK: Secrets

    private var secretNames: [String] { Set(stack.services.flatMap(\.secrets)).sorted() }

    private var secrets: [Resource] {
        secretNames.map { name in
            Resource(
                secret(name),
                .secret(
                    SecretSettings(
                        name: "terrace/\(stack.fullName)/\(name)", description: "\(name) of \(stack.fullName)",
                        content: .given(name))))
        }
    }

    // MARK: Images and lines

    /// Services whose image is built from a folder.
    private var folderServices: [Service] {
        stack.services.filter { if case .folder = $0.imageSource { true } else { false } }
    }

    private func repositoryResource(_ service: Service) -> Resource {
        Resource(
            repository(service),
            .repository(RepositorySettings(name: Value("terrace/\(names.name(service.name, limit: 200))"))))
    }

    private func logGroupResource(_ service: Service) -> Resource {
        Resource(
            logGroup(service),
            .logGroup(
                LogGroupSettings(
                    name: "/terrace/\(stack.fullName)/\(service.name)", retentionDays: Self.logDays)))
    }

    // MARK: Roles

    /// Lets a service of AWS take a role on for this account's resources only: without the conditions, somebody else's
    /// resource could make it act here.
    func trust(_ service: String, for source: Value) -> PolicyDocument {
        PolicyDocument([
            PolicyStatement(
                "Trust", principals: [.service(service)], actions: ["sts:AssumeRole"],
                conditions: [
                    PolicyCondition("StringEquals", "aws:SourceAccount", [Value(Lookup.account)]),
                    PolicyCondition("ArnLike", "aws:SourceArn", [source]),
                ])
        ])
    }

    private var executionRoleResource: Resource {
        Resource(
            executionRole,
            .role(
                RoleSettings(
                    name: Value(names.name("execution", limit: 64)), path: rolePath,
                    description: "ECS pulls images, reads secrets and writes logs for tasks",
                    trust: trust("ecs-tasks.amazonaws.com", for: arn(of: "ecs", "*")),
                    policies: ["start-tasks": PolicyDocument(executionStatements)], managedPolicies: [])))
    }

    private var executionStatements: [PolicyStatement] {
        let groups = stack.services.map { arn(logGroup($0)) }
        var statements = [
            PolicyStatement(
                "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
                resources: groups.map { "\($0):*" })
        ]
        let repositories = folderServices.map { arn(repository($0)) } + foreignRepositories
        if !repositories.isEmpty {
            statements.append(
                PolicyStatement(
                    "Images",
                    actions: [
                        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
                    ], resources: repositories))
            // IAM knows no resource for it.
            statements.append(
                PolicyStatement("Registry", actions: ["ecr:GetAuthorizationToken"], resources: ["*"]))
        }
        let secrets = secretNames.map { arn(secret($0)) } + (stack.database == nil ? [] : [arn(databaseSecret)])
        if !secrets.isEmpty {
            statements.append(
                PolicyStatement("Secrets", actions: ["secretsmanager:GetSecretValue"], resources: secrets))
        }
        return statements
    }

    /// Repositories of ECR that a service names itself: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.2`.
    private var foreignRepositories: [Value] {
        let found = stack.services.compactMap { service -> Value? in
            guard case .reference(let text) = service.imageSource, let image = ImageReference(text),
                let registry = image.ecr
            else { return nil }
            return
                "arn:\(Lookup.partition):ecr:\(registry.region):\(registry.account):repository/\(image.path)"
        }
        return found.enumerated().filter { found.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    }

    /// What the agent of ECS Exec asks for; IAM knows no resource for it. Source: ECS developer guide, "ECS Exec", read 2026-11.
    private static let session = PolicyStatement(
        "Exec",
        actions: [
            "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ], resources: ["*"])

    private var taskRoleResource: Resource {
        let hasExec = stack.services.contains(where: \.exec)
        return Resource(
            taskRole,
            .role(
                RoleSettings(
                    name: Value(names.name("task", limit: 64)), path: rolePath,
                    description: "What the application itself may do on AWS: "
                        + (hasExec ? "be reached by ECS Exec" : "nothing"),
                    trust: trust("ecs-tasks.amazonaws.com", for: arn(of: "ecs", "*")),
                    policies: hasExec ? ["exec": PolicyDocument([Self.session])] : [:], managedPolicies: [])))
    }
}
