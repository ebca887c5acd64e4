import Foundation
import Plans
import Resources
import Stacks
import TestKit
import Testing

struct ResourcePlanTextTests {
    @Test func aPlanFromNothing() {
        expectGolden(
            ResourcePlanner.plan(Sample.graph, World(lookups: ImaginedCloud.lookups)).text, "plan-from-nothing")
    }

    @Test func aPlanWithoutAnythingToDo() {
        expectGolden(ResourcePlanner.plan(Sample.graph, Sample.running).text, "plan-nothing-to-do")
    }

    /// A bit of everything.
    private var mixed: ResourcePlan {
        var (stack, world) = (Sample.stack, Sample.running)
        stack.services[0].environment["LOG_LEVEL"] = "debug"
        stack.services[0].port = 8080
        stack.services[1].name = "courier"
        stack.edge.firewall.rateLimit = nil
        stack.tags["team"] = "sales"
        let gateway = Address(.network, "nat-gateway", "b")
        world.resources[gateway]?.state = .failed("InsufficientFreeAddressesInSubnet")
        world.resources[Address(.application, "cluster")]?.tags = [:]
        world.resources[Address(.edge, "load-balancer")]?.state = .pending("provisioning")
        world.lookups[.hostedZone("shop.example.com")] = ""
        if let vpc = world.resources[Address(.network, "vpc")] { world.strays = [vpc] }
        return ResourcePlanner.plan(StackResources.graph(of: stack), world)
    }

    @Test func aPlanWithABitOfEverything() { expectGolden(mixed.text, "plan-mixed") }

    @Test func aPlanAsJSON() throws {
        var plan = mixed
        plan.changes.removeAll { change in
            !["network.nat-gateway.b", "edge.target-group.web", "application.cluster"].contains(change.address.text)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(ResourcePlanDocument(plan)), as: UTF8.self)
        expectGolden(text + "\n", "plan-json")
    }

    @Test func noPlanShowsASecret() {
        var stack = Sample.stack
        stack.edge.origin = .public
        let graph = StackResources.graph(of: stack)
        var cloud = ImaginedCloud()
        cloud.apply(ResourcePlanner.plan(graph, cloud.world))
        let secret = Address(.edge, "secret", "origin")
        cloud.world.resources[secret]?.facts[.secretValue] = "hunter2"
        let plan = ResourcePlanner.plan(graph, cloud.world)
        #expect(plan.changes.map(\.address.text).contains("edge.distribution"))
        #expect(!plan.text.contains("hunter2"))
        let document = ResourcePlanDocument(plan)
        let shown = document.changes.flatMap(\.settings).flatMap { [$0.old, $0.new] }.compactMap { $0 }
        #expect(!shown.contains { $0.contains("hunter2") })
    }
}
