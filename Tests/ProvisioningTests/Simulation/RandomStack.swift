import Provisioning
import Resources
import Stacks
import TestKit

/// A desired state that a seed draws: what exists, what refers to what, and how it may change.
struct RandomStack {
    struct Part: Equatable {
        struct Link: Equatable {
            var target: Int
            var moment: Moment
            /// A changed id means a new resource, as a subnet's id does for a NAT gateway.
            var replaces: Bool
        }

        var kind: ResourceKind
        var generation = 0
        var size = 0
        var links: [Link] = []
    }

    /// By a number that never changes, so that a part keeps its address.
    var parts: [Int: Part] = [:]

    /// So that a later one may depend on an earlier one, as `isHeld` has it.
    private static let kinds = SimulatedSettings.kinds.sorted { left, right in
        let (one, other) = (holderCount(left), holderCount(right))
        return one == other ? left.rawValue < right.rawValue : one > other
    }

    private static func holderCount(_ kind: ResourceKind) -> Int {
        ResourceKind.allCases.count { kind.isHeld(by: $0) }
    }

    init() {}

    init(count: Int, using generator: inout SeededGenerator) {
        var kinds = (0..<count).map { _ in Self.kinds[Int.random(in: Self.kinds.indices, using: &generator)] }
        kinds.sort { (Self.kinds.firstIndex(of: $0) ?? 0) < (Self.kinds.firstIndex(of: $1) ?? 0) }
        for (number, kind) in kinds.enumerated() { add(number, kind, &generator) }
    }

    private mutating func add(_ number: Int, _ kind: ResourceKind, _ generator: inout SeededGenerator) {
        let possible = parts.filter { $0.key < number && $0.value.kind.isHeld(by: kind) }.keys.sorted()
        var links: [Part.Link] = []
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            guard let target = possible.randomElement(using: &generator),
                !links.contains(where: { $0.target == target })
            else { continue }
            links.append(
                Part.Link(
                    target: target, moment: Bool.random(using: &generator) ? .ready : .identified,
                    replaces: Int.random(in: 0..<3, using: &generator) == 0))
        }
        parts[number] = Part(kind: kind, links: links)
    }

    /// What an edit of the manifest may do: change, replace and take away.
    func edited(using generator: inout SeededGenerator) -> RandomStack {
        var stack = self
        for number in parts.keys.sorted() {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: stack.parts[number]?.generation += 1
            case 1, 2: stack.parts[number]?.size += 1
            case 3: stack.remove(number)
            default: break
            }
        }
        return stack
    }

    private mutating func remove(_ number: Int) {
        parts[number] = nil
        for other in parts.keys { parts[other]?.links.removeAll { $0.target == number } }
    }

    static func address(_ number: Int) -> Address {
        let text = String(number)
        return Address(.network, "r" + String(repeating: "0", count: max(0, 3 - text.count)) + text)
    }

    var graph: ResourceGraph {
        ResourceGraph(
            parts.sorted { $0.key < $1.key }.map { number, part in
                Resource(
                    Self.address(number),
                    SimulatedSettings.make(
                        part.kind, identity: Self.value(part.generation, part.links.filter(\.replaces)),
                        changeable: Self.value(part.size, part.links.filter { !$0.replaces })))
            })
    }

    /// `3 id-17 id-20`: a number and what it refers to.
    static func value(_ number: Int, _ links: [Part.Link]) -> Value {
        .joined(
            [Value("\(number)")] + links.map { Value(Reference(address($0.target), .id, when: $0.moment)) }, by: " ")
    }

    /// The same where everything is known.
    static func text(_ number: Int, _ links: [Part.Link], _ ids: [Address: String]) -> String {
        ([String(number)] + links.map { ids[address($0.target)] ?? "?" }).joined(separator: " ")
    }
}
