import Foundation
import LocalTarget
import NIOCore
import Stacks
import TestKit
import Testing
import TrafficRules

/// The firewall as curl sees it, before a task that takes everything.
@Suite struct FirewallTests {
    private static let rulesOnly = Firewall(rateLimit: nil)
    private static let missing = RuleSetLibrary.Place(libraries: ["libnothing-of-that-name.so"], ruleFolders: [])

    private static func setting(_ firewall: Firewall, place: RuleSetLibrary.Place = .standard) -> EdgeStage.Setting {
        EdgeStage.Setting(
            firewall: firewall, place: place, script: { _, body, _ in ScriptedAnswer(body: "\(body.utf8.count)") })
    }

    @Test(
        "What the core rule set catches is caught through the edge, and what resembles it passes",
        arguments: [true, false])
    func cases(isAttack: Bool) async throws {
        let cases = isAttack ? FirewallCases.attacks : FirewallCases.harmless
        #expect(FirewallCases.attacks.count + FirewallCases.harmless.count >= 300)
        try await Self.setting(Self.rulesOnly).run { stage in
            #expect(stage.firewall?.status == "on")
            let statuses = try await stage.statuses(of: cases)
            try #require(statuses.count == cases.count)
            for (each, status) in zip(cases, statuses) {
                #expect(status == (isAttack ? 403 : 200), "\(each)")
            }
        }
    }

    @Test("The false alarms that the documents name are these")
    func falseAlarms() async throws {
        try await Self.setting(Self.rulesOnly).run { stage in
            let cases = AttackFamilies.knownFalseAlarms.map {
                FirewallCase(family: "false alarm", part: .query($0), isAttack: false)
            }
            #expect(Set(try await stage.statuses(of: cases)) == [403])
            _ = try await stage.get("/")
        }
    }

    /// Waits for the answer to its first message before it sends the next.
    private static let caller = """
        import http.client, ssl, sys
        context = ssl._create_unverified_context()
        peer = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), context=context, timeout=20)
        peer.putrequest("POST", "/a.B/C")
        peer.putheader("content-type", "application/grpc")
        peer.putheader("transfer-encoding", "chunked")
        peer.endheaders(b"1\\r\\nx\\r\\n")
        answer = peer.getresponse()
        print(answer.status, answer.read())
        """

    @Test func aCallIsNotHeldBackForItsRestAndItsHeadIsJudged() async throws {
        let health = HealthCheck(interval: .seconds(10), timeout: .seconds(5))
        var setting = Self.setting(Self.rulesOnly)
        setting.tasks = 0
        setting.health = health
        try await setting.run { stage in
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"
            let task = try await RawTask.start("web.9", answer: answer, readsOn: true)
            stage.balancer.taskStarted(task.endpoint)
            #expect(await eventually { stage.balancer.groups.target("web.9")?.standing == .healthy })
            let call = try await runTool(["python3", "-c", Self.caller, "\(stage.edge.httpsPort)"])
            #expect(call.output == "200 b'first'\n", "\(call.errors)")
            let attack = try await stage.get(
                "/a.B/C?id=1%27%20OR%20%271%27=%271", "-H", "content-type: application/grpc", "--data", "x")
            #expect(attack.status == 403)
            await task.stop()
        }
    }

    @Test func aRefusalTellsNothingOfTheRuleAndTheLogTellsAll() async throws {
        try await Self.setting(Self.rulesOnly).run { stage in
            let answer = try await stage.get("/?id=1%27%20OR%20%271%27=%271")
            #expect(answer.status == 403)
            #expect(answer.fields["x-cache"] == "Error from terrace")
            let id = try #require(answer.fields["x-request-id"])
            #expect(answer.body.contains(id))
            for word in ["SQL", "942", "ARGS", "ModSecurity", "rule"] { #expect(!answer.body.contains(word)) }
            let line = try await stage.firewallLog().first { $0["request"] as? String == id }
            let rules = try #require(line?["rules"] as? [[String: String]])
            #expect(rules.first?["id"] == "942100")
            #expect(rules.first?["part"] == "ARGS:id")
            #expect(line?["action"] as? String == "BLOCK")
            #expect(stage.tasks[0].received.isEmpty)
        }
    }

    @Test func countLetsPassAndTells() async throws {
        var firewall = Self.rulesOnly
        firewall.mode = .count
        try await Self.setting(firewall).run { stage in
            for _ in 0..<2 { #expect(try await stage.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E").status == 200) }
            #expect(stage.firewall?.totals[.counted] == 2)
            let lines = try await stage.firewallLog(lines: 2)
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0["action"] as? String == "COUNT" })
        }
    }

