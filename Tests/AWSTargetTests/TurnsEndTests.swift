import AWSServices
import Resources
import Testing

@testable import AWSTarget

/// How a service comes back from canaries to deployments task by task.
struct TurnsEndTests {
    @Test(arguments: [
        (["a": 100, "b": 0], TurnsEnd.Step.change), (["a": 0, "b": 100], .bringHome), (["a": 90, "b": 10], .bringHome),
        // A rule that is gone, or leads elsewhere, holds nothing.
        ([:], .change), (["x": 1], .change), (["a": 1], .change),
    ]) func tasksComeHomeFirst(_ weights: [String: Int], _ step: TurnsEnd.Step) {
        #expect(TurnsEnd.step(.steady, weights: weights, home: "a") == step)
    }

    @Test func aDeploymentThatIsUnderWayEndsFirst() {
        #expect(
            TurnsEnd.step(.underWay("1 of 2 tasks run"), weights: ["a": 0, "b": 100], home: "a")
                == .wait("1 of 2 tasks run"))
    }

    private static func service(_ canary: ServiceCanary?, _ groups: [Value] = ["arn:a", "arn:b"]) -> ECSServiceSettings
    {
        let turns = canary.map { _ in TargetTurns(second: groups[1], rule: "arn:rule", role: "arn:role") }
        return ECSServiceSettings(
            name: "shop-web", cluster: "arn:cluster", taskDefinition: "arn:web:7", desiredCount: 2, capacity: [],
            subnets: [], groups: [],
            target: ServiceTarget(targetGroup: groups[0], container: "web", port: 3000, turns: turns), canary: canary)
    }

    private static let canary = ServiceCanary(percent: 10, bake: 5, watch: 3)

    private static func change(
        _ desired: ECSServiceSettings, from observed: ECSServiceSettings
    ) throws -> ECS.UpdateServiceRequest {
        try #require(ServiceCalls.changes(desired, from: observed).first as? ECS.UpdateServiceRequest)
    }

    @Test func aCanaryComesInPlaceByOneCall() throws {
        let call = try Self.change(Self.service(Self.canary), from: Self.service(nil))
        #expect(call.deploymentConfiguration?.strategy == .canary)
        #expect(call.deploymentConfiguration?.canaryConfiguration?.canaryPercent == 10)
        #expect(call.deploymentConfiguration?.canaryConfiguration?.canaryBakeTimeInMinutes == 5)
        #expect(call.deploymentConfiguration?.bakeTimeInMinutes == 3)
        let turns = call.loadBalancers?.first?.advancedConfiguration
        #expect(turns?.alternateTargetGroupArn == "arn:b" && turns?.productionListenerRule == "arn:rule")
        #expect(turns?.roleArn == "arn:role" && call.forceNewDeployment == nil)
    }

    /// What is not said to ECS stays, so the old strategy is said.
    @Test func itGoesInPlaceByOneCall() throws {
        let call = try Self.change(Self.service(nil), from: Self.service(Self.canary))
        #expect(call.deploymentConfiguration?.strategy == .rolling)
        #expect(call.loadBalancers?.first?.targetGroupArn == "arn:a")
        #expect(call.loadBalancers?.first?.advancedConfiguration == nil)
    }

    @Test func aServiceWithoutOneSaysNothingOfStrategies() {
        let created = ServiceCalls.create(Self.service(nil), tags: [:], token: "x")
        #expect(created.deploymentConfiguration?.strategy == nil)
        #expect(created.deploymentConfiguration?.bakeTimeInMinutes == nil)
    }

    @Test func whichGroupComesFirstMeansNothing() {
        let swapped = Self.service(Self.canary, ["arn:b", "arn:a"])
        #expect(ServiceCalls.changes(Self.service(Self.canary), from: swapped).isEmpty)
    }

    @Test func tasksAreBroughtHomeAtOnceAndANewVersionIsWatched() {
        var desired = Self.service(nil)
        let same = ServiceCalls.bringHome(desired, from: Self.service(Self.canary))
        #expect(same.forceNewDeployment == true && same.taskDefinition == nil && same.loadBalancers == nil)
        #expect(same.deploymentConfiguration?.strategy == .canary)
        #expect(same.deploymentConfiguration?.canaryConfiguration?.canaryBakeTimeInMinutes == 0)
        #expect(same.deploymentConfiguration?.bakeTimeInMinutes == 0)
        desired.taskDefinition = "arn:web:8"
        let new = ServiceCalls.bringHome(desired, from: Self.service(Self.canary))
        #expect(new.taskDefinition == "arn:web:8" && new.deploymentConfiguration?.bakeTimeInMinutes == 3)
    }
}
