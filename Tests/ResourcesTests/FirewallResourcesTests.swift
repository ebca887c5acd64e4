import Foundation
import Resources
import Stacks
import Testing

/// What `edge.firewall` becomes.
struct FirewallResourcesTests {
    private static func graph(_ firewall: Firewall) -> ResourceGraph {
        StackResources.graph(
            of: Stack(
                name: "shop", edge: Edge(firewall: firewall), services: [Service(name: "web", image: "web:1")]))
    }

    private static func blocks(_ texts: String...) -> [AddressBlock] { texts.compactMap { AddressBlock($0) } }

    private static func rules(_ graph: ResourceGraph) -> [FirewallRule] {
        graph.resources.flatMap { resource -> [FirewallRule] in
            if case .webACL(let acl) = resource.settings { acl.rules } else { [] }
        }
    }

    private static func sets(_ graph: ResourceGraph) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for resource in graph.resources {
            if case .ipSet(let set) = resource.settings { found[resource.address.text] = set.addresses }
        }
        return found
    }

    /// The order of this machine's firewall (`ScreeningRules`): allow, deny, size, rate, groups.
    @Test func listsStandBeforeEverythingAndAllowBeforeDeny() {
        let graph = Self.graph(
            Firewall(
                rules: [.common], allow: Self.blocks("198.51.100.7", "2001:db8:1::/48"),
                deny: Self.blocks("192.0.2.0/24", "2001:db8::/32"), largestBody: .kibibytes(8)))
        let rules = Self.rules(graph)
        #expect(rules == rules.sorted { $0.priority < $1.priority })
        #expect(
            rules.map(\.name) == [
                "allow-ipv4", "allow-ipv6", "deny-ipv4", "deny-ipv6", "largest-body", "rate-limit", "common",
            ])
        #expect(Set(rules.map(\.priority)).count == rules.count)
        #expect(
            Self.sets(graph) == [
                "edge.ip-set.allow-ipv4": ["198.51.100.7/32"], "edge.ip-set.allow-ipv6": ["2001:db8:1::/48"],
                "edge.ip-set.deny-ipv4": ["192.0.2.0/24"], "edge.ip-set.deny-ipv6": ["2001:db8::/32"],
            ])
    }

    @Test func aListWithoutAFamilyMakesNoSetOfIt() {
        let graph = Self.graph(Firewall(deny: Self.blocks("192.0.2.0/24")))
        #expect(Self.sets(graph).keys.sorted() == ["edge.ip-set.deny-ipv4"])
    }

    @Test func aListAloneIsAFirewall() {
        let graph = Self.graph(Firewall(rules: [], rateLimit: nil, deny: Self.blocks("192.0.2.1")))
        #expect(Self.rules(graph).map(\.name) == ["deny-ipv4"])
    }

    /// WAF refuses a block of everything.
    @Test func allAddressesAreTwoHalves() {
        let graph = Self.graph(Firewall(allow: Self.blocks("10.0.0.0/8"), deny: Self.blocks("0.0.0.0/0", "::/0")))
        #expect(Self.sets(graph)["edge.ip-set.deny-ipv4"] == ["0.0.0.0/1", "128.0.0.0/1"])
        #expect(Self.sets(graph)["edge.ip-set.deny-ipv6"] == ["::/1", "8000::/1"])
    }

    @Test(arguments: [
        (8192, FirewallRule.Statement.longBody(over: 8192)), (16_384, .longBody(over: 16_384)),
        (16_385, .announcedBody(over: 16_385)), (10 << 20, .announcedBody(over: 10 << 20)),
    ])
    func aBodyThatWAFSeesIsMeasuredAndALongerOneByWhatItAnnounces(_ limit: Int, _ statement: FirewallRule.Statement) {
        let rules = Self.rules(Self.graph(Firewall(rules: [], rateLimit: nil, largestBody: ByteCount(bytes: limit))))
        #expect(rules.map(\.statement) == [statement])
    }

    /// Its 8 KB would refuse every upload, whatever `largest-body` says.
    @Test func theCommonGroupOnlyCountsLongBodies() {
        let rules = Self.rules(Self.graph(Firewall(rules: [.common, .badInputs], rateLimit: nil)))
        #expect(
            rules.map(\.statement) == [
                .managed("AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"]),
                .managed("AWSManagedRulesKnownBadInputsRuleSet"),
            ])
    }

    /// A limit as a regular expression, against numbers around it and of other lengths.
    @Test(arguments: [0, 1, 8, 9, 10, 98, 99, 100, 16_384, 16_999, 65_535, 1_048_576, 10_485_760, 5_368_709_120])
    func aPatternMatchesExactlyTheNumbersAboveItsLimit(_ limit: Int) throws {
        let pattern = NumberPattern(over: limit)
        #expect(pattern.text.utf8.count <= 512, "WAF takes no longer one")
        #expect(NumberPattern(pattern.text) == pattern)
        let expression = try Regex(pattern.text)
        var numbers = Set((0...200).map { $0 } + (-200...200).map { limit + $0 }.filter { $0 >= 0 })
        for factor in [2, 7, 9, 10, 11, 99, 100] { numbers.formUnion([limit * factor, limit / factor]) }
        for number in numbers {
            let matches = "\(number)".wholeMatch(of: expression) != nil
            #expect(matches == (number > limit), "\(number) over \(limit)")
        }
        #expect("00\(limit + 1)".wholeMatch(of: expression) != nil)
        #expect("\(limit + 1)x".wholeMatch(of: expression) == nil)
    }

    @Test(arguments: ["", "^[0-9]+$", "^0*(?:[1-9][0-9]{2,}|11)$", "^0*(?:|)$", "^0*(?:[1-9][0-9]{1,}|0)$"])
    func anotherPatternIsNotTakenForOne(_ text: String) { #expect(NumberPattern(text) == nil) }
}
