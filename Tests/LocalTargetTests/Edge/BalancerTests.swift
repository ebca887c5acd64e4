import Foundation
import LocalTarget
import NIOCore
import Stacks
import Synchronization
import TestKit
import Testing
import TrafficRules

/// Rules, stickiness, ejection and timeouts as curl sees them.
@Suite struct BalancerTests {
    /// On a busy machine a check every 100 ms may fail, and the task is left for that.
    private static let steady = HealthCheck(interval: .seconds(60))

    private static let byName: ScriptedTask.Script = { _, _, task in ScriptedAnswer(body: task) }

    private static func rule(_ priority: Int, _ condition: RequestCondition, _ action: BalancerRule.Action)
        -> BalancerRule
    {
        BalancerRule(priority: priority, condition: condition, action: action)
    }

    private static func path(_ text: String) -> RequestCondition {
        RequestCondition(paths: [RoutePattern(unchecked: text)])
    }

    @Test func rulesLeadToServicesElsewhereOrNowhere() async throws {
        try await EdgeStage.Setting(
            services: [Service(name: "beta", routes: [])],
            rules: [
                Self.rule(1, .init(headers: [.init("x-version", ["beta*"])]), .forward([.init("beta")])),
                Self.rule(2, Self.path("/old/*"), .redirect(Redirect(path: "/new/#{path}", status: 302))),
                Self.rule(3, Self.path("/robots.txt"), .answer(FixedAnswer(status: 200, body: "Disallow: /"))),
                Self.rule(4, .init(methods: ["DELETE"]), .answer(FixedAnswer(status: 405))),
                Self.rule(5, .init(hosts: ["api.localhost"]), .forward([.init("beta")])),
            ], script: Self.byName
        ).run { stage in
            let plain = try await stage.get("/")
            #expect(plain.body == "web.1")
            #expect(plain.fields["vary"] == "x-version")
            let beta = try await stage.get("/", "-H", "X-Version: Beta-2")
            #expect(beta.body == "beta.1")
            #expect(beta.fields["vary"] == "x-version")
            let moved = try await stage.get("/old/a?b=c")
            #expect(moved.status == 302)
            #expect(moved.fields["location"] == "https://localhost:\(stage.edge.httpsPort)/new/old/a?b=c")
            let robots = try await stage.get("/robots.txt")
            #expect(robots.body == "Disallow: /")
            #expect(robots.fields["content-type"] == "text/plain; charset=utf-8")
            #expect(try await stage.get("/", "-X", "DELETE").status == 405)
            #expect(try await stage.get("/", "-H", "Host: API.localhost:1").body == "beta.1")
        }
    }

    @Test("The cache keeps what a header's rule chose apart from what it did not")
    func rulesMeetTheCache() async throws {
        try await EdgeStage.Setting(
            services: [Service(name: "beta", routes: [])],
            rules: [Self.rule(1, .init(headers: [.init("x-version", ["beta"])]), .forward([.init("beta")]))],
            script: { _, _, task in ScriptedAnswer(fields: [("cache-control", "max-age=60")], body: task) }
        ).run { stage in
            for _ in 0..<2 {
                #expect(try await stage.get("/a").body == "web.1")
                #expect(try await stage.get("/a", "-H", "x-version: beta").body == "beta.1")
            }
            let kept = try await stage.get("/a", "-H", "x-version: beta")
            #expect(kept.fields["x-cache"] == "Hit from terrace")
        }
    }

    @Test func aCanaryGetsItsShare() async throws {
        try await EdgeStage.Setting(
            services: [Service(name: "canary", routes: [])],
            rules: [
                Self.rule(1, Self.path("/*"), .forward([.init("web", weight: 3), .init("canary", weight: 1)]))
            ], script: Self.byName
        ).run { stage in
            // One connection, so that one loop counts.
            let urls = Array(repeating: "\(stage.url)/", count: 40)
            let result = try await runTool(
                ["curl", "-s", "--http1.1", "--cacert", stage.authority, "-w", "\n"] + urls)
            #expect(result.output.split(separator: "\n").count { $0 == "canary.1" } == 10)
        }
    }

    @Test func aStickyClientStaysWithItsTaskUntilTheTaskIsGone() async throws {
        try await EdgeStage.Setting(
            tasks: 3, balancing: ServiceBalancing(sticky: .seconds(3600)), health: Self.steady, script: Self.byName
        ).run { stage in
            let jar = stage.folder.appending(path: "jar").path(percentEncoded: false)
            func visit() async throws -> Answer { try await stage.get("/", "-b", jar, "-c", jar) }
            let first = try await visit()
            #expect(first.fields["set-cookie"]?.hasPrefix("AWSALBCORS=") == true)
            for _ in 0..<9 {
                let next = try await visit()
                #expect(next.body == first.body)
                #expect(next.fields["set-cookie"] == nil, "told again without a reason")
            }
            await stage.balancer.drain(first.body)
            let second = try await visit()
            #expect(second.status == 200)
            #expect(second.body != first.body)
            #expect(second.fields["set-cookie"] != nil)
            #expect(try await visit().body == second.body)
        }
    }