    @Test(
        "Rules that cannot be asked: nothing passes uninspected, but what counts refuses nothing",
        arguments: [true, false])
    func rulesThatCannotBeAsked(counts: Bool) async throws {
        var firewall = Self.rulesOnly
        firewall.mode = counts ? .count : .block
        var setting = Self.setting(firewall)
        setting.loadsRules = false
        try await setting.run { stage in
            #expect(try await stage.get("/").status == (counts ? 200 : 503))
            let line = try await stage.firewallLog().first
            #expect(line?["action"] as? String == (counts ? "COUNT" : "BLOCK"))
            #expect(line?["by"] as? String == "busy")
        }
    }

    @Test func aHarmlessRequestIsInspectedOnce() async throws {
        try await Self.setting(Self.rulesOnly).run { stage in
            for _ in 0..<3 { #expect(try await stage.get("/?a=b").status == 200) }
            for _ in 0..<3 { #expect(try await stage.get("/form", "--data", "a=b").status == 200) }
            // Each loop may have to ask about both.
            let most = 2 * NIOSingletons.groupLoopCountSuggestion
            let totals = try #require(stage.firewall?.totals)
            #expect((totals[.inspected] ?? 0) >= 2 && (totals[.inspected] ?? 0) <= most)
            #expect((totals[.inspected] ?? 0) + (totals[.remembered] ?? 0) == 6)
            #expect(try await stage.get("/?a=b%27%20OR%201=1--%20").status == 403)
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func aBodyBeyondWhatIsInspectedArrivesWhole(version: String) async throws {
        try await Self.setting(Self.rulesOnly).run { stage in
            let upload = Data(repeating: 120, count: 3_000_000)
            let type = "content-type: application/octet-stream"
            let result = try await stage.curl(version, "--data-binary", "@-", "-H", type, input: upload)
            #expect(result.output == "3000000")
            let chunked = try await stage.curl(
                version, "--data-binary", "@-", "-H", type, "-H", "transfer-encoding: chunked", input: upload)
            #expect(chunked.output == "3000000")
            let form = Data(("a=" + String(repeating: "x", count: 200_000)).utf8)
            #expect(try await stage.curl(version, "--data-binary", "@-", input: form).output == "200002")
        }
    }

    @Test("What is inspected of a long body is inspected, however much stands behind it")
    func paddingHidesNothing() async throws {
        let (attack, padding) = ("1' UNION SELECT 1,2,3--", String(repeating: "x", count: 70_000))
        let multipart = "multipart/form-data; boundary=B"
        func part(_ value: String) -> String {
            "--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\(value)\r\n"
        }
        func bodies(_ value: String) -> [(type: String, text: String)] {
            [
                (multipart, part(value) + part(padding) + "--B--\r\n"),
                (multipart, part(value + padding) + "--B--\r\n"),
                ("application/json", "{\"a\": \"\(value)\", \"b\": \"\(padding)\"}"),
                ("application/json", "[\"\(value)\(padding)\"]"),
                ("text/xml", "<a><b>\(value)</b><c>\(padding)</c></a>"), ("text/xml", "<a>\(value)\(padding)</a>"),
                ("application/x-www-form-urlencoded", "a=\(value)\(padding)"),
            ]
        }
        func cases(_ value: String, isAttack: Bool) -> [FirewallCase] {
            bodies(value).map { .init(family: "long", part: .body(type: $0.type, $0.text), isAttack: isAttack) }
        }
        try await Self.setting(Self.rulesOnly).run { stage in
            let attacks = try await stage.statuses(of: cases(attack, isAttack: true))
            #expect(attacks == attacks.map { _ in 403 })
            let harmless = try await stage.statuses(of: cases("hello", isAttack: false))
            #expect(harmless == harmless.map { _ in 200 })
            // What has the library's parser give up in front of the attack.
            let deep = String(repeating: "[", count: 130) + String(repeating: "]", count: 130)
            let hidden = [
                (multipart + "; charset=utf-8", part(attack) + part(padding) + "--B--\r\n"),
                (multipart, part("x\r\n--BX") + part(attack) + part(padding) + "--B--\r\n"),
                ("application/json", "{\"d\": \(deep), \"q\": \"\(attack)\", \"b\": \"\(padding)\"}"),
            ].map { FirewallCase(family: "hidden", part: .body(type: $0, $1), isAttack: true) }
            let refused = try await stage.statuses(of: hidden)
            #expect(refused == hidden.map { _ in 403 })
        }
    }

    @Test func whatIsLongerThanAllowedIsRefused() async throws {
        var firewall = Firewall(rules: [], rateLimit: nil)
        firewall.largestBody = .kibibytes(64)
        try await Self.setting(firewall).run { stage in
            let cases: [(arguments: [String], count: Int, status: String)] = [
                (["--http1.1"], 100_000, "413"), (["--http2", "-H", "transfer-encoding: chunked"], 100_000, "413"),
                (["--http1.1", "-H", "transfer-encoding: chunked"], 100_000, "413"), (["--http1.1"], 65_536, "200"),
            ]
            let curl = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", stage.authority]
            for each in cases {
                let result = try await runTool(
                    curl + each.arguments + ["--data-binary", "@-", stage.url],
                    input: Data(repeating: 120, count: each.count))
                #expect(result.output == each.status, "\(each)")
            }
        }
    }

    @Test func requestsOverTheRateAreRefused() async throws {
        let firewall = Firewall(rules: [], rateLimit: .init(requests: 10, per: .seconds(300)))
        try await Self.setting(firewall).run { stage in
            var refused: Answer?
            for number in 1...11 {
                let answer = try await stage.get("/\(number)")
                #expect(answer.status == (number <= 10 ? 200 : 429))
                refused = answer
            }
            let wait = try #require(refused?.fields["retry-after"].flatMap { Int($0) })
            #expect((1...600).contains(wait))
            #expect(stage.tasks[0].received.count == 10)
            #expect(stage.firewall?.totals[.limited] == 1)
        }
    }

    @Test func listsDecideFirst() async throws {
        let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressBlock($0) }
        try await Self.setting(Firewall(rateLimit: nil, deny: loopback)).run { stage in
            #expect(try await stage.get("/").status == 403)
            try await stage.change(to: Firewall(rateLimit: nil, allow: loopback, deny: loopback))
            #expect(try await stage.get("/?id=1%27%20OR%20%271%27=%271").status == 200)
        }
    }

    @Test("An allowed client's body is not counted, however it is framed", arguments: ["--http1.1", "--http2"])
    func allowedBodies(version: String) async throws {
        let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressBlock($0) }
        var firewall = Firewall(rules: [], rateLimit: nil, allow: loopback)
        firewall.largestBody = .kibibytes(64)
        try await Self.setting(firewall).run { stage in
            let body = Data(repeating: 120, count: 100_000)
            for framing in ["content-type: a/b", "transfer-encoding: chunked"] {
                let result = try await stage.curl(version, "--data-binary", "@-", "-H", framing, input: body)
                #expect(result.output == "100000")
            }
        }
    }

    @Test func onlyATrustedProxyNamesTheClient() async throws {
        let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressBlock($0) }
        let attacker = ["203.0.113.9"].compactMap { AddressBlock($0) }
        try await Self.setting(Firewall(rules: [], rateLimit: nil, deny: attacker)).run { stage in
            #expect(try await stage.get("/", "-H", "x-forwarded-for: 203.0.113.9").status == 200)
            try await stage.change(
                to: Firewall(rules: [], rateLimit: nil, deny: attacker, trustedProxies: loopback))
            #expect(try await stage.get("/", "-H", "x-forwarded-for: 203.0.113.9").status == 403)
            #expect(try await stage.get("/", "-H", "x-forwarded-for: 203.0.113.9, 198.51.100.1").status == 200)
            #expect(stage.tasks[0].received.last?.fields.string(.xForwardedFor) == "198.51.100.1")
        }
    }

    @Test func withoutTheLibraryTheRestWorksAndStatusSaysSo() async throws {
        let firewall = Firewall(rateLimit: .init(requests: 10, per: .seconds(60)))
        try await Self.setting(firewall, place: Self.missing).run { stage in
            #expect(stage.firewall?.status == "rules off: requests are not inspected; rate limit and lists work")
            let problem = try #require(stage.firewall?.problem)
            #expect(problem.message.contains("libmodsecurity is not installed"))
            for _ in 0..<10 { #expect(try await stage.get("/?id=1%27%20OR%20%271%27=%271").status == 200) }
            #expect(try await stage.get("/").status == 429)
        }
    }

    @Test func withoutTheCoreRuleSetTheReasonIsTold() async throws {
        let place = RuleSetLibrary.Place(libraries: RuleSetLibrary.Place.standard.libraries, ruleFolders: [])
        try await Self.setting(Self.rulesOnly, place: place).run { stage in
            #expect(
                stage.firewall?.problem?.message == "the manifest's rules are off: the core rule set is not installed")
        }
    }

    @Test("While the rules are exchanged, no request is lost and none passes uninspected")
    func rulesAreExchangedUnderWay() async throws {
        try await Self.setting(Self.rulesOnly).run { stage in
            let traffic = Task {
                try await stage.statuses(
                    of: (0..<400).map { FirewallCase(family: "", part: .query("page \($0)"), isAttack: false) })
            }
            for rules in [[Firewall.RuleGroup.sqlInjection], [.common], Firewall.RuleGroup.allCases] {
                try await stage.change(to: Firewall(rules: rules, rateLimit: nil))
            }
            #expect(Set(try await traffic.value) == [200])
            try await stage.change(to: Firewall(rules: [.sqlInjection], rateLimit: nil))
            #expect(try await stage.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E").status == 200)
            #expect(try await stage.get("/?id=1%27%20OR%20%271%27=%271").status == 403)
        }
    }

    @Test("Bytes at random, in each part: an answer each time, and the process goes on")
    func fuzz() async throws {
        var random = SeededGenerator(seed: 942)
        let tokens = [
            "<", "'", "\"", "%", "script", "union select", "${", "\u{0}", "\n", "é", "\u{ff1c}", "(", ")", "{", "[",
            "--", "a",
        ]
        func noise() -> String {
            (0..<Int.random(in: 0...60, using: &random)).map { _ in
                tokens[Int.random(in: 0..<tokens.count, using: &random)]
            }
            .joined()
        }
        let types = [
            "application/json", "text/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
            "a/b",
        ]
        let cases = (0..<600).map { number -> FirewallCase in
            let part: FirewallCase.Part =
                number % 2 == 0 ? .query(noise()) : .body(type: types[number / 2 % types.count], noise())
            return FirewallCase(family: "noise", part: part, isAttack: false)
        }
        try await Self.setting(Self.rulesOnly).run { stage in
            let statuses = try await stage.statuses(of: cases)
            #expect(statuses.count == cases.count)
            #expect(Set(statuses).isSubset(of: [200, 403]))
            #expect(try await stage.get("/").status == 200)
        }
    }
}

extension EdgeStage {
    func change(to wanted: Firewall) async throws { await (try #require(firewall)).change(to: wanted) }

    /// The status of each, over a few connections of one curl.
    func statuses(of cases: [FirewallCase]) async throws -> [Int] {
        var configuration: [String] = []
        for (index, each) in cases.enumerated() {
            if index > 0 { configuration.append("next") }
            configuration += ["silent", "show-error", "max-time = 30", "output = /dev/null", "path-as-is", "globoff"]
            configuration += ["cacert = \"\(authority)\"", "write-out = \"%{http_code}\\n\""]
            configuration += Self.lines(each.part, url: url, folder: folder, number: index)
        }
        let result = try await runTool(
            ["curl", "-q", "--config", "-"], input: Data(configuration.joined(separator: "\n").utf8))
        #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
        return result.output.split(separator: "\n").compactMap { Int($0) }
    }

    private static func lines(_ part: FirewallCase.Part, url: String, folder: URL, number: Int) -> [String] {
        func quoted(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
        switch part {
        case .query(let value): return ["url = \"\(url)/page?q=\(Bodies.percentEncoded(value))\""]
        case .target(let target): return ["url = \"\(url)\(quoted(target))\""]
        case .header(let name, let value): return ["url = \"\(url)/\"", "header = \"\(name): \(quoted(value))\""]
        case .body(let type, let text):
            let file = folder.appending(path: "body-\(number)")
            try? Data(text.utf8).write(to: file)
            return [
                "url = \"\(url)/form\"", "header = \"content-type: \(type)\"",
                "data-binary = \"@\(file.path(percentEncoded: false))\"",
            ]
        }
    }

    /// The lines of `firewall.log`, once so many are written.
    func firewallLog(lines: Int = 1) async throws -> [[String: Any]] {
        let file = folder.appending(path: "logs/firewall.log")
        _ = await eventually {
            ((try? String(contentsOf: file, encoding: .utf8)) ?? "").count(where: { $0 == "\n" }) >= lines
        }
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}
