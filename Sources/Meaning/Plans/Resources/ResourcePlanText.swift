package import Resources
import Stacks

extension ResourcePlan {
    /// For people: by tier, a line for each resource, its differing settings below it, a sum at the end. Ends with a newline.
    ///
    ///     application
    ///       ~ task-definition.web  1 setting differs
    ///           web.environment.LOG_LEVEL  info → debug
    ///
    ///     1 to change; 63 stay as they are.
    package var text: String {
        let width = changes.map { ResourcePlan.shortName($0.address).count }.max() ?? 0
        let groups = ResourceGroup.allCases.compactMap { group -> String? in
            let lines = lines(of: changes.filter { $0.address.group == group }, width: width)
            return lines.isEmpty ? nil : "\(group.rawValue)\n" + lines.joined()
        }
        let parts = groups + [byHandText(), pendingText, refusals.map(\.description).joined(separator: "\n\n") + "\n"]
        return parts.filter { $0 != "\n" && !$0.isEmpty }.map { $0 + "\n" }.joined() + summary + "\n"
    }

    /// A tag that changes everywhere is one line, not one for each resource.
    private func lines(of changes: [ResourceChange], width: Int) -> [String] {
        let retagged = changes.filter(\.onlyRetags)
        guard retagged.count > 2, let fields = retagged.first?.fields,
            retagged.allSatisfy({ $0.fields == fields })
        else { return changes.map { $0.text(width: width) } }
        let names = fields.map { "\($0.name)  \($0.old) → \($0.new)" }.joined(separator: ", ")
        let others = changes.filter { !$0.onlyRetags }
        let count = "\(retagged.count)\(others.isEmpty ? "" : " more")"
        return others.map { $0.text(width: width) } + ["  ~ \(count.padded(to: width))  \(names)\n"]
    }

    /// The records that the user has to set, with what is known by now; empty when there are none.
    package func byHandText(knowing facts: KnownFacts = KnownFacts()) -> String {
        guard !byHand.isEmpty else { return "" }
        let rows = byHand.compactMap { resource -> String? in
            guard case .dnsRecord(let record) = resource.settings.resolved(knowing: facts) else { return nil }
            let target =
                switch record.target {
                case .text(let value): value.description
                case .alias(let name, zone: _): name.description
                }
            return "  \(record.name)  \(record.type.rawValue)  \(target)\n"
        }
        // Certificates of one domain ask for the same proof.
        let distinct = rows.enumerated().filter { index, row in !rows[..<index].contains(row) }.map(\.element)
        return "to set by hand, where the domain's records are kept\n" + distinct.joined()
    }

    private var pendingText: String {
        guard !pending.isEmpty else { return "" }
        let width = pending.keys.map(\.text.count).max() ?? 0
        let rows = pending.sorted { $0.key < $1.key }.map { "  \($0.key.text.padded(to: width))  \($0.value)\n" }
        return "still on its way\n" + rows.joined()
    }

    private var summary: String {
        let words: [(ResourceChange.ActionName, String)] = [
            (.create, "to create"), (.update, "to change"), (.replace, "to replace"), (.delete, "to delete"),
            (.adopt, "to adopt"),
        ]
        let parts = words.compactMap { action, words in count(action) > 0 ? "\(count(action)) \(words)" : nil }
        let rest = unchanged == 1 ? "1 stays as it is" : "\(unchanged) stay as they are"
        if parts.isEmpty { return refusals.isEmpty ? "No changes: \(rest)." : "Nothing can be done." }
        let sum = parts.joined(separator: ", ") + (unchanged > 0 ? "; \(rest)" : "")
        return sum + (refusals.isEmpty ? "." : ". Refused as it stands: see above.")
    }

    /// The group stands above.
    fileprivate static func shortName(_ address: Address) -> String {
        String(address.text.dropFirst(address.group.rawValue.count + 1))
    }
}

extension ResourceChange {
    fileprivate var onlyRetags: Bool { action == .update && fields.allSatisfy { $0.name.hasPrefix("tags.") } }