    @Test("A cookie that was made up or changed is no cookie", arguments: ["AWSALB=x", "AWSALB=web.1", "AWSALB="])
    func aForgedCookieChoosesNothing(cookie: String) async throws {
        try await EdgeStage.Setting(
            tasks: 2, balancing: ServiceBalancing(sticky: .seconds(3600)), script: Self.byName
        ).run { stage in
            let answer = try await stage.get("/", "-H", "Cookie: \(cookie)")
            #expect(answer.status == 200)
            #expect(answer.fields["set-cookie"] != nil)
        }
    }

    @Test func aTaskThatOnlyFailsIsEjectedAndComesBack() async throws {
        let isBroken = Mutex(true)
        try await EdgeStage.Setting(
            tasks: 2,
            balancing: ServiceBalancing(
                ejection: Ejection(failures: 3, time: .seconds(2), longest: .seconds(4), share: 50)),
            health: Self.steady,
            script: { _, _, task in
                let fails = task == "web.1" && isBroken.withLock { $0 }
                return ScriptedAnswer(status: fails ? 500 : 200, body: task)
            }
        ).run { stage in
            var failed = 0
            for _ in 0..<30 {
                if try await stage.get("/").status == 500 { failed += 1 }
                if await stage.balancer.standings()["web.1"]?.isEjected == true { break }
            }
            #expect(failed == 3)
            isBroken.withLock { $0 = false }
            let isBack = try await eventually { try await stage.get("/").body == "web.1" }
            #expect(isBack)
        }
    }

    @Test("Panic: when the healthy tasks are gone, the ejected one is better than nothing")
    func panic() async throws {
        try await EdgeStage.Setting(
            tasks: 2, balancing: ServiceBalancing(ejection: Ejection(failures: 2, time: .seconds(60))),
            health: HealthCheck(interval: .seconds(60)),
            script: { request, _, task in
                ScriptedAnswer(status: task == "web.1" && request.path != "/fine" ? 500 : 200, body: task)
            }
        ).run { stage in
            for _ in 0..<10 { _ = try await stage.get("/") }
            #expect(await stage.balancer.standings()["web.1"]?.isEjected == true)
            stage.balancer.groups.target("web.2")?.standing = .unhealthy
            var seen: Set<String> = []
            for _ in 0..<8 { seen.insert(try await stage.get("/fine").body) }
            #expect(seen == ["web.1", "web.2"])
        }
    }

    @Test func aTaskThatIsSilentForTooLongIs504() async throws {
        try await EdgeStage.Setting(
            balancing: ServiceBalancing(timeout: .seconds(2)), health: Self.steady,
            script: { request, _, _ in
                ScriptedAnswer(body: "late", delay: request.path == "/slow" ? .seconds(20) : .milliseconds(50))
            }
        ).run { stage in
            let start = ContinuousClock.now
            let late = try await stage.get("/slow")
            #expect(late.status == 504)
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(try await stage.get("/quick").status == 200)
        }
    }

    @Test("A task that dies with a request in hand: an idempotent one is tried again, another one is not")
    func secondTries() async throws {
        try await EdgeStage.Setting(
            tasks: 1, balancing: ServiceBalancing(ejection: nil), health: HealthCheck(interval: .seconds(60)),
            script: Self.byName
        ).run { stage in
            let dying = try await RawTask.start("web.9", answer: "")
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: dying.endpoint.port)
            let target = Target(dying.endpoint, address: address)
            target.standing = .healthy
            stage.balancer.groups.add(target)
            for _ in 0..<8 { #expect(try await stage.get("/").status == 200) }
            var statuses: Set<Int> = []
            for _ in 0..<8 { statuses.insert(try await stage.get("/", "--data", "a=b").status) }
            #expect(statuses == [200, 502])
            await dying.stop()
        }
    }

    @Test func rulesChangeWithoutLosingARequest() async throws {
        try await EdgeStage.Setting(
            services: [Service(name: "beta", routes: [])], script: Self.byName
        ).run { stage in
            let web = stage.balancer.groups.snapshot.services
            let first = try await stage.get("/")
            #expect(first.body == "web.1")
            stage.balancer.setServices(
                web, Balancer(rules: [Self.rule(1, Self.path("/*"), .forward([.init("beta")]))]))
            #expect(try await stage.get("/").body == "beta.1")
            stage.balancer.setServices(web)
            #expect(try await stage.get("/").body == "web.1")
        }
    }

    @Test func aNewCertificateIsShownWithoutEndingWhatIsUnderWay() async throws {
        try await EdgeStage.Setting(script: { _, _, _ in ScriptedAnswer(body: "whole", delay: .milliseconds(500)) }).run
        {
            stage in
            let before = try await stage.get("/")
            #expect(before.body == "whole")
            async let underWay = stage.get("/")
            let isUnderWay = await eventually { stage.balancer.groups.target("web.1").map { $0.inFlight > 0 } ?? false }
            #expect(isUnderWay)
            // Stands where curl looks for whom to trust: with the old certificate its handshake would fail.
            stage.edge.setCertificates(try await EdgeStage.selfSigned(in: stage.folder))
            let old = try await underWay
            #expect(old.body == "whole")
            let new = try await stage.get("/")
            #expect(new.body == "whole")
        }
    }
}
