import Stacks

/// One setting of a stack, as text, with what a change of it does on this machine.
struct Setting {
    let address: String
    let tier: Tier
    /// As the manifest writes it; nil where it says nothing.
    let value: String?
    let effect: Change.Effect
    let reason: String

    func change(from old: String?, to new: String?) -> Change {
        let kind: Change.Kind =
            if effect == .restart { .replace } else if old == nil { .create } else if new == nil { .delete } else {
                .update
            }
        return Change(address: address, kind: kind, tier: tier, old: old, new: new, effect: effect, reason: reason)
    }

    static func live(_ address: String, _ tier: Tier, _ value: String?, _ reason: String = "takes effect at once")
        -> Setting
    {
        Setting(address: address, tier: tier, value: value, effect: .live, reason: reason)
    }

    static func restart(_ address: String, _ tier: Tier, _ value: String?, _ reason: String) -> Setting {
        Setting(
            address: address, tier: tier, value: value, effect: .restart,
            reason: "needs `terrace down` first: \(reason)")
    }

    static func awsOnly(_ address: String, _ tier: Tier, _ value: String?) -> Setting {
        notHere(address, tier, value, "used on aws only: nothing changes here")
    }

    static func notHere(_ address: String, _ tier: Tier, _ value: String?, _ reason: String) -> Setting {
        Setting(address: address, tier: tier, value: value, effect: .elsewhere, reason: reason)
    }
}