    fileprivate func text(width: Int) -> String {
        let head = "  \(mark) \(ResourcePlan.shortName(address).padded(to: width))  \(note)"
        let trimmed = String(head.reversed().drop { $0 == " " }.reversed()) + "\n"
        guard action.name == .update || action.name == .replace else { return trimmed }
        let names = fields.map(\.name.count).max() ?? 0
        return trimmed + fields.map { $0.text(width: names) }.joined()
    }

    private var mark: String {
        switch action.name {
        case .create: "+"
        case .update: "~"
        case .replace: "!"
        case .delete: "-"
        case .adopt: "="
        }
    }

    private var note: String {
        switch action {
        case .create: detail
        case .replace(.createFirst): "\(reason); the new one comes first"
        case .replace(.deleteFirst): "\(reason); the old one goes first"
        case .update, .delete, .adopt: reason
        }
    }

    /// What tells one from its like, out of the settings that are known.
    private var detail: String {
        let known = tellingFields.compactMap { name in fields.first { $0.name == name } }
            .filter { $0.isKnown && ![.none, .list([]), .set([])].contains($0.new) }.map(\.detail)
        return known.joined(separator: ", ")
    }

    private var tellingFields: [String] {
        switch kind {
        case .vpc?, .subnet?: ["cidr", "zone"]
        case .endpoint?: ["type", "service"]
        case .networkACL?: []
        case .databaseInstance?: ["class", "zone"]
        case .databaseCluster?: ["version", "serverless"]
        case .logGroup?: ["name", "retention-days"]
        case .taskDefinition?: ["cpu", "memory"]
        case .ecsService?: ["desired-count", "capacity"]
        case .scalableTarget?: ["min", "max"]
        case .scalingPolicy?: ["target"]
        case .schedule?: ["expression", "timezone"]
        case .loadBalancer?: ["scheme", "name"]
        case .targetGroup?: ["port", "health.path"]
        case .listener?: ["port"]
        case .listenerRule?: ["paths"]
        case .certificate?: ["domain"]
        case .dnsRecord?: ["type", "name"]
        case .topicSubscription?: ["endpoint"]
        case .distribution?: ["aliases"]
        case .alarm?: ["description"]
        default: ["name"]
        }
    }
}

extension FieldChange {
    /// A set shows what comes and what goes, anything else its two values.
    fileprivate func text(width: Int) -> String {
        let name = "      \(self.name.padded(to: width))  "
        guard case .set(let after) = new, case .set(let before) = old, before.count + after.count > 2 else {
            return name + pair + "\n"
        }
        let gone = before.filter { element in !after.contains { $0.isMet(by: element) } }
        let come = after.filter { element in !before.contains { element.isMet(by: $0) } }
        let lines = gone.map { "- \($0)" } + come.map { "+ \($0)" }
        let indent = String(repeating: " ", count: width + 8)
        return name + lines.joined(separator: "\n\(indent)") + "\n"
    }

    /// A bare number says little.
    fileprivate var detail: String {
        if case .number(let number) = new { "\(name) \(number)" } else { new.description }
    }

    /// Both values on one line. Of long ones only what is around the first difference: a policy or an ARN is mostly the same.
    private var pair: String {
        let (before, after) = (Array(old.description), Array(new.description))
        let same = zip(before, after).prefix { $0 == $1 }.count
        return "\(FieldChange.window(before, around: same)) → \(FieldChange.window(after, around: same))"
    }

    private static func window(_ text: [Character], around position: Int) -> String {
        let (limit, lead) = (88, 24)
        let line = text.map { $0.isNewline ? " " : $0 }
        guard line.count > limit else { return String(line) }
        let start = position > lead + limit / 2 ? position - lead : 0
        let end = min(start + limit, line.count)
        return (start > 0 ? "…" : "") + String(line[start..<end]) + (end < line.count ? "…" : "")
    }
}
