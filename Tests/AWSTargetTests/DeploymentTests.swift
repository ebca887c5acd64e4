import AWSServices
import AWSWire
import Resources
import Stacks
import Testing

@testable import AWSTarget

/// What a look at a service, at its tasks and at a release's task means.
struct DeploymentTests {
    private static let wanted = "arn:aws:ecs:us-east-1:123456789012:task-definition/guestbook-web:7"
    private static let earlier = "arn:aws:ecs:us-east-1:123456789012:task-definition/guestbook-web:6"

    // MARK: - Rollout

    private static func deployment(
        _ status: String = "PRIMARY", _ definition: String = wanted, running: Int = 0, desired: Int = 2,
        failed: Int = 0, _ state: ECS.DeploymentRolloutState? = "IN_PROGRESS", reason: String? = nil
    ) -> ECS.Deployment {
        var deployment = ECS.Deployment()
        deployment.status = status
        deployment.taskDefinition = definition
        deployment.runningCount = running
        deployment.desiredCount = desired
        deployment.failedTasks = failed
        deployment.rolloutState = state
        deployment.rolloutStateReason = reason
        return deployment
    }

    private static func rollout(
        _ deployments: [ECS.Deployment], status: String = "ACTIVE", event: String? = nil
    ) -> Rollout {
        var service = ECS.Service()
        service.status = status
        service.deployments = deployments
        if let event {
            var told = ECS.ServiceEvent()
            told.message = event
            service.events = [told]
        }
        return Rollout(service, wanted: wanted)
    }

