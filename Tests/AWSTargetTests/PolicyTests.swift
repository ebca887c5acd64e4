import AWSTarget
import Foundation
import Plans
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit
import Testing

/// The operator's policy against what Terrace really asks of AWS.
struct PolicyTests {
    /// Something of every kind: nothing but what only the local target knows is left out.
    static let richest = Stack(
        name: "shop", region: "us-east-1", network: Network(endpoints: [.s3, .logs]),
        edge: Edge(
            domain: "shop.example.com", origin: .private,
            cache: [CacheRule(path: RoutePattern(unchecked: "/static/*"), ttl: .seconds(86_400))],
            firewall: Firewall(deny: [AddressBlock("192.0.2.0/24")].compactMap { $0 }, largestBody: .mebibytes(10))),
        services: [
            Service(
                name: "web", image: ".", scaleOn: ScaleOn(cpu: 50, requestsPerTask: 600), secrets: ["SESSION_KEY"],
                release: .words(["./web", "migrate"]))
        ],
        database: Database(), alarms: Alarms(notify: ["ops@example.com"]),
        jobs: [CronSchedule("0 4 * * *")].compactMap { schedule in
            schedule.map { ScheduledJob(name: "report", schedule: $0, service: "web", command: .words(["./web"])) }
        })

    /// Every request that the sources of the target name, as `EC2.CreateVpc`.
    private static func requests() throws -> Set<String> {
        let folder = URL(filePath: #filePath).appending(path: "../../../Sources/AWS/AWSTarget").standardizedFileURL
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let pattern = /\b([A-Z][A-Za-z0-9]+)\.([A-Z][A-Za-z0-9]+)Request\(/
        var found: Set<String> = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: pattern) { found.insert("\(match.1).\(match.2)") }
        }
        // A part of a request, though it is called like one.
        return found.subtracting(["EC2.DestinationOptions"])
    }

    @Test func everyRequestThatTheHandlersCanMakeIsAllowed() throws {
        let documents = OperatorPolicy.documents(for: Self.richest)
        let requests = try Self.requests()
        #expect(requests.count > 150)
        let refused = requests.filter { request in
            let words = request.split(separator: ".").map(String.init)
            return !OperatorPolicy.allows(documents, service: words[0], operation: words[1])
        }
        #expect(refused.isEmpty, "\(refused.sorted())")
    }

    @Test func everyCallThatReachesAnAccountIsAllowed() async throws {
        let calls = Mutex<Set<String>>([])
        let refused = Mutex<Set<String>>([])
        var stack = Self.richest
        stack.edge.domain = nil
        stack.services[0].secrets = []
        stack.services[0].image = "public.ecr.aws/acme/web:1"
        let documents = OperatorPolicy.documents(for: stack)
        let graph = StackResources.graph(of: stack)
        try await TargetWorld.with(
            "shop",
            observing: { service, operation in
                calls.withLock { _ = $0.insert("\(service).\(operation)") }
                if !OperatorPolicy.allows(documents, service: service, operation: operation) {
                    refused.withLock { _ = $0.insert("\(service).\(operation)") }
                }
            },
            { world in
                try await world.bringUp(graph)
                try await world.tearDown(graph)
            })
        #expect(calls.withLock { $0.count } > 90)
        #expect(refused.withLock { $0.sorted() } == [])
    }

    /// What a statement is about must be named in the table, or the policy would grow beyond what is used.
    @Test func nothingIsAllowedThatNobodyAsksFor() throws {
        let documents = OperatorPolicy.documents(for: Self.richest)
        let asked = try Self.requests().flatMap { request in
            let words = request.split(separator: ".").map(String.init)
            return OperatorPolicy.actions(service: words[0], operation: words[1])
        }
        let granted = documents.flatMap(\.statements).flatMap(\.actions).filter { !$0.hasSuffix("*") }
        let unasked = Set(granted).subtracting(asked).subtracting(OperatorPolicy.onBehalf)
        #expect(unasked.isEmpty, "\(unasked.sorted())")
    }

    @Test func thePolicyReadsAsReviewedAndFits() {
        let documents = OperatorPolicy.documents(for: Self.richest)
        for document in documents { #expect((document.json.literal ?? "").utf8.count <= OperatorPolicy.longest) }
        let lines = documents.enumerated().flatMap { number, document -> [String] in
            ["policy \(number + 1)"] + document.statements.map(Self.text)
        }
        expectGolden(lines.joined(separator: "\n") + "\n", "policy")
    }

    private static func text(_ statement: PolicyStatement) -> String {
        var lines = [statement.id] + statement.actions
        lines += statement.resources.map { "on \($0)" }
        lines += statement.conditions.map { "if \($0.test) \($0.key) \($0.values)" }
        return lines.joined(separator: "\n  ")
    }

    @Test func aSmallerStackNeedsLess() {
        var stack = Self.richest
        stack.database = nil
        let actions = OperatorPolicy.documents(for: stack).flatMap(\.statements).flatMap(\.actions)
        #expect(!actions.contains { $0.hasPrefix("rds:Create") || $0.hasPrefix("rds-data:") })
    }
}
