import Resources
import Stacks
import Testing

/// What a job is on AWS.
struct JobResourcesTests {
    private static func stack(_ jobs: [ScheduledJob]) -> Stack {
        var stack = Stack(
            name: "shop",
            services: [
                Service(name: "web", image: "web:1"), Service(name: "mailer", image: "mailer:1", routes: [], spot: 100),
            ])
        stack.jobs = jobs
        return stack
    }

    private static func job(_ command: Command) throws -> ScheduledJob {
        ScheduledJob(
            name: "report", schedule: try #require(CronSchedule("30 3 * * MON-FRI")), timezone: "Europe/Berlin",
            service: "mailer", command: command)
    }

    private static func resource(_ kind: ResourceKind, _ stack: Stack) -> Resource? {
        StackResources.graph(of: stack)[Address(.application, kind.rawValue, "report")]
    }

    private static func machine(_ stack: Stack) -> StateMachineSettings? {
        guard case .stateMachine(let settings)? = resource(.stateMachine, stack)?.settings else { return nil }
        return settings
    }

    private static func role(_ word: String, _ graph: ResourceGraph) throws -> RoleSettings {
        guard case .role(let role)? = graph[Address(.application, "role", word)]?.settings else {
            throw Report("there is no role \(word)")
        }
        return role
    }

    @Test func aStackWithoutJobsHasNothingOfIt() {
        let graph = StackResources.graph(of: Self.stack([]))
        #expect(Set(graph.resources.map(\.kind)).isDisjoint(with: [.schedule, .scheduleGroup, .stateMachine]))
        for word in ["scheduler", "jobs"] { #expect(graph[Address(.application, "role", word)] == nil) }
        #expect(StackResources.notes(of: Self.stack([])).isEmpty)
    }

    @Test func aScheduleStartsTheStateMachineAndNothingElse() throws {
        let resource = try #require(Self.resource(.schedule, Self.stack([try Self.job(.words(["./mailer"]))])))
        guard case .schedule(let settings) = resource.settings else { throw Report("it is no schedule") }
        #expect(settings.expression == "cron(30 3 ? * 2-6 *)")
        #expect(settings.timezone == "Europe/Berlin")
        #expect(settings.isPunctual)
        let machine = Address(.application, "state-machine", "report")
        #expect(settings.target == Value(Reference(machine, .arn, when: .ready)))
    }

    @Test func aRunIsTheVersionThatServesAndEndsAtItsTimeout() throws {
        var job = try Self.job(.words(["./mailer", "report"]))
        job.timeout = .seconds(90)
        let stack = Self.stack([job])
        let settings = try #require(Self.machine(stack))
        #expect(settings.timeout == 90)
        #expect(settings.container == "mailer" && settings.command == ["./mailer", "report"])
        #expect(!settings.hasPublicAddress)
        let definition = Address(.application, "task-definition", "mailer")
        #expect(settings.taskDefinition == Value(Reference(definition, .arn)))
        let service = Dependency(Address(.application, "service", "mailer"), .ready)
        #expect(Self.resource(.stateMachine, stack)?.dependencies.contains(service) == true)
    }

    private static let written = StateMachineSettings(
        name: "shop-report", role: "arn:aws:iam::123456789012:role/x", timeout: 3600,
        cluster: "arn:aws-cn:ecs:cn-north-1:123456789012:cluster/shop", taskDefinition: "shop-mailer:7",
        container: "mailer",
        command: ["/bin/sh", "-c", "echo \"a\\b\"\n\tdate\u{1}\u{8}\u{C}\r", "a && b <c >é\u{2028}"],
        subnets: ["subnet-1"],
        groups: ["sg-1"])

    /// As Step Functions takes it: the parameters of RunTask with capital letters, in the partition of the cluster. To the letter what
    /// Terraform's `jsonencode` makes of it, since its provider compares texts.
    @Test func theDefinitionRunsOneTaskAndWaitsForItsEnd() {
        #expect(
            Self.written.definition.literal
                == #"{"StartAt":"Run","States":{"Run":{"End":true,"Parameters":{"#
                + #""Cluster":"arn:aws-cn:ecs:cn-north-1:123456789012:cluster/shop","EnableECSManagedTags":true,"#
                + #""LaunchType":"FARGATE","NetworkConfiguration":{"AwsvpcConfiguration":{"#
                + #""AssignPublicIp":"DISABLED","SecurityGroups":["sg-1"],"Subnets":["subnet-1"]}},"#
                + #""Overrides":{"ContainerOverrides":[{"Command":["/bin/sh","-c","#
                + #""echo \"a\\b\"\n\tdate\u0001\b\f\r","a \u0026\u0026 b \u003cc \u003eé\u2028"],"Name":"mailer"}]},"#
                + #""PlatformVersion":"LATEST","PropagateTags":"TASK_DEFINITION","TaskDefinition":"shop-mailer:7"},"#
                + #""Resource":"arn:aws-cn:states:::ecs:runTask.sync","Retry":[{"BackoffRate":2,"ErrorEquals":["#
                + #""AmazonECS.Unknown","ECS.AmazonECSException","ECS.InvalidParameterException","#
                + #""ECS.ServerException"],"IntervalSeconds":15,"MaxAttempts":5}],"Type":"Task"}},"#
                + #""TimeoutSeconds":3600}"#)
    }

    /// Who starts runs may do nothing else, and to these machines alone.
    @Test func theSchedulersRoleIsNarrow() throws {
        let role = try Self.role("scheduler", StackResources.graph(of: Self.stack([try Self.job(.words(["a"]))])))
        let statements = role.policies.values.flatMap(\.statements)
        #expect(statements.flatMap(\.actions) == ["states:StartExecution"])
        #expect(
            statements.flatMap(\.resources).compactMap(Self.facts.text) == [
                "arn:aws:states:eu-west-1:123456789012:stateMachine:shop-report"
            ])
        let trust = try #require(role.trust.statements.first)
        #expect(trust.principals == [.service("scheduler.amazonaws.com")])
        let sources = trust.conditions.first { $0.key == "aws:SourceArn" }?.values.compactMap(Self.facts.text)
        #expect(sources == ["arn:aws:scheduler:eu-west-1:123456789012:schedule-group/shop"])
    }

