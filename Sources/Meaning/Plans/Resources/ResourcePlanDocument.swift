import Resources
package import Stacks

/// A plan for programs: `terrace plan --json`. Names and meanings stay from version to version; new members may come.
package struct ResourcePlanDocument: Sendable, Encodable {
    package struct Step: Sendable, Encodable {
        package var address: String
        /// `network`, `data`, `application`, `edge`, `operations`
        package var group: String
        package var kind: String
        package var action: ResourceChange.ActionName
        /// For a replacement: `create-first` or `delete-first`.
        package var order: ResourceChange.ReplaceOrder?
        package var reason: String
        package var settings: [Setting]
    }

    /// A setting that differs; for a created resource every one.
    package struct Setting: Sendable, Encodable {
        package var name: String
        /// Missing where there is none; secrets are `•••`.
        package var old: String?
        package var new: String?
        /// False when the rest of the new value is told by resources that this plan makes or changes.
        package var isKnown: Bool
        /// Whether this setting is why the resource must be replaced.
        package var replaces: Bool
    }

    package struct Record: Sendable, Encodable {
        package var address: String
        package var name: String
        package var type: String
        package var target: String
    }

    /// Raised when a member changes its meaning or goes.
    package var format = 1
    package var isEmpty: Bool
    package var counts: [String: Int]
    package var changes: [Step]
    package var refusals: [Report]
    package var byHand: [Record]
    package var pending: [String: String]
    package var unchanged: Int
    /// What the manifest says and this does not do.
    package var notes: [String]

    package init(_ plan: ResourcePlan, notes: [String] = []) {
        self.notes = notes
        isEmpty = plan.isEmpty
        counts = Dictionary(ResourceChange.ActionName.allCases.map { ($0.rawValue, plan.count($0)) }) { first, _ in
            first
        }
        changes = plan.changes.map(Step.init)
        refusals = plan.refusals
        byHand = plan.byHand.compactMap(Record.init)
        pending = Dictionary(plan.pending.map { ($0.key.text, $0.value) }) { first, _ in first }
        unchanged = plan.unchanged
    }
}

extension ResourcePlanDocument.Step {
    fileprivate init(_ change: ResourceChange) {
        address = change.address.text
        group = change.address.group.rawValue
        kind = change.kind?.rawValue ?? ""
        action = change.action.name
        if case .replace(let first) = change.action { order = first }
        reason = change.reason
        settings = change.fields.map(ResourcePlanDocument.Setting.init)
    }
}

extension ResourcePlanDocument.Setting {
    fileprivate init(_ change: FieldChange) {
        name = change.name
        old = change.old == .none ? nil : change.old.description
        new = change.new == .none ? nil : change.new.description
        isKnown = change.isKnown
        // What is made anew has no old value to be held to.
        replaces = change.old != .none && change.onChange.isReplacement
    }
}

extension ResourcePlanDocument.Record {
    fileprivate init?(_ resource: Resource) {
        guard case .dnsRecord(let record) = resource.settings else { return nil }
        address = resource.address.text
        name = record.name.description
        type = record.type.rawValue
        switch record.target {
        case .text(let value): target = value.description
        case .alias(let name, zone: _): target = name.description
        }
    }
}

extension Field.OnChange {
    fileprivate var isReplacement: Bool { if case .replace = self { true } else { false } }
}
