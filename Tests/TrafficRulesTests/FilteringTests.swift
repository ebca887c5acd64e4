import Stacks
import TestKit
import Testing
import TrafficRules

struct ClientIdentityTests {
    private static let trusted = ["10.0.0.0/8", "2001:db8::/32"].compactMap { AddressBlock($0) }

    /// Peer, X-Forwarded-For lines, who it is.
    @Test(arguments: [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", ["6.6.6.6", "203.0.113.9, 10.9.9.9"], "203.0.113.9"),
        ("10.1.2.3", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.1.2.3", ["[2a00::1]:4711"], "2a00::1"),
        ("10.1.2.3", ["2a00::1"], "2a00::1"),
        ("10.1.2.3", ["203.0.113.9, unknown"], "10.1.2.3"),
        ("10.1.2.3", ["203.0.113.9, , 10.7.7.7"], "10.7.7.7"),
        ("10.1.2.3", ["10.0.0.5, 10.0.0.6"], "10.0.0.5"),
        ("2001:db8::7", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
    ])
    func onlyTrustedPeersNameTheClient(peer: String, forwarded: [String], client: String) throws {
        var fields = HeaderFields()
        for value in forwarded { fields.append(.xForwardedFor, value) }
        let address = try #require(NetworkAddress(peer))
        #expect(ClientIdentity.resolve(peer: address, fields, trusted: Self.trusted).description == client)
    }

    @Test func anIPv6NetworkIsOneClient() throws {
        let (one, two) = (try #require(NetworkAddress("2a00:1:2:3::1")), try #require(NetworkAddress("2a00:1:2:3:9::")))
        #expect(one.limited == two.limited)
        #expect(try #require(NetworkAddress("2a00:1:2:4::1")).limited != one.limited)
        #expect(try #require(NetworkAddress("192.0.2.1")).limited.description == "192.0.2.1")
    }
}

struct ScreeningTests {
    private func rules(_ change: (inout Firewall) -> Void) -> ScreeningRules {
        var firewall = Firewall()
        change(&firewall)
        return ScreeningRules(firewall)
    }

    private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)) }

    @Test func allowedBeatsDeniedAndDeniedBeatsTheRest() throws {
        let rules = rules {
            $0.deny = [AddressBlock("192.0.2.0/24")].compactMap { $0 }
            $0.allow = [AddressBlock("192.0.2.7")].compactMap { $0 }
            $0.largestBody = .kibibytes(1)
        }
        #expect(rules.decide(try address("192.0.2.7"), announcedBody: 5000) == .pass)
        #expect(rules.decide(try address("192.0.2.8"), announcedBody: 0) == .refuse(.denied))
        #expect(rules.decide(try address("192.0.3.8"), announcedBody: 1025) == .refuse(.bodyTooLarge))
        #expect(rules.decide(try address("192.0.3.8"), announcedBody: 1024) == .goOn)
        #expect(rules.decide(try address("192.0.3.8"), announcedBody: nil) == .goOn)
    }

    @Test(arguments: [
        ("/" + String(repeating: "a", count: 1023), 0, nil), ("/" + String(repeating: "a", count: 1024), 0, "path"),
        ("/?" + String(repeating: "a", count: 2048), 0, nil), ("/?" + String(repeating: "a", count: 2049), 0, "query"),
        ("/", 10_240, nil), ("/", 10_241, "header:cookie"),
    ])
    func sizesOfTheCommonGroup(target: String, cookies: Int, part: String?) {
        var head = RequestHead(method: .get, target: target, authority: "a")
        if cookies > 0 { head.fields.append(.cookie, String(repeating: "c", count: cookies)) }
        #expect(rules { _ in }.sizeFinding(head)?.part == part)
        #expect(rules { $0.rules = [.sqlInjection] }.sizeFinding(head) == nil)
    }

    @Test func aRefusalTellsTheRequestAndNothingOfTheRule() {
        let page = String(decoding: FirewallRefusal.rules.page(requestID: "0a1b"), as: UTF8.self)
        #expect(page.contains("403 Forbidden") && page.contains("0a1b"))
        let head = FirewallRefusal.limited(retryAfter: .milliseconds(1200)).head(requestID: "0a1b", length: 1)
        #expect(head.status == 429)
        #expect(head.fields.string(.retryAfter) == "2")
        #expect(head.fields.string(.cacheControl) == "no-store")
        #expect(head.fields.string(FieldName("x-request-id")) == "0a1b")
    }
}

struct RuleFindingTests {
    @Test(arguments: [
        (
            "ModSecurity: Warning. detected SQLi using libinjection. [file \"/r/942.conf\"] [line \"46\"] [id \"942100\"] [rev \"\"] [msg \"SQL Injection\"] [data \"Matched Data: s&sos found within ARGS:id: 1' OR\"] [severity \"2\"]",
            "942100", "SQL Injection", "ARGS:id"
        ),
        (
            "ModSecurity: Warning. Matched \"Operator `Rx' with parameter `(?i)<script[^>]*>' against variable `ARGS:x' (Value: `<script>' ) [file \"/r/941.conf\"] [line \"64\"] [id \"941110\"] [msg \"XSS Filter\"] [data \"found within ARGS:y: \"]",
            "941110", "XSS Filter", "ARGS:x"
        ),
        ("ModSecurity: Warning. [id \"1004\"]", "1004", "", ""),
    ])
    func aLineOfTheLibraryIsRead(line: String, rule: String, message: String, part: String) {
        #expect(RuleFinding(line: line) == RuleFinding(rule: rule, message: message, part: part))
    }

