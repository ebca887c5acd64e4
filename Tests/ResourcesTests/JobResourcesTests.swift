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

    private static func schedule(_ stack: Stack) -> (resource: Resource, settings: ScheduleSettings)? {
        guard let resource = StackResources.graph(of: stack)[Address(.application, "schedule", "report")],
            case .schedule(let settings) = resource.settings
        else { return nil }
        return (resource, settings)
    }

    @Test func aStackWithoutJobsHasNothingOfIt() {
        let kinds = Set(StackResources.graph(of: Self.stack([])).resources.map(\.kind))
        #expect(kinds.isDisjoint(with: [.schedule, .scheduleGroup]))
        #expect(StackResources.graph(of: Self.stack([]))[Address(.application, "role", "scheduler")] == nil)
        #expect(StackResources.notes(of: Self.stack([])).isEmpty)
    }

    @Test func aJobStartsTheVersionThatServes() throws {
        let (resource, settings) = try #require(
            Self.schedule(Self.stack([try Self.job(.words(["./mailer", "report"]))])))
        #expect(settings.expression == "cron(30 3 ? * 2-6 *)")
        #expect(settings.timezone == "Europe/Berlin")
        #expect(settings.isPunctual)
        #expect(settings.container == "mailer")
        #expect(!settings.hasPublicAddress)
        let definition = Address(.application, "task-definition", "mailer")
        #expect(settings.taskDefinition == Value(Reference(definition, .arn)))
        let service = Dependency(Address(.application, "service", "mailer"), .ready)
        #expect(resource.dependencies.contains(service))
    }

    @Test func aTextIsGivenToAShellAndWrittenAsJSON() throws {
        let (_, settings) = try #require(
            Self.schedule(Self.stack([try Self.job(.shell("echo \"a\\b\"\n\tdate\u{1}"))])))
        #expect(
            settings.input == #"{"containerOverrides":[{"name":"mailer","command":["/bin/sh","-c","#
                + #""echo \"a\\b\"\n\tdate\u0001"]}]}"#)
    }

    /// It may start tasks of services that have jobs, in this cluster, with these two roles, and nothing else.
    @Test func theSchedulersRoleIsNarrow() throws {
        let graph = StackResources.graph(of: Self.stack([try Self.job(.words(["a"]))]))
        guard case .role(let role)? = graph[Address(.application, "role", "scheduler")]?.settings else {
            Issue.record("there is no role")
            return
        }
        let statements = role.policies.values.flatMap(\.statements)
        #expect(Set(statements.flatMap(\.actions)) == ["ecs:RunTask", "ecs:TagResource", "iam:PassRole"])
        for statement in statements { #expect(!statement.conditions.isEmpty && !statement.resources.contains("*")) }
        let facts = KnownFacts(lookups: [.partition: "aws", .region: "eu-west-1", .account: "123456789012"])
        let started = statements.first { $0.actions == ["ecs:RunTask"] }?.resources.compactMap(facts.text)
        #expect(started == ["arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-mailer:*"])
        let trust = try #require(role.trust.statements.first)
        #expect(trust.principals == [.service("scheduler.amazonaws.com")])
        let sources = trust.conditions.first { $0.key == "aws:SourceArn" }?.values.compactMap(facts.text)
        #expect(sources == ["arn:aws:scheduler:eu-west-1:123456789012:schedule-group/shop"])
    }

    @Test func whatNobodyEnforcesIsSaid() throws {
        let notes = StackResources.notes(of: Self.stack([try Self.job(.words(["a"]))]))
        #expect(notes.count == 1 && notes[0].hasPrefix("jobs.timeout"))
    }
}
