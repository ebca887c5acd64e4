import Resources
import Testing

struct PolicyDocumentTests {
    @Test func aPolicyIsWrittenAsAWSReadsIt() {
        let bucket = Value(Reference(Address(.operations, "bucket", "logs"), .arn))
        let policy = PolicyDocument([
            PolicyStatement(
                "Logs", principals: [.service("delivery.logs.amazonaws.com")], actions: ["s3:PutObject"],
                resources: ["\(bucket)/flow/*"],
                conditions: [
                    PolicyCondition("StringEquals", "aws:SourceAccount", [Value(Lookup.account)]),
                    PolicyCondition("StringEquals", "s3:x-amz-acl", ["bucket-owner-full-control"]),
                ]),
            PolicyStatement("NoHTTP", .deny, principals: [.anyone], actions: ["s3:Get*", "s3:Put*"], resources: ["*"]),
        ])
        let facts = KnownFacts(
            facts: [Address(.operations, "bucket", "logs"): [.arn: "arn:aws:s3:::logs"]],
            lookups: [.account: "123456789012"])
        let expected = #"""
            {"Version":"2012-10-17","Statement":[{"Sid":"Logs","Effect":"Allow","Principal":{"Service":"delivery.logs.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/flow/*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","s3:x-amz-acl":"bucket-owner-full-control"}}},{"Sid":"NoHTTP","Effect":"Deny","Principal":"*","Action":["s3:Get*","s3:Put*"],"Resource":"*"}]}
            """#
        #expect(facts.text(policy.json) == expected)
        #expect(facts.text(policy.resolved(knowing: facts).json) == expected)
    }
}
