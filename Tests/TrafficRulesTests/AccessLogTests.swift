import TestKit
import Testing
import TrafficRules

struct AccessLogTests {
    /// The expression of AWS's own Athena table for these logs. Source: "Create the table for ALB access logs", Athena
    /// user guide, read 2026-11. Names of its groups: `type`, `time`, `elb`, `client_ip`, …, `conn_trace_id`.
    private static let pattern =
        #"([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\s]+?)\" \"([^\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?( .*)?"#

    private func groups(_ entry: AccessLogEntry) throws -> [String] {
        var line: [UInt8] = []
        entry.append(to: &line)
        #expect(line.last == 10 && line.filter { $0 == 10 }.count == 1)
        let match = try #require(try Regex(Self.pattern).wholeMatch(in: text(line.dropLast())))
        return match.output.dropFirst().map { String($0.substring ?? "") }
    }

    private var entry: AccessLogEntry {
        var entry = AccessLogEntry()
        entry.kind = .h2
        entry.time = WallTime(nanoseconds: 1_543_616_580_186_641_000)
        entry.balancer = "app/guestbook/local"
        entry.client = .init(address: "192.168.131.39", port: 2817)
        entry.target = .init(address: "127.0.0.1", port: 40_123)
        entry.requestProcessing = .microseconds(999)
        entry.targetProcessing = .milliseconds(48)
        entry.responseProcessing = .seconds(61)
        (entry.status, entry.targetStatus) = (200, 201)
        (entry.receivedBytes, entry.sentBytes) = (34, 366)
        entry.request = .init(
            RequestHead(method: .get, target: "/a?b=c", authority: "www.example.com:8443", version: .http2),
            scheme: "https")
        entry.userAgent = Array("curl/7.46.0".utf8)
        (entry.cipher, entry.tlsVersion) = ("ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2")
        entry.targetGroup = "targetgroup/web/local"
        entry.traceID = Array("Root=1-58337262-36d228ad5d99923122bbe354".utf8)
        entry.domainName = "www.example.com"
        entry.rulePriority = 2
        entry.created = WallTime(seconds: 1_543_616_579)
        entry.actions = [.waf, .forward]
        entry.classification = .acceptable
        entry.connectionTraceID = "TID_1234abcd5678ef90"
        return entry
    }

