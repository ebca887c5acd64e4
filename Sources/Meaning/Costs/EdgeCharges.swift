import Resources
import Stacks

extension Estimator {
    var distribution: [Charge] {
        [
            Charge("data to browsers", .edgeGigabyte, assumptions.egress),
            Charge("requests", .edgeRequest, assumptions.requests),
            Charge("uploads to the application", .edgeUploadGigabyte, assumptions.uploads),
        ]
    }

    /// It runs for every request that the firewall lets pass, also for those that the cache answers.
    var function: Charge { Charge("runs for requests", .edgeFunction, assumptions.requests) }

    func charges(for list: WebACLSettings) -> [Charge] {
        [
            Charge("web ACL", .webACL, Quantity(1)),
            Charge("\(list.rules.count) rules", .webACLRule, Quantity(list.rules.count)),
            Charge("inspected requests", .webACLRequest, assumptions.requests),
        ].filter { $0.quantity.high > .zero || $0.item == .webACLRequest }
    }
}
