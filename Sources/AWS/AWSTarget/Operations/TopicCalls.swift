import AWSServices
import AWSWire
import Resources

extension TopicSettings {
    /// As SNS tells it.
    init(name: String, attributes: [String: String]) {
        let key = attributes["KmsMasterKeyId"] ?? ""
        self.init(
            name: Value(name), key: key.isEmpty ? nil : Value(key),
            policy: PolicyDocument(answer: attributes["Policy"] ?? "") ?? PolicyDocument([]))
    }
}

/// What is said to SNS about a topic.
enum TopicCalls {
    /// Gives back the topic of that name when there is one, as long as its attributes are the same.
    static func create(_ topic: TopicSettings, tags: [String: String]) -> SNS.CreateTopicRequest {
        var attributes = ["Policy": topic.policy.json.text]
        attributes["KmsMasterKeyId"] = topic.key?.text
        return SNS.CreateTopicRequest(name: topic.name.text, attributes: attributes, tags: SNS.Tag.list(tags))
    }

    static func changes(_ desired: TopicSettings, from observed: TopicSettings, arn: String) -> [any WireRequest] {
        var calls: [any WireRequest] = []
        if desired.key != observed.key {
            calls.append(
                SNS.SetTopicAttributesRequest(
                    topicArn: arn, attributeName: "KmsMasterKeyId", attributeValue: desired.key?.text ?? ""))
        }
        if !desired.policy.says(observed.policy) {
            calls.append(
                SNS.SetTopicAttributesRequest(
                    topicArn: arn, attributeName: "Policy", attributeValue: desired.policy.json.text))
        }
        return calls
    }
}
