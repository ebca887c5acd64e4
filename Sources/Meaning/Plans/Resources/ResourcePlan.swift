package import Resources
package import Stacks

/// What stands between a stack and what exists of it on AWS, each step with its reason. A value: the engine carries it out.
package struct ResourcePlan: Sendable, Equatable {
    /// What is made or changed, in the graph's order; then what is deleted, in an order in which AWS lets it go.
    package var changes: [ResourceChange]
    /// Why the plan must not be carried out as it is; empty when it may.
    package var refusals: [Report]
    /// Records that the user has to set, since the account does not hold the zone; with what is known of them filled in.
    package var byHand: [Resource]
    /// What exists as it should and is still on its way up, with what it waits for.
    package var pending: [Address: String]
    /// How many resources stay as they are.
    package var unchanged: Int

    package init(
        changes: [ResourceChange] = [], refusals: [Report] = [], byHand: [Resource] = [],
        pending: [Address: String] = [:], unchanged: Int = 0
    ) {
        self.changes = changes
        self.refusals = refusals
        self.byHand = byHand
        self.pending = pending
        self.unchanged = unchanged
    }

    package var isEmpty: Bool { changes.isEmpty && refusals.isEmpty }

    package func count(_ action: ResourceChange.ActionName, in group: ResourceGroup? = nil) -> Int {
        changes.count { $0.action.name == action && (group == nil || $0.address.group == group) }
    }
}

/// One step.
package struct ResourceChange: Sendable, Equatable {
    package enum Action: Sendable, Equatable {
        case create
        case update
        case replace(ReplaceOrder)
        case delete
        /// It exists under the stack's name, as it should be, without the stack's tags: they are written.
        case adopt
    }

    /// Which of the two comes first.
    package enum ReplaceOrder: String, Sendable, Codable {
        /// The successor serves before its predecessor goes.
        case createFirst = "create-first"
        /// The two cannot exist at once: they share a name, a block of addresses or a port.
        case deleteFirst = "delete-first"
    }

    package enum ActionName: String, Sendable, CaseIterable, Codable { case create, update, replace, delete, adopt }

    package var address: Address
    package var action: Action
    /// What is wanted; nil for what is deleted.
    package var desired: Resource?
    /// What exists; nil for what is created.
    package var observed: Observed?
    /// Setting by setting; all of them for what is created.
    package var fields: [FieldChange]
    /// As the end of a sentence: `must be replaced: a subnet stays in its zone`.
    package var reason: String

    package init(
        address: Address, action: Action, desired: Resource? = nil, observed: Observed? = nil,
        fields: [FieldChange] = [], reason: String
    ) {
        self.address = address
        self.action = action
        self.desired = desired
        self.observed = observed
        self.fields = fields
        self.reason = reason
    }

    package var kind: ResourceKind? { desired?.kind ?? observed?.settings.kind }
}

extension ResourceChange.Action {
    package var name: ResourceChange.ActionName {
        switch self {
        case .create: .create
        case .update: .update
        case .replace: .replace
        case .delete: .delete
        case .adopt: .adopt
        }
    }
}

/// One setting that differs.
package struct FieldChange: Sendable, Equatable {
    package var name: String
    /// `.none` for what is not there yet.
    package var old: FieldValue
    /// `.none` for what goes. What is only known once something else exists stands in it as a reference.
    package var new: FieldValue
    package var onChange: Field.OnChange

    package init(name: String, old: FieldValue, new: FieldValue, onChange: Field.OnChange) {
        self.name = name
        self.old = old
        self.new = new
        self.onChange = onChange
    }

    /// Which resources will tell the rest of the new value.
    package var awaited: [Address] { new.references.map(\.address) }
    package var isKnown: Bool { new.isKnown }
}
