import Stacks
import TestKit
import Testing

@Suite struct OverlayTests {
    @Test func mappingsMergeAndTheRestIsReplaced() {
        let overlay = """
            services:
              web:
                tasks: { max: 4 }
                secrets: [OTHER]
              jobs: { command: jobs, routes: [] }
            edge: { firewall: { rate-limit: { requests: 50 } } }
            database: { readers: 0 }
            """
        let stack = check(Manifests.full, overlay: overlay, environment: "staging").stack
        #expect(stack?.fullName == "guestbook-staging")
        #expect(stack?.services.map(\.name) == ["web", "jobs"])
        #expect(stack?.services.first?.tasks == 2...4)
        #expect(stack?.services.first?.secrets == ["OTHER"])
        #expect(stack?.edge.firewall.rateLimit == Firewall.RateLimit(requests: 50, per: .seconds(300)))
        #expect(stack?.edge.domain == "guestbook.example.com")
        #expect(stack?.database == Database(readers: 0))
    }

    @Test(arguments: ["", "# nothing yet\n", "---\n"])
    func anEmptyOverlayChangesNothing(_ overlay: String) {
        var expected = check(Manifests.full).stack
        expected?.environment = "staging"
        #expect(check(Manifests.full, overlay: overlay, environment: "staging").stack == expected)
    }

    @Test func nothingInAnOverlayMeansTheDefaultAgain() {
        let stack = check(Manifests.full, overlay: "edge:\nlocal: { https: }", environment: "dev").stack
        #expect(stack?.edge == Edge())
        #expect(stack?.local == LocalPorts())
    }

    @Test func aMistakeIsShownInTheFileWhereItStands() {
        let base = Manifests.service("cpu: 300")
        let overlay = "services:\n  web:\n    memory: 5\n    prot: 1\ndatabase: { readers: many }\nzones: 9\n"
        expectGolden(said(about: base, overlay: overlay, environment: "staging"), "overlay")
    }

    @Test(arguments: ["", "Staging", "a b", "-x", "x-", String(repeating: "x", count: 32)])
    func anEnvironmentThatIsNoNameIsRefused(_ name: String) {
        let result = check(Manifests.minimal, environment: name)
        #expect(result.stack == nil)
        #expect(result.diagnostics.map(\.path) == ["--environment"])
    }
}
