import AWSServices
import AWSWire
import Resources
import Testing

@testable import AWSTarget

/// Which calls a difference needs.
struct ChangeTests {
    private static func rule(_ port: Int, _ block: String, _ words: String) -> GroupRule {
        GroupRule(ports: .tcp(port), peer: .cidr(Value(block)), description: words)
    }

    @Test func aRuleWithOtherWordsIsTheSameRule() {
        let (old, new) = (Self.rule(443, "10.0.0.0/8", "before"), Self.rule(443, "10.0.0.0/8", "after"))
        let (gone, come) = (Self.rule(80, "10.0.0.0/8", ""), Self.rule(443, "0.0.0.0/0", ""))
        let changes = RuleChanges(from: [old, gone], to: [new, come])
        #expect(changes.removed == [gone] && changes.added == [come] && changes.reworded == [new])
        let none = RuleChanges(from: [old], to: [old])
        #expect(none.removed.isEmpty && none.added.isEmpty && none.reworded.isEmpty)
    }

    /// A modification's own member for it is about Serverless v1.
    @Test func theDataAPIIsSwitchedByCallsOfItsOwn() {
        var on = DatabaseClusterSettings(
            identifier: "guestbook", version: "17.7", versionIsPinned: true, database: "guestbook", masterUser: "admin",
            subnetGroup: "data", groups: ["sg-1"], parameterGroup: "pg", port: 5432, backupDays: 7)
        on.dataAPI = true
        var off = on
        off.dataAPI = false
        #expect(ClusterRequests.modify(on, from: off) == nil)
        #expect(ClusterRequests.switchDataAPI(of: "arn", on: true) is RDS.EnableHttpEndpointRequest)
        #expect(ClusterRequests.switchDataAPI(of: "arn", on: false) is RDS.DisableHttpEndpointRequest)
    }

    /// A certificate for two names has a record for each, in any order; a stack sets the one of the first name.
    @Test(arguments: [
        ["origin.shop.example.com", "shop.example.com"], ["shop.example.com", "origin.shop.example.com"],
    ])
    func theRecordThatProvesACertificateIsThatOfItsOwnDomain(order: [String]) {
        var certificate = ACM.CertificateDetail()
        certificate.domainName = "origin.shop.example.com"
        certificate.domainValidationOptions = order.map { name in
            var record = ACM.ResourceRecord()
            (record.name, record.type, record.value) = ("_x.\(name).", "CNAME", "_y.\(name).")
            var option = ACM.DomainValidation()
            (option.domainName, option.resourceRecord) = (name, record)
            return option
        }
        let facts = CertificateCalls.facts(certificate)
        #expect(facts[.validationName] == "_x.origin.shop.example.com")
        #expect(facts[.validationValue] == "_y.origin.shop.example.com")
    }
}