    @Test(arguments: ["", "ModSecurity", "[id \"", "[id \"\"]", "[id \"9x\"]"])
    func whatIsNoneIsNil(line: String) { #expect(RuleFinding(line: line) == nil) }

    @Test func brokenLinesDoNoHarm() {
        var random = SeededGenerator(seed: 403)
        let alphabet = Array("[]\"id msgagainst variable `found within :'9\u{1}\n".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let finding = RuleFinding(line: String(decoding: bytes, as: UTF8.self))
            #expect((finding?.part.utf8.count ?? 0) <= 128)
        }
    }
}

struct FirewallLogLineTests {
    @Test func aLineIsJSON() throws {
        var line = FirewallLogLine(
            time: WallTime(seconds: 1_764_000_000), requestID: "0a1b", action: .block, by: "rules", status: 403,
            client: try #require(NetworkAddress("192.0.2.1")),
            request: RequestHead(method: .get, target: "/?q=\"\\\u{7}", authority: "localhost"),
            findings: [RuleFinding(rule: "942100", message: "SQL \"x\"", part: "ARGS:q")])
        var bytes: [UInt8] = []
        line.append(to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"time":"2025-11-24T16:00:00.000000Z","request":"0a1b","action":"BLOCK","by":"rules","status":403,"#
                + #""client":"192.0.2.1","method":"GET","host":"localhost","target":"/?q=\"\\\u0007","rules":[{"id":"942100","#
                + #""message":"SQL \"x\"","part":"ARGS:q"}]}"# + "\n")
        line.findings = Array(repeating: RuleFinding(rule: "1", message: "", part: ""), count: 100)
        line.status = nil
        bytes = []
        line.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self).split(separator: "{\"id\"").count == 17)
    }
}

struct VerdictMemoryTests {
    private let seed: VerdictMemory.Seed = {
        var random = SeededGenerator(seed: 200)
        return VerdictMemory.Seed(using: &random)
    }()

    private func digest(_ change: (inout RequestHead) -> Void, client: Int = 1, body: String = "")
        -> VerdictMemory.Digest
    {
        var head = RequestHead(method: .get, target: "/a?b=c", authority: "localhost")
        head.fields.append(.userAgent, "curl")
        change(&head)
        return VerdictMemory.Digest(client: client, head, body: body.utf8, bodyIsCut: false, seed: seed)
    }

    @Test("Whatever the rules inspect tells two requests apart")
    func everythingCounts() {
        let all = [
            digest { _ in }, digest({ _ in }, client: 2), digest({ _ in }, body: "x"), digest { $0.method = .head },
            digest { $0.target = "/a?b=d" }, digest { $0.authority = "other" }, digest { $0.version = .http2 },
            digest { $0.fields.append(.cookie, "a=b") }, digest { $0.fields.append(.cookie, "a=bc") },
            digest { $0.fields.set(.userAgent, "wget") },
            digest { $0.fields.append(name: Array("coo".utf8), value: Array("kiea=b".utf8)) },
        ]
        #expect(Set(all).count == all.count)
        #expect(digest { _ in } == digest { _ in })
    }

    @Test func memoryIsBoundedAndKeepsWhatIsInUse() {
        var memory = VerdictMemory(capacity: 100)
        let used = digest { _ in }
        memory.remember(used)
        for number in 0..<10_000 {
            memory.remember(digest { $0.target = "/\(number)" })
            if number % 20 == 0 { #expect(memory.isHarmless(used) == true) }
            #expect(memory.count <= 101)
        }
        #expect(memory.isHarmless(digest { $0.target = "/0" }) == false)
        memory.forgetAll()
        #expect(memory.isHarmless(used) == false)
    }
}

struct RuleSetConfigurationTests {
    @Test func eachGroupHasItsFiles() {
        #expect(RuleSetConfiguration(Firewall(rules: [])).files.isEmpty)
        #expect(RuleSetConfiguration(Firewall(rules: [.ipReputation])).files.isEmpty)
        #expect(RuleSetConfiguration(Firewall(rules: [.sqlInjection])).files == [901, 942, 949])
        #expect(RuleSetConfiguration(Firewall()).files.count == 16)
    }

    @Test func lookalikesMapToOneASCIICharacter() {
        let mapping = RuleSetConfiguration.mapping
        #expect(mapping.hasPrefix("20127 (US-ASCII)\n"))
        let pairs = mapping.split { $0 == "\n" || $0 == " " }.dropFirst(2)
        #expect(pairs.count > 900)
        for pair in pairs {
            let parts = pair.split(separator: ":")
            let ascii = parts.last.flatMap { Int($0, radix: 16) } ?? 0
            #expect(parts.count == 2 && parts[0].count == 4 && (0x20...0x7E).contains(ascii), "\(pair)")
        }
        for pair in ["ff1c:3c", "02bc:27", "ff07:27", "2215:2f"] { #expect(pairs.contains(Substring(pair))) }
    }
}
