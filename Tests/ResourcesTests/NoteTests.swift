import Foundation
import Resources
import Stacks
import Testing

/// No setting is ignored in silence.
struct NoteTests {
    @Test func everyKeyOfTheManifestIsCarriedOutOrNoted() throws {
        let schema = try #require(
            JSONSerialization.jsonObject(with: Data(ManifestSchema.json().utf8)) as? [String: Any])
        let sections: Set<String> = [
            "network", "edge", "edge.cache", "edge.firewall", "services", "services.deploy", "database", "alarms",
            "local",
        ]
        let keys = Self.keys(schema, "", sections)
        #expect(keys.count > 30)
        for key in keys { #expect(StackResources.coverage[key] != nil, "\(key): carried out on aws, or noted?") }
        for key in StackResources.coverage.keys { #expect(keys.contains(key), "\(key) is no key of the manifest") }
    }

    /// Down to the keys of sections; what is inside a value (`health.path`) goes with its key.
    private static func keys(_ schema: [String: Any], _ path: String, _ sections: Set<String>) -> Set<String> {
        var found: Set<String> = []
        for object in objects(schema, isSection: path.isEmpty || sections.contains(path)) {
            for (name, value) in object {
                let key = path.isEmpty ? name : "\(path).\(name)"
                guard let inner = value as? [String: Any] else { continue }
                found.formUnion(sections.contains(key) ? keys(inner, key, sections) : [key])
            }
        }
        return found
    }

    /// `properties` of the schema itself, of its items, of what its keys may map to, or of its alternatives.
    private static func objects(_ schema: [String: Any], isSection: Bool) -> [[String: Any]] {
        guard isSection else { return [] }
        if let own = schema["properties"] as? [String: Any] { return [own] }
        let inner = [schema["items"], schema["additionalProperties"]].compactMap { $0 as? [String: Any] }
        let others = ["anyOf", "oneOf"].flatMap { schema[$0] as? [[String: Any]] ?? [] }
        return (inner + others).flatMap { objects($0, isSection: true) }
    }

    @Test(
        arguments: [
            (DeployRules(canary: .init()), []), (DeployRules(canary: .init(share: 40, bake: .seconds(180))), []),
            (
                DeployRules(canary: .init(share: 41)),
                ["canary is judged by web-errors alone on aws: CloudWatch cannot tell"]
            ),
            (
                DeployRules(canary: .init(bake: .seconds(120))),
                ["canary is judged by web-errors alone on aws: CloudWatch needs 3"]
            ),
            (
                DeployRules(canary: .init(bake: .seconds(5))),
                ["canary.bake is 1 minute on aws", "canary is judged by web-errors alone"]
            ),
            (DeployRules(canary: .init(bake: .seconds(301))), ["canary.bake is 6 minutes on aws"]),
            (
                DeployRules(minimumHealthy: 50, canary: .init()),
                ["minimum-healthy and maximum mean nothing to a canary"]
            ),
        ] as [(DeployRules, [String])])
    func whatACanaryIsNotOnAWSIsSaid(_ rules: DeployRules, _ words: [String]) {
        let stack = Stack(name: "shop", services: [Service(name: "web", image: "web:1", deploy: rules)])
        let notes = StackResources.notes(of: stack)
        #expect(notes.count == words.count, "\(notes)")
        for (note, words) in zip(notes, words) { #expect(note.hasPrefix("services.web.deploy.\(words)"), "\(note)") }
    }

    @Test func aCanaryThatAWSCannotCarryOutIsSaid() {
        let web = Service(
            name: "web", image: "web:1", routes: [.everything, RoutePattern(unchecked: "/a")],
            deploy: DeployRules(canary: .init()))
        #expect(
            StackResources.notes(of: Stack(name: "shop", services: [web])) == [
                "services.web.deploy.canary is this machine's alone: on aws ECS shifts one rule of the load balancer, and 2 lead to "
                    + "the service, so a new version takes the old one's place task by task"
            ])
    }

    @Test func whatIsNotCarriedOutIsSaid() {
        var stack = Stack(
            name: "shop",
            services: [Service(name: "web", image: "web:1")])
        stack.services[0].balancing.ejection = Ejection(failures: 9)
        stack.edge.firewall.largestBody = .mebibytes(10)
        #expect(
            StackResources.notes(of: stack).map { String($0.prefix { $0 != " " }) } == [
                "edge.firewall.largest-body", "services.web.ejection",
            ])
        #expect(StackResources.notes(of: Stack(name: "shop", services: [Service(name: "web", image: "web:1")])).isEmpty)
    }
}
