import Resources
import Testing

@testable import AWSTarget

/// Policies as AWS gives them back.
struct PolicyReadingTests {
    private static func statement(
        _ text: String, _ members: String = #""Effect":"Allow","Action":"s3:GetObject""#
    ) -> PolicyStatement? {
        PolicyDocument(
            answer: #"{"Version":"2012-10-17","Statement":[{\#(members)\#(text.isEmpty ? "" : ",")\#(text)}]}"#)?
            .statements.first
    }

    @Test(arguments: ["", "no policy", "[]", "{}", #"{"Statement":"all"}"#, #"{"Version":"2012-10-17"}"#, "%7B"])
    func whatIsNoPolicyIsNone(_ text: String) { #expect(PolicyDocument(answer: text) == nil) }

    private static let plain = PolicyDocument([
        PolicyStatement("Read", actions: ["s3:GetObject", "s3:ListBucket"], resources: ["arn:aws:s3:::a b/*"])
    ])

    @Test(arguments: [
        #"{"Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::a b/*"}]}"#,
        // One statement may stand without its list.
        #"{"Statement":{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::a b/*"]}}"#,
        // As IAM answers.
        "%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22Read%22%2C%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22s3%3AGetObject%22%2C%22s3%3AListBucket%22%5D%2C%22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Aa%20b%2F%2A%22%7D%5D%7D",
    ])
    func theSamePolicyReadsTheSameHoweverItIsWritten(_ text: String) {
        #expect(PolicyDocument(answer: text) == Self.plain)
    }

    @Test func orderMeansNothing() {
        let turned = PolicyDocument(
            answer:
                #"{"Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"arn:aws:s3:::a b/*"}]}"#
        )
        #expect(turned?.says(Self.plain) == true)
    }

    @Test(arguments: [
        (#""*""#, [PolicyStatement.Principal.anyone]), (#"{"AWS":"*"}"#, [.anyone]),
        (#"{"AWS":"arn:aws:iam::123456789012:root"}"#, [.aws("arn:aws:iam::123456789012:root")]),
        (
            #"{"Service":["ecs.amazonaws.com","rds.amazonaws.com"]}"#,
            [.service("ecs.amazonaws.com"), .service("rds.amazonaws.com")]
        ),
        (
            #"{"Service":"ecs.amazonaws.com","AWS":"123456789012"}"#,
            [.aws("123456789012"), .service("ecs.amazonaws.com")]
        ),
        // What Terrace never writes is seen as something else.
        (#"{"Federated":"accounts.google.com"}"#, [.service("Federated accounts.google.com")]), ("{}", []),
    ])
    func principals(_ text: String, _ expected: [PolicyStatement.Principal]) {
        #expect(Self.statement(#""Principal":\#(text)"#)?.principals == expected)
    }

    @Test(arguments: [
        (
            #"{"StringEquals":{"aws:SourceAccount":"123456789012"}}"#,
            [PolicyCondition("StringEquals", "aws:SourceAccount", ["123456789012"])]
        ),
        (
            #"{"ArnLike":{"b":["2","1"],"a":"x"}}"#,
            [PolicyCondition("ArnLike", "a", ["x"]), PolicyCondition("ArnLike", "b", ["2", "1"])]
        ),
        // Flags and numbers may stand without quotes.
        (#"{"Bool":{"aws:SecureTransport":false}}"#, [PolicyCondition("Bool", "aws:SecureTransport", ["false"])]),
        (#"{"NumericLessThan":{"s3:max-keys":10}}"#, [PolicyCondition("NumericLessThan", "s3:max-keys", ["10"])]),
        ("{}", []), (#""nonsense""#, []),
    ])
    func conditions(_ text: String, _ expected: [PolicyCondition]) {
        #expect(Self.statement(#""Condition":\#(text)"#)?.conditions == expected)
    }

    /// Otherwise a policy that somebody has turned around would read like Terrace's own.
    @Test(arguments: [#""NotAction":"s3:*""#, #""NotResource":"*""#, #""NotPrincipal":{"AWS":"*"}"#])
    func whatTerraceNeverSaysIsNeverMistakenForItsOwn(_ text: String) {
        let found = Self.statement(text)
        #expect(found?.conditions.first?.test == "unknown to Terrace")
        #expect(found != Self.statement(""))
    }

    @Test func aDenialIsNoPermission() {
        #expect(Self.statement("", #""Effect":"Deny","Action":"s3:*""#)?.effect == .deny)
        #expect(Self.statement("", #""Effect":"Allow","Action":"s3:*""#)?.effect == .allow)
    }
}
