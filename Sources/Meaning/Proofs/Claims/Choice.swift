package import Stacks

/// What a manifest gives up on purpose: a claim that then cannot hold about one role.
package struct Choice: Sendable, Hashable {
    package var claim: Claim
    package var about: Party.Role
    package var reason: String

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
    }
}