    @Test func everyFieldIsFoundInItsPlace() throws {
        #expect(
            try groups(entry) == [
                "h2", "2018-11-30T22:23:00.186641Z", "app/guestbook/local", "192.168.131.39", "2817", "127.0.0.1",
                "40123", "0.000", "0.048", "61.000", "200", "201", "34", "366", "GET",
                "https://www.example.com:8443/a?b=c", "HTTP/2.0", "curl/7.46.0", "ECDHE-RSA-AES128-GCM-SHA256",
                "TLSv1.2", "targetgroup/web/local", "Root=1-58337262-36d228ad5d99923122bbe354", "www.example.com", "-",
                "2", "2018-11-30T22:22:59.000000Z", "waf,forward", "-", "-", "127.0.0.1:40123", "201", "Acceptable",
                "-", "TID_1234abcd5678ef90", "",
            ])
    }

    @Test("Whatever byte stands wherever in a text is escaped where it must be, and only there")
    func everyByteInEveryPlace() throws {
        for byte in UInt8.min ... .max {
            let isPlain = byte >= 32 && byte < 127 && byte != 34 && byte != 92
            let hexadecimal = String(byte, radix: 16)
            let shown =
                isPlain
                ? [byte] : Array("\\x\(hexadecimal.count < 2 ? "0" : "")\(hexadecimal)".utf8)
            for place in 0..<17 {
                var (sent, expected) = (Array("abcdefghijklmnopq".utf8), Array("abcdefghijklmnopq".utf8)[...])
                sent[place] = byte
                expected.replaceSubrange(place...place, with: shown)
                var (entry, line) = (entry, [UInt8]())
                entry.userAgent = sent
                entry.append(to: &line)
                #expect(text(line).contains(text([34] + expected + [34])), "byte \(byte) at \(place)")
            }
        }
    }

    @Test(arguments: [0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, Int.max - 1, Int.max])
    func everyNumberIsWrittenWhole(_ count: Int) throws {
        var entry = entry
        entry.sentBytes = count
        #expect(try groups(entry)[13] == "\(count)")
    }

    @Test("A request that never reached a target, or could not be read, has a line too")
    func nothingKnown() throws {
        var empty = AccessLogEntry()
        empty.client = .init(address: "192.0.2.1", port: 1)
        empty.errorReason = GatewayFailure.noTarget.reason
        empty.status = 503
        let found = try groups(empty)
        #expect(Array(found[5..<13]) == ["", "", "-1", "-1", "-1", "503", "-", "0"])
        #expect(found[14...16].joined(separator: " ") == "- - - ")
        #expect(found[28...30].joined(separator: "|") == "NoRegisteredTargets|-|-")
    }

    @Test(
        "What a client sends can neither end its quotes nor begin a line",
        arguments: [
            ("a\"b\\c", #"a\x22b\x5cc"#), ("x\r\ny\u{0}", #"x\x0d\x0ay\x00"#), ("é\u{7f}", #"\xc3\xa9\x7f"#),
        ])
    func escaping(value: String, wanted: String) throws {
        var hostile = entry
        hostile.userAgent = Array(value.utf8)
        hostile.traceID = Array(value.utf8)
        hostile.domainName = value
        hostile.request = .init(
            RequestHead(method: .other(value), target: "/" + value, authority: value), scheme: "https")
        let found = try groups(hostile)
        #expect(found[17] == wanted && found[21] == wanted && found[22] == wanted)
        #expect(found[14] == wanted && found[15] == "https://\(wanted)/\(wanted)")
    }

    @Test(
        "The room that is measured for a line is enough for the largest numbers and for text that is escaped to the last byte"
    )
    func theLongestLineHasRoom() throws {
        var long = entry
        long.kind = .https
        let hostile = String(repeating: "\u{1}", count: 300)
        long.client = .init(address: String(repeating: "f", count: 45), port: .max)
        long.target = .init(address: String(repeating: "f", count: 45), port: .max)
        (long.requestProcessing, long.targetProcessing) = (.seconds(Int32.max), .seconds(Int32.max))
        long.responseProcessing = .seconds(Int32.max)
        (long.status, long.targetStatus, long.rulePriority) = (.max, .max, .max)
        (long.receivedBytes, long.sentBytes) = (.max, .max)
        long.request = .init(
            RequestHead(method: .other(hostile), target: hostile, authority: hostile, version: .http10), scheme: "https"
        )
        (long.userAgent, long.traceID) = (Array(hostile.utf8), Array(hostile.utf8))
        (long.domainName, long.certificate, long.redirectURL) = (hostile, hostile, hostile)
        (long.errorReason, long.classificationReason) = (hostile, hostile)
        long.actions = [.waf, .fixedResponse, .redirect]
        long.classification = .acceptable
        let found = try groups(long)
        #expect(found[4] == "\(Int.max)" && found[32].utf8.count == 1200)
    }

    @Test func longUserAgentsAreCut() throws {
        var long = entry
        long.userAgent = Array(repeating: 97, count: 20_000)
        #expect(try groups(long)[17].utf8.count == 8192)
    }
}

/// The edge's lines, and the names that it gives to requests.
struct EdgeLogTests {
    @Test func aLineIsOneObjectWhateverTheClientSent() {
        var head = RequestHead(method: .get, target: "/a?q=\"\n", authority: "shop.example.com")
        head.fields.append(.userAgent, "x")
        let line = EdgeLogLine(
            time: WallTime(seconds: 1_764_000_000), status: 200, sent: 1234, duration: .microseconds(842), outcome: .hit
        )
        var bytes: [UInt8] = []
        var moments = TimestampText()
        line.append(of: head, Array("1-6925a8f2-abc".utf8), from: "192.0.2.1", to: &bytes, &moments)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"time":"2025-11-24T16:00:00.000000Z","request":"1-6925a8f2-abc","status":200,"by":"hit","#
                + #""microseconds":842,"sent":1234,"client":"192.0.2.1","method":"GET","host":"shop.example.com","#
                + #""target":"/a?q=\"\u000a"}"# + "\n")
    }

    @Test func whatAClientCallsItsRequestCountsForNothing() {
        let id = TraceID.new(at: WallTime(seconds: 0x6925_a8f2), random: (0x5d1c_0ab3, 0x4b1e_3f2a_90c4_e871))
        #expect(String(decoding: id, as: UTF8.self) == "1-6925a8f2-5d1c0ab34b1e3f2a90c4e871")
        var fields = HeaderFields()
        fields.append(.xAmznTraceID, "Root=1-00000000-forged")
        fields.append(.xAmznTraceID, "Self=1-00000000-forged")
        TraceID.set(id, in: &fields)
        #expect(
            fields.values(.xAmznTraceID).map { String(decoding: $0, as: UTF8.self) } == [
                "Root=1-6925a8f2-5d1c0ab34b1e3f2a90c4e871"
            ])
    }
}
