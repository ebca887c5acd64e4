import Resources
package import Stacks

/// A stack as a script of aws commands in the order in which they depend on each other: the guide's own form, complete and
/// corrected. What is there already is found and kept, not compared.
package struct ShellExport: Sendable {
    let stack: Stack
    let graph: ResourceGraph

    package init(_ stack: Stack) {
        self.stack = stack
        graph = StackResources.graph(of: stack)
    }

    var facts: ShellFacts { ShellFacts(graph: graph) }
    private var writer: ShellText { ShellText(variable: facts.substitute) }

    /// The script; ends with a newline.
    package var text: String {
        var parts = [head]
        let asked = askedFor
        var group: ResourceGroup?
        for resource in graph.resources {
            if resource.address.group != group {
                group = resource.address.group
                parts.append("# ---- \(resource.address.group.rawValue) ----\n")
            }
            parts.append(text(resource, asked: asked[resource.address] ?? []))
        }
        return (parts + [tail]).joined(separator: "\n")
    }

    /// Facts that some other resource needs and only AWS can tell.
    private var askedFor: [Address: [Fact]] {
        var found: [Address: [Fact]] = [:]
        for resource in graph.resources {
            for reference in resource.settings.values.flatMap(\.references)
            where facts.known(reference) == nil && reference.fact != .metricName {
                if !found[reference.address, default: []].contains(reference.fact) {
                    found[reference.address, default: []].append(reference.fact)
                }
            }
        }
        // Variables of a task come in no order.
        return found.mapValues { $0.sorted { $0.rawValue < $1.rawValue } }
    }

    private func text(_ resource: Resource, asked: [Fact]) -> String {
        let steps = self.steps(of: resource)
        var lines = ["# \(resource.address)"]
        for step in steps { lines += self.lines(step, resource) }
        for fact in asked where !steps.contains(where: { $0.gives == fact }) {
            guard let call = question(fact, resource) else { continue }
            let variable = facts.variable(Reference(resource.address, fact))
            lines += writer.lines(placed(call, resource), prefix: "\(variable)=$(").closed
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ step: ShellStep, _ resource: Resource) -> [String] {
        switch step.kind {
        case .comment(let text): return ["# \(text)"]
        case .raw(let lines): return lines
        case .run(let call): return writer.lines(placed(call, resource))
        case .once(let call): return writer.lines(placed(call, resource), prefix: "once ")
        case .unless(let question, let call):
            let parts = writer.parts(placed(call, resource))
            let asked = writer.lines(placed(question, resource))
            let last = (asked.last ?? "") + " >/dev/null 2>&1 ||"
            return parts.documents + asked.dropLast() + [last] + parts.call.map { "  \($0)" }
        case .tagged(let type, let call):
            let variable = facts.variable(Reference(resource.address, step.gives ?? .id))
            let found = "\(variable)=$(tagged \(type) \(stack.fullName)/\(resource.address)) ||"
            return [found] + writer.lines(placed(call, resource), prefix: "\(variable)=$(").closed.map { "  \($0)" }
        }
    }

    /// What CloudFront takes from us-east-1 is made there.
    private func placed(_ call: ShellCall, _ resource: Resource) -> ShellCall {
        guard resource.place == .edge, stack.region != "us-east-1" else { return call }
        var call = call
        call.arguments.append(("region", .word("us-east-1")))
        return call
    }
}

/// One step of making a resource.
struct ShellStep {
    enum Kind {
        case comment(String)
        case raw([String])
        case run(ShellCall)
        /// That the thing is there already is as good.
        case once(ShellCall)
        /// Made unless a question finds it: where a second call would make a second one.
        case unless(ShellCall, ShellCall)
        /// EC2's: found by type and address, else made.
        case tagged(String, ShellCall)
    }

    var kind: Kind
    /// The fact that its variable holds.
    var gives: Fact?

    static func comment(_ text: String) -> ShellStep { ShellStep(kind: .comment(text)) }
    static func raw(_ lines: String...) -> ShellStep { ShellStep(kind: .raw(lines)) }
    static func run(_ operation: String, _ arguments: [(name: String, value: ShellCall.Argument)]) -> ShellStep {
        ShellStep(kind: .run(ShellCall(operation, arguments)))
    }
    static func once(_ operation: String, _ arguments: [(name: String, value: ShellCall.Argument)]) -> ShellStep {
        ShellStep(kind: .once(ShellCall(operation, arguments)))
    }
    static func tagged(
        _ type: String, _ operation: String, _ arguments: [(name: String, value: ShellCall.Argument)], query: String,
        gives fact: Fact = .id
    ) -> ShellStep {
        ShellStep(kind: .tagged(type, ShellCall(operation, arguments, query: query)), gives: fact)
    }
}

extension [String] {
    /// The bracket behind the last line of a call that began with `$(`.
    var closed: [String] {
        guard let last else { return self }
        return dropLast() + [last + ")"]
    }
}
