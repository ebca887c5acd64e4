package import Stacks

/// What a manifest gives up on purpose: a claim that then cannot hold about one role.
package struct Choice: Sendable, Hashable {
    package var claim: Claim
    package var about: Party.Role
    package var reason: String
    /// Whether the claim does not hold whatever the network is like: how many there are of a party, a network does not say.
    package var isCertain = false

    func covers(_ breach: Breach) -> Bool { breach.claim == claim && breach.about == about }

    package static func of(_ stack: Stack) -> [Choice] {
        var choices: [Choice] = []
        if stack.network.nat == .single {
            choices.append(
                Choice(
                    claim: .survivesLossOfZone, about: .internet,
                    reason: "`network.nat: single`: the gateway's zone takes the way out along"))
        }
        if stack.database?.readers == 0 {
            choices.append(
                Choice(
                    claim: .survivesLossOfZone, about: .database,
                    reason: "`database.readers: 0`: Aurora first has to make a server in another zone"))
        }
        return choices
            + stack.services.filter { $0.tasks.lowerBound < 2 }.map { service in
                Choice(
                    claim: .survivesLossOfZone, about: .service(service.name),
                    reason:
                        "`services.\(service.name).tasks.min: \(service.tasks.lowerBound)`: ECS first has to start a task in "
                        + "another zone",
                    isCertain: true)
            }
    }
}
