import AWSServices
import AWSWire
import Resources

extension StateMachineSettings {
    /// As Step Functions tells it. What a definition of another form does not say is empty here, and then it is not ours.
    init(_ machine: StepFunctions.DescribeStateMachineResponse) {
        let definition = JSONText(reading: machine.definition?.reveal())
        let task = definition?["States"]?["Run"]?["Parameters"]
        let network = task?["NetworkConfiguration"]?["AwsvpcConfiguration"]
        let override = task?["Overrides"]?["ContainerOverrides"]?.elements.first
        self.init(
            name: Value(machine.name ?? ""), role: Value(machine.roleArn ?? ""),
            timeout: definition?["TimeoutSeconds"]?.whole ?? 0, cluster: Value(task?["Cluster"]?.string ?? ""),
            taskDefinition: Value(task?["TaskDefinition"]?.string ?? ""), container: override?["Name"]?.string ?? "",
            command: override?["Command"]?.listedTexts ?? [],
            subnets: (network?["Subnets"]?.listedTexts ?? []).map { Value($0) },
            groups: (network?["SecurityGroups"]?.listedTexts ?? []).map { Value($0) },
            hasPublicAddress: network?["AssignPublicIp"]?.string == "ENABLED",
            platformVersion: task?["PlatformVersion"]?.string ?? "LATEST",
            propagatesTags: task?["PropagateTags"]?.string == "TASK_DEFINITION")
        isOurs = definition != nil && JSONText(reading: self.definition.literal) == definition
    }
}

/// What is said to Step Functions about a state machine.
enum StateMachineCalls {
    static func create(
        _ machine: StateMachineSettings, tags: [String: String]
    ) -> StepFunctions.CreateStateMachineRequest {
        StepFunctions.CreateStateMachineRequest(
            name: machine.name.text, definition: Secret(machine.definition.text), roleArn: machine.role.text,
            type: .standard, tags: StepFunctions.Tag.list(tags))
    }

    /// Runs that go on end as they began.
    static func update(_ machine: StateMachineSettings, arn: String) -> StepFunctions.UpdateStateMachineRequest {
        StepFunctions.UpdateStateMachineRequest(
            stateMachineArn: arn, definition: Secret(machine.definition.text), roleArn: machine.role.text)
    }
}

extension StepFunctions.Tag: TagShape {}

extension JSONText {
    /// Nil for what is no JSON.
    init?(reading text: String?) {
        guard let text, let read = try? JSONReader.read(Array(text.utf8)) else { return nil }
        self = read
    }

    /// Of a list; empty for anything else.
    var elements: [JSONText] { if case .list(let elements) = self { elements } else { [] } }
    var listedTexts: [String] { elements.compactMap(\.string) }
    var whole: Int? { if case .integer(let number) = self { number } else { nil } }
}