    /// Who runs them may start tasks of services that have jobs, in this cluster, with these two roles, and end them.
    @Test func theRoleOfTheRunsIsNarrow() throws {
        let role = try Self.role("jobs", StackResources.graph(of: Self.stack([try Self.job(.words(["a"]))])))
        let statements = role.policies.values.flatMap(\.statements)
        #expect(
            Set(statements.flatMap(\.actions)) == [
                "ecs:RunTask", "ecs:TagResource", "ecs:StopTask", "ecs:DescribeTasks", "iam:PassRole",
                "events:PutTargets", "events:PutRule", "events:DescribeRule",
            ])
        for statement in statements { #expect(!statement.resources.contains("*")) }
        let started = statements.first { $0.actions == ["ecs:RunTask"] }?.resources.compactMap(Self.facts.text)
        #expect(started == ["arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-mailer:*"])
        #expect(role.trust.statements.first?.principals == [.service("states.amazonaws.com")])
    }

    private static let facts = KnownFacts(lookups: [
        .partition: "aws", .region: "eu-west-1", .account: "123456789012",
    ])

    @Test func everyWayToFailIsInTheAlarm() throws {
        let graph = StackResources.graph(of: Self.stack([try Self.job(.words(["a"]))]))
        guard case .alarm(let alarm)? = graph[Address(.operations, "alarm", "report-failed")]?.settings else {
            throw Report("there is no alarm")
        }
        let metrics = alarm.figures.compactMap { figure -> String? in
            guard case .metric(let metric) = figure.source else { return nil }
            return "\(metric.namespace) \(metric.name)"
        }
        #expect(metrics == ["AWS/States ExecutionsFailed", "AWS/States ExecutionsTimedOut"])
        #expect(alarm.figures.last?.source == .expression("FILL(m1_1, 0) + FILL(m1_2, 0)"))
        #expect(alarm.threshold == 0 && alarm.breaches == 1 && alarm.actions.count == 1)
    }

    @Test func whatNobodyEnforcesIsSaid() throws {
        let notes = StackResources.notes(of: Self.stack([try Self.job(.words(["a"]))]))
        #expect(notes.count == 1 && notes[0].hasPrefix("jobs: on aws a run that goes on keeps no other"))
    }
}
