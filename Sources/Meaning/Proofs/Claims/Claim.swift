/// What the architecture promises about its network, each with a name that stays from version to version.
package enum Claim: String, Sendable, Hashable, CaseIterable {
    case onlyCloudFrontCallsBalancer = "only-cloudfront-reaches-load-balancer"
    case onlyThisDistributionIsAnswered = "only-this-distribution-is-answered"
    case onlyBalancerCallsTasks = "only-load-balancer-reaches-tasks"
    case onlyTasksCallDatabase = "only-tasks-reach-database"
    case databaseHasNoInternet = "database-has-no-internet"
    case onlyTasksCallEndpoints = "only-tasks-reach-endpoints"
    case tasksLeaveByNATOrEndpoint = "tasks-leave-by-nat-or-endpoint"
    case onlyTasksLeave = "only-tasks-leave"
    case onlyEdgeIsPublic = "only-edge-is-public"
    case neededWaysAreOpen = "needed-ways-are-open"
    case survivesLossOfZone = "survives-loss-of-zone"

    /// Whether it speaks of all packets that there may be, so that one nobody has looked at may break it.
    var isAboutEverything: Bool {
        switch self {
        case .onlyThisDistributionIsAnswered, .neededWaysAreOpen, .survivesLossOfZone: false
        case .onlyCloudFrontCallsBalancer, .onlyBalancerCallsTasks, .onlyTasksCallDatabase, .databaseHasNoInternet,
            .onlyTasksCallEndpoints, .tasksLeaveByNATOrEndpoint, .onlyTasksLeave, .onlyEdgeIsPublic:
            true
        }
    }

    /// As a sentence, without a full stop.
    package var sentence: String {
        switch self {
        case .onlyCloudFrontCallsBalancer: "only CloudFront reaches the load balancer, on its listener's port"
        case .onlyThisDistributionIsAnswered: "other people's distributions get no answer from the load balancer"
        case .onlyBalancerCallsTasks: "only the load balancer reaches tasks, on the services' ports"
        case .onlyTasksCallDatabase: "only tasks reach the database, on its port"
        case .databaseHasNoInternet: "the database has no way to the internet or from it"
        case .onlyTasksCallEndpoints: "only tasks reach the endpoints of AWS services"
        case .tasksLeaveByNATOrEndpoint: "tasks leave only through NAT gateways and endpoints"
        case .onlyTasksLeave: "nothing but tasks starts connections to the outside"
        case .onlyEdgeIsPublic: "nothing but the edge can be reached from the internet"
        case .neededWaysAreOpen: "every way that a request needs is open, answers included"
        case .survivesLossOfZone: "each tier survives the loss of one zone"
        }
    }
}
