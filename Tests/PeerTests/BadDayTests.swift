import Foundation
import PeerKit
import TestKit
import Testing

/// What goes wrong on a real account: each is a report that says what to do, and the same command continues afterwards.
struct BadDayTests {
    private static let credentials: [(code: String, says: String)] = [
        ("InvalidClientTokenId", "aws sts get-caller-identity"), ("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ("ExpiredToken", "sign in again"),
    ]

    @Test(arguments: credentials)
    func credentialsThatAreRefusedAreToldBeforeAnythingElse(code: String, says: String) async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            trial.world.proxy.refuse(["GetCallerIdentity": PeerRefusal(403, code, "no")])
            for verb in ["plan", "up", "status", "destroy", "doctor"] {
                let result = try await trial.terrace(verb, expecting: 1)
                #expect(
                    result.errors.contains("cannot sign in to AWS: STS answered \(code)"), "\(verb): \(result.errors)")
                #expect(result.errors.contains(says), "\(verb): \(result.errors)")
            }
            #expect(trial.world.proxy.calls.isEmpty)
        }
    }

    @Test func noPermissionNamesTheActionAndTheResource() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            let message =
                "You are not authorized to perform: ec2:CreateNatGateway on resource: arn:aws:ec2:us-east-1:123456789012:natgateway/* because no identity-based policy allows it"
            trial.world.proxy.refuse([
                "CreateNatGateway": PeerRefusal(403, "UnauthorizedOperation", message),
                // Without a word on what was wanted: then the call's own name has to do.
                "CreateRole": PeerRefusal(403, "AccessDenied", "Access Denied"),
            ])
            let result = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(
                result.errors.contains(
                    "permission for ec2:CreateNatGateway on arn:aws:ec2:us-east-1:123456789012:natgateway/*"))
            #expect(result.errors.contains("permission for iam:CreateRole"))
            #expect(result.errors.contains("`terrace policy` prints"))
            #expect(result.output.contains("not started, since network.nat-gateway.a failed"))
            trial.world.proxy.refuse([:])
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
        }
    }

    @Test func aQuotaSaysWhereToAskForMore() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            trial.world.proxy.refuse([
                "AllocateAddress": PeerRefusal(
                    400, "AddressLimitExceeded", "The maximum number of addresses has been reached.")
            ])
            let result = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(result.errors.contains("EC2 answered AddressLimitExceeded"))
            #expect(result.errors.contains("Service Quotas"))
            trial.world.proxy.refuse([:])
            try await trial.terrace("up", "--yes")
            #expect(try await trial.terrace("plan").output.contains("No changes"))
        }
    }

    @Test func whatSomebodyHasChangedByHandIsShownAndMended() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.terrace("up", "--yes")
            try await trial.spoil("rule", "guestbook-database")
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("~ security-group-rules.database"), "\(plan.output)")
            #expect(try await trial.terrace("status").output.contains("differs from the manifest: 1 to change"))
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
        }
    }

    @Test func aNetworkThatIsDeletedInTheMiddleIsMadeAgain() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            // What would keep the network from going is not made yet.
            let refusal = PeerRefusal(400, "InvalidParameterValue", "not today")
            let stopped = ["CreateRouteTable", "CreateNetworkAcl", "CreateVpcEndpoint", "CreateNatGateway"]
            trial.world.proxy.refuse(
                Dictionary(
                    uniqueKeysWithValues: (stopped + ["CreateFlowLogs", "CreateLoadBalancer", "CreateTargetGroup"]
                        + ["CreateDBSubnetGroup"]).map { ($0, refusal) }))
            try await trial.terrace("up", "--yes", expecting: 1)
            try await trial.spoil("network")
            trial.world.proxy.refuse([:])
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
            #expect(try await trial.terrace("plan").output.contains("No changes"))
        }
    }

    @Test func aNameThatIsTakenIsLeftAlone() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.spoil("role", "guestbook-execution")
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("cannot use the name guestbook-execution of"), "\(plan.output)")
            #expect(plan.output.contains("it belongs to somebody else"), "\(plan.output)")
            let changes = trial.changes
            let up = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(up.errors.contains("the plan is refused as it stands"), "\(up.errors)")
            // The lease is taken and given back.
            #expect(trial.changes - changes <= 2, "\(trial.world.proxy.calls.filter(\.tookEffect).map(\.operation))")
        }
    }

    /// A name is told as taken before anything is made, whatever kind of thing has it.
    @Test(arguments: ["log-group", "bucket", "repository", "alarm", "database"])
    func aNameThatSomebodyElsesResourceHasRefusesThePlan(kind: String) async throws {
        let manifest = PeerManifest.plain.replacing("image: public.ecr.aws/nginx/nginx:1.27", with: "image: .")
        try await Trial.with(manifest) { trial in
            try await trial.spoil("taken", kind)
            let plan = try await trial.terrace("plan", expecting: 2)
            #expect(plan.output.contains("it belongs to the stack other"), "\(plan.output)")
            #expect(plan.output.contains("what has the name is left as it is"), "\(plan.output)")
        }
    }

    /// Between the plan and the call: the creation itself finds out, and leaves it alone.
    @Test func aNameThatIsTakenInTheMiddleIsLeftAlone() async throws {
        try await Trial.with(PeerManifest.plain) { trial in
            try await trial.spoil("role", "guestbook-execution")
            trial.world.proxy.refuse(["GetRole": PeerRefusal(404, "NoSuchEntity", "not seen yet")])
            let up = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(up.errors.contains("the name guestbook-execution is taken"), "\(up.errors)")
            #expect(up.errors.contains("what has the name is left as it is"), "\(up.errors)")
        }
    }

    /// The peer's services of such images fail in that way.
    @Test(arguments: [("crashes", "Essential container in task exited"), ("missing", "CannotPullContainerError")])
    func aDeploymentThatFailsIsToldWithItsReason(tag: String, reason: String) async throws {
        let manifest = PeerManifest.plain.replacing("nginx:1.27", with: "nginx:\(tag)")
        try await Trial.with(manifest, speed: 60) { trial in
            let result = try await trial.terrace("up", "--yes", expecting: 1)
            #expect(result.errors.contains(reason), "\(result.errors)")
            #expect(result.errors.contains("application.service.web"))
            try PeerManifest.write(PeerManifest.plain, into: trial.folder)
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
        }
    }

    /// AWS does what it is asked, and the first answer of every call is lost: nothing is made twice.
    @Test func whatIsMadeByCallsWithoutAnAnswerIsMadeOnce() async throws {
        let lost = FaultRates([.failedAfter: 1], inARow: 1)
        try await Trial.with(PeerManifest.plain, speed: 60, faults: lost) { trial in
            try await trial.terrace("up", "--yes")
            try await trial.expectFacts()
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func aBadDayEndsInTheSameWorld(seed: UInt64) async throws {
        try await Trial.with(PeerManifest.plain, faults: .badDay, seed: seed) { trial in
            // Every trouble at once may outlast the patience of one run; the next goes on.
            var runs = 0
            while runs < 4 {
                runs += 1
                let result = try await trial.run("up", "--yes")
                if result.exitCode == 0 { break }
            }
            #expect(runs < 4, "\(runs) runs were not enough")
            try await trial.expectFacts()
        }
    }
}
