import AWSServices
import AWSWire
import Provisioning
import Resources
import Testing

@testable import AWSTarget

/// What Step Functions says about a job.
struct StateMachineTests {
    private static let settings = StateMachineSettings(
        name: "shop-report", role: "arn:aws:iam::123456789012:role/x", timeout: 90,
        cluster: "arn:aws:ecs:us-east-1:123456789012:cluster/shop", taskDefinition: "shop-web:7", container: "web",
        command: ["./web", "report \"now\" && <ok>"], subnets: ["subnet-1", "subnet-2"], groups: ["sg-1"])

    private static func read(_ definition: String) -> StateMachineSettings {
        var answer = StepFunctions.DescribeStateMachineResponse(slots: Slots())
        answer.name = "shop-report"
        answer.roleArn = "arn:aws:iam::123456789012:role/x"
        answer.definition = Secret(definition)
        return StateMachineSettings(answer)
    }

    @Test func whatIsWrittenIsReadAgain() {
        #expect(Self.read(Self.settings.definition.text) == Self.settings)
    }

    /// White space and another spelling of the same text are none; anything else in it is somebody else's, and `up` puts the stack's own
    /// in its place.
    @Test(
        arguments: [
            ("\"TimeoutSeconds\":90", "\"TimeoutSeconds\" : 90 ", true),
            (#"\u0026\u0026 \u003cok\u003e"#, "&& <ok>", true),
            ("\"MaxAttempts\":5", "\"MaxAttempts\":6", false),
            ("\"StartAt\":\"Run\",", "\"Comment\":\"mine\",\"StartAt\":\"Run\",", false),
            ("\"LaunchType\":\"FARGATE\",", "", false), ("{\"StartAt\"", "[{\"StartAt\"", false),
        ])
    func whatSomebodyHasChangedIsNoticed(_ old: String, _ new: String, _ isOurs: Bool) {
        let text = Self.settings.definition.text
        #expect(text.contains(old))
        #expect(Self.read(text.replacing(old, with: new)).isOurs == isOurs)
    }

    @Test(
        arguments: [
            (
                "States.TaskFailed",
                #"{"StoppedReason":"Essential container in task exited","Containers":[{"Name":"log","ExitCode":0},{"Name":"web","ExitCode":3}]}"#,
                .failed(exitCode: 3, reason: nil)
            ),
            (
                "States.TaskFailed",
                #"{"Containers":[{"Name":"web","ExitCode":137,"Reason":"OutOfMemoryError: Container killed"}]}"#,
                .failed(exitCode: 137, reason: "OutOfMemoryError: Container killed")
            ),
            (
                "States.TaskFailed",
                #"{"StoppedReason":"CannotPullContainerError: no such image","Containers":[{"Name":"web"}]}"#,
                .notStarted("CannotPullContainerError: no such image")
            ),
            (
                "ECS.ClusterNotFoundException", "Cluster not found. (Service: AmazonECS)",
                .notStarted("ECS.ClusterNotFoundException: Cluster not found. (Service: AmazonECS)")
            ),
            (nil, nil, .notStarted("Step Functions gave no reason")),
            (
                "States.TaskFailed", "{\"Containers\":[",
                .failed(exitCode: nil, reason: "Step Functions does not say with which exit code")
            ),
        ] as [(String?, String?, CloudJobEnd.Result)])
    func aFailureSaysHowTheCommandEnded(_ error: String?, _ cause: String?, _ result: CloudJobEnd.Result) {
        #expect(RunFailure(error: error, cause: cause).result(of: "web") == result)
    }
}