    /// A canary's new tasks run while it bakes, and the old ones are not on their way out.
    @Test func aCanaryThatBakesIsUnderWay() {
        var service = ECS.Service()
        service.status = "ACTIVE"
        service.deployments = [Self.deployment(running: 2), Self.old]
        service.deploymentConfiguration = ECS.DeploymentConfiguration(
            alarms: ECS.DeploymentAlarms(alarmNames: ["shop-web-errors"], rollback: true, enable: true),
            strategy: .canary)
        #expect(
            Rollout(service, wanted: Self.wanted)
                == .underWay("2 of 2 tasks run, old tasks stand by, ECS watches its alarms"))
    }

    /// Only one that will not come up, and only where ECS has something to go back to.
    @Test(
        arguments: [
            (running: 0, failed: 2, age: 599, reason: nil), (0, 3, 1, "3 tasks have ended and none runs"),
            (1, 4, 1, "4 tasks have ended and 1 of 2 run"), (2, 9, 5000, nil),
            (0, 0, 600, "none of its tasks runs after 10 minutes"), (1, 2, 600, nil),
        ] as [(running: Int, failed: Int, age: Int, reason: String?)])
    func aCanaryThatNeverComesUpIsTakenBack(running: Int, failed: Int, age: Int, reason: String?) {
        var canary = Self.deployment(running: running, failed: failed)
        canary.createdAt = AWSWire.Moment(seconds: 1000)
        let now = AWSWire.Moment(seconds: 1000 + age)
        func said(_ deployments: [ECS.Deployment], _ strategy: ECS.DeploymentStrategy) -> String? {
            var service = ECS.Service()
            service.deployments = deployments
            service.deploymentConfiguration = ECS.DeploymentConfiguration(strategy: strategy)
            return CanaryRescue.reason(service, wanted: Self.wanted, now: now)
        }
        #expect(said([canary, Self.old], .canary) == reason)
        #expect(said([canary, Self.old], .rolling) == nil && said([canary], .canary) == nil)
        canary.rolloutState = "FAILED"
        #expect(said([canary, Self.old], .canary) == nil)
    }

    private static let done = deployment(running: 2, "COMPLETED")
    private static let old = deployment("ACTIVE", earlier, running: 2, "COMPLETED")

    @Test(arguments: [
        ([done], Rollout.steady), ([deployment(running: 2, nil)], .steady),
        ([deployment(desired: 0, "COMPLETED")], .steady),
        ([deployment(running: 3, "COMPLETED")], .steady),
        ([], .underWay("no deployment yet")), ([deployment()], .underWay("0 of 2 tasks run")),
        ([deployment(running: 1)], .underWay("1 of 2 tasks run")),
        // All run, and ECS still watches them.
        ([deployment(running: 2)], .underWay("2 of 2 tasks run")),
        ([deployment(running: 1, "COMPLETED")], .underWay("1 of 2 tasks run")),
        ([deployment(running: 1, failed: 2)], .underWay("1 of 2 tasks run, 2 ended")),
        ([done, old], .underWay("2 of 2 tasks run, old tasks are draining")),
        // A few may end before one has run, but not more.
        ([deployment(failed: 2)], .underWay("0 of 2 tasks run, 2 ended")),
        ([deployment(failed: 3)], .failed("3 tasks have ended and none runs")),
        ([deployment(running: 1, failed: 9)], .underWay("1 of 2 tasks run, 9 ended")),
        ([deployment("FAILED")], .underWay("no deployment yet")),
        ([deployment(failed: 1, "FAILED", reason: "tasks failed to start")], .failed("tasks failed to start")),
        (
            [deployment("FAILED")].map {
                var lost = $0
                lost.rolloutState = "FAILED"
                return lost
            },
            .failed("ECS gave the deployment up")
        ),
        // The circuit breaker has gone back, with or without a trace of ours.
        (
            [old].map {
                var back = $0
                back.status = "PRIMARY"
                return back
            },
            .failed("ECS went back to guestbook-web:6 by itself")
        ),
        (
            [
                deployment("PRIMARY", earlier, running: 2, "COMPLETED"),
                deployment("ACTIVE", wanted, "FAILED", reason: "unhealthy"),
            ],
            .failed("unhealthy")
        ),
    ])
    func aLookAtAServiceSaysHowItsDeploymentGoes(_ deployments: [ECS.Deployment], _ expected: Rollout) {
        #expect(Self.rollout(deployments) == expected)
    }

    @Test(arguments: ["DRAINING", "INACTIVE"])
    func aServiceThatGoesIsLeavingWhateverItsDeploymentsSay(_ status: String) {
        #expect(Self.rollout([Self.done], status: status) == .leaving)
    }

    @Test(arguments: [
        ("(service web) was unable to place a task.", "was unable to place a task."),
        ("(service web) (deployment ecs-svc/1) began.", "(deployment ecs-svc/1) began."),
        ("plain words", "plain words"),
        ("(service without an end", "(service without an end"),
    ])
    func theLastEventIsToldWhileNothingRuns(_ event: String, _ told: String) {
        #expect(Self.rollout([Self.deployment()], event: event) == .underWay("0 of 2 tasks run: \(told)"))
        #expect(Self.rollout([Self.deployment(running: 1)], event: event) == .underWay("1 of 2 tasks run"))
    }

    // MARK: - Tasks that ended

    private static func container(_ name: String, exit: Int? = nil, reason: String? = nil) -> ECS.Container {
        var container = ECS.Container()
        container.name = name
        container.exitCode = exit
        container.reason = reason
        return container
    }

    private static func task(
        _ containers: [ECS.Container], _ reason: String? = nil, status: String = "STOPPED", id: String = "4f1c"
    ) -> ECS.Task {
        var task = ECS.Task()
        task.taskArn = "arn:aws:ecs:us-east-1:123456789012:task/guestbook/\(id)"
        task.containers = containers
        task.stoppedReason = reason
        task.lastStatus = status
        return task
    }

    private static let exited = "Essential container in task exited"

    @Test(arguments: [
        (task([container("web", exit: 3)], exited), "web", "\(exited); web ended with 3"),
        (
            task([container("web", exit: 137, reason: "OutOfMemoryError: killed")], exited), "web",
            "\(exited); web ended with 137; OutOfMemoryError: killed"
        ),
        // Of several, the one that failed is to blame, else one that has a reason, else one that ended.
        (task([container("log", exit: 0), container("web", exit: 1)], exited), "web", "\(exited); web ended with 1"),
        (
            task([container("log"), container("web", reason: "CannotPullContainerError")], "Task failed to start"),
            "web",
            "Task failed to start; CannotPullContainerError"
        ),
        (task([container("log"), container("web", exit: 0)], nil), "web", "web ended with 0"),
        // The same words twice are said once.
        (task([container("web", reason: "no image")], "no image"), "web", "no image"),
        (task([container("web")], "Spot interruption"), "web", "Spot interruption"), (task([]), nil, ""),
    ])
    func theContainerThatEndedATaskSaysWhy(_ task: ECS.Task, _ container: String?, _ reason: String) {
        let ended = EndedTask(task)
        #expect(ended.id == "4f1c")
        #expect(ended.container == container)
        #expect(ended.reason == reason)
        #expect(ended.stream(prefix: "web") == container.map { "web/\($0)/4f1c" })
    }

    @Test func aFailedDeploymentIsToldWithItsTasksOrElseItsEvents() {
        var ended = EndedTask(Self.task([Self.container("web", exit: 3)], Self.exited))
        ended.lines = ["connecting", "no such host"]
        let address = Address(.application, "service", "web")
        let events = ["(service web) was unable to place a task."]
        let told = DeploymentFailure.report("tasks failed to start", at: address, ended: [ended], events: events)
        #expect(told.what == "the deployment of application.service.web failed: tasks failed to start")
        #expect(told.details.map(\.label) == ["task", "log", "state", "next"])
        #expect(told.details[0].text == "4f1c: \(Self.exited); web ended with 3")
        #expect(told.details[1].text == "connecting\nno such host")
        let quiet = DeploymentFailure.report("no reason", at: address, ended: [], events: events)
        #expect(quiet.details.map(\.label) == ["event", "state", "next"])
        let wordless = DeploymentFailure.report(
            "no reason", at: address, ended: [EndedTask(Self.task([]))], events: events)
        #expect(wordless.details[0].text == "4f1c: ended without a reason")
    }

    @Test func aDeploymentThatAnAlarmEndedNamesTheAlarm() {
        var service = ECS.Service()
        service.deploymentConfiguration = ECS.DeploymentConfiguration(
            alarms: ECS.DeploymentAlarms(alarmNames: ["guestbook-web-errors"], rollback: true, enable: true))
        let back = "ECS went back to guestbook-web:6 by itself"
        #expect(DeploymentFailure.alarms(behind: back, service).isEmpty)
        var told = ECS.ServiceEvent()
        told.message = "(service guestbook-web) (deployment ecs-svc/1) deployment failed: alarm detected."
        service.events = [ECS.ServiceEvent(), told]
        #expect(DeploymentFailure.alarms(behind: "tasks failed to start", service).isEmpty)
        let alarms = DeploymentFailure.alarms(behind: back, service)
        #expect(alarms == ["guestbook-web-errors"])
        var later = ECS.ServiceEvent()
        later.message = "(service guestbook-web) (deployment ecs-svc/2) deployment failed: tasks failed to start."
        service.events.insert(later, at: 0)
        #expect(DeploymentFailure.alarms(behind: back, service).isEmpty)
        let report = DeploymentFailure.report(
            "ECS went back", at: Address(.application, "service", "web"), alarms: alarms, ended: [], events: ["e"])
        #expect(report.details.map(\.label) == ["alarm", "event", "state", "next"])
        #expect(report.details[0].text.hasPrefix("guestbook-web-errors went off"))
    }

    // MARK: - Releases

    @Test(arguments: [
        (task([container("web")], status: "PROVISIONING"), ReleaseRun.underWay("its task is provisioning")),
        (task([container("web")], status: "RUNNING"), .underWay("its task is running")),
        (task([container("web", exit: 0)]), .succeeded),
        // Another container's failure is not the command's.
        (task([container("log", exit: 1), container("web", exit: 0)]), .succeeded),
        (task([container("web", exit: 1)]), .failed(EndedTask(task([container("web", exit: 1)])))),
        (task([container("web")], "no image"), .failed(EndedTask(task([container("web")], "no image")))),
        (task([container("log", exit: 0)]), .failed(EndedTask(task([container("log", exit: 0)])))),
    ])
    func aReleaseSucceedsWhenItsOwnContainerEndsWithZero(_ task: ECS.Task, _ expected: ReleaseRun) {
        #expect(ReleaseRun(task, container: "web") == expected)
    }

    @Test func aReleaseIsStartedOnceForEachTimeThatItHasFailed() {
        let failed = Self.task([Self.container("web", exit: 1)], id: "a")
        let again = Self.task([Self.container("web", exit: 1)], id: "b")
        let running = Self.task([Self.container("web")], status: "RUNNING", id: "c")
        let good = Self.task([Self.container("web", exit: 0)], id: "d")
        #expect(ReleaseStep([], container: "web") == .start(generation: "1"))
        #expect(ReleaseStep([failed, running], container: "web") == .await(running.taskArn ?? ""))
        #expect(ReleaseStep([failed, good, running], container: "web") == .done)
        let first = ReleaseStep([failed], container: "web")
        #expect(first != .start(generation: "1") && first != ReleaseStep([failed, again], container: "web"))
        #expect(ReleaseStep([again, failed], container: "web") == ReleaseStep([failed, again], container: "web"))
    }

    @Test func aFailedReleaseSaysWhatIsLeft() {
        let ended = EndedTask(Self.task([Self.container("web", exit: 3)], Self.exited))
        let told = ReleaseCalls.failure(at: Address(.application, "release", "web"), ended)
        #expect(told.what == "application.release.web failed: its task did not succeed")
        #expect(told.details.map(\.label) == ["task", "state", "next"])
    }
}
