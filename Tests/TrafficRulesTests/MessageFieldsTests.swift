import Testing
import TrafficRules

struct HopByHopTests {
    @Test(
        "RFC 9110 §7.6.1: fields of one connection are not passed on",
        arguments: [
            (["connection: close", "a: 1"], ["a: 1"]),
            (["connection: X-One, x-two", "x-one: 1", "x-two: 2", "x-three: 3"], ["x-three: 3"]),
            (["connection: a", "connection: b", "a: 1", "b: 2", "c: 3"], ["c: 3"]),
            (["keep-alive: 5", "te: trailers", "trailer: x", "upgrade: h2c", "proxy-connection: x"], []),
            (["transfer-encoding: chunked", "proxy-authorization: x", "proxy-authenticate: y"], []),
            (
                ["connection: x-forwarded-for, host, content-length", "x-forwarded-for: 1", "host: h"],
                ["x-forwarded-for: 1", "host: h"]
            ),
            (["connection: ,, close ,", "b: 2"], ["b: 2"]),
        ])
    func stripped(before: [String], after: [String]) {
        var result = fields(before)
        HopByHop.strip(&result)
        #expect(result == fields(after))
    }

    @Test(arguments: [
        (["connection: Upgrade", "upgrade: websocket"], "websocket"),
        (["connection: keep-alive, upgrade", "upgrade: websocket"], "websocket"),
        (["upgrade: websocket"], nil), (["connection: upgrade"], nil),
    ])
    func upgradeNeedsBothFields(lines: [String], wanted: String?) {
        #expect(HopByHop.upgrade(in: fields(lines)).map(text) == wanted)
    }
}

struct AgeTests {
    /// Around 2^82 attoseconds, too, where the arithmetic changes.
    @Test(arguments: [
        (0, "0"), (999_999_999, "0"), (1_000_000_000, "1"), (59_500_000_000, "59"), (-2_000_000_000, "0"),
        (4_835_703_278_458_516, "4835703"), (4_835_703_278_458_517, "4835703"), (4_835_704_000_000_000, "4835704"),
        (4_835_703_999_999_999, "4835703"), (9_000_000_000_000_000_000, "9000000000"),
    ])
    func secondsAreWhole(nanoseconds: Int64, wanted: String) {
        var head = HeaderFields()
        CacheVerdict.append(.nanoseconds(nanoseconds), to: &head)
        #expect(head.string(.age) == wanted)
    }
}

struct FieldLookupTests {
    /// More names than there are bits by which absent ones are told at once.
    @Test func eachNameIsFoundAndNoOther() {
        var fields = HeaderFields()
        let names = (0..<200).map { FieldName("x-\($0 * 7)-\($0)") }
        for (index, name) in names.enumerated() {
            #expect(!fields.contains(name))
            #expect(fields.count(of: name) == 0)
            for _ in 0...index % 3 { fields.append(name, "\(index)") }
        }
        for (index, name) in names.enumerated() {
            #expect(fields.string(name) == "\(index)")
            #expect(fields.count(of: name) == index % 3 + 1)
            #expect(fields.values(name).count == index % 3 + 1)
        }
        fields.removeAll(names[5])
        #expect(fields.count(of: names[5]) == 0)
        #expect(fields.first(names[5]) == nil)
        fields.append(names[5], "again")
        #expect(fields.string(names[5]) == "again")
    }
}

struct ForwardingTests {
    private let client = Forwarding.Client(address: "203.0.113.7", scheme: "https", port: 8443)

    @Test("The peer is added to X-Forwarded-For; scheme and port are what this hop knows")
    func told() {
        var sent = fields([
            "x-forwarded-for: 198.51.100.1", "x-forwarded-for: 198.51.100.2", "x-forwarded-proto: http",
            "x-forwarded-port: 1",
        ])
        Forwarding.tell(client, in: &sent)
        #expect(
            sent
                == fields([
                    "x-forwarded-for: 198.51.100.1, 198.51.100.2, 203.0.113.7", "x-forwarded-proto: https",
                    "x-forwarded-port: 8443",
                ]))
    }

    @Test func nothingThatAClientInventsIsKept() {
        var sent = fields(["X-Forwarded-For: 127.0.0.1", "forwarded: for=127.0.0.1", "a: 1"])
        Forwarding.distrust(&sent)
        Forwarding.tell(client, in: &sent)
        #expect(sent.string(.xForwardedFor) == "203.0.113.7")
        #expect(sent.string(FieldName("forwarded")) == nil)
    }

    @Test func onlyLettersDigitsAndHyphensNameAField() {
        var sent = fields(["A-1: 1", "a_1: 1", "x.y: 1", "x!: 1", "b: 1"])
        Forwarding.dropUnclearNames(&sent)
        #expect(sent == fields(["A-1: 1", "b: 1"]))
    }

    @Test("RFC 9110 §7.6.3: each hop adds itself to Via, and knows itself again")
    func via() {
        var sent = fields(["via: 1.1 first"])
        #expect(!Forwarding.hasPassed("terrace", sent))
        Forwarding.Hop("terrace").append(.http2, to: &sent)
        #expect(sent.string(.via) == "1.1 first, 2.0 terrace")
        #expect(Forwarding.hasPassed("terrace", sent))
    }

    @Test func verdict() {
        var sent = fields(["x-cache: Hit from elsewhere", "age: 3"])
        CacheVerdict.refreshHit.write(to: &sent, age: .milliseconds(9_999))
        #expect(sent == fields(["x-cache: RefreshHit from terrace", "age: 9"]))
    }
}

struct TraceIDTests {
    private let random: (high: UInt32, low: UInt64) = (0xabcd_ef01, 0x2345_6789_1234_5678)
    private let now = WallTime(seconds: 0x6789_1233)

    @Test(
        "As an ALB: a Root is made once, Self is the last hop's, the rest stays",
        arguments: [
            (nil, "Root=1-67891233-abcdef012345678912345678"),
            ("", "Root=1-67891233-abcdef012345678912345678"),
            ("CalledFrom=app", "Root=1-67891233-abcdef012345678912345678"),
            ("Root=1-6-a", "Self=1-67891233-abcdef012345678912345678;Root=1-6-a"),
            ("Root=1-6-a; CalledFrom=app", "Self=1-67891233-abcdef012345678912345678;Root=1-6-a;CalledFrom=app"),
            ("Self=1-5-b;Root=1-6-a", "Self=1-67891233-abcdef012345678912345678;Root=1-6-a"),
            ("root=1-6-a;;self=x", "Self=1-67891233-abcdef012345678912345678;root=1-6-a"),
        ])
    func nextHop(incoming: String?, wanted: String) {
        let value = TraceID.next(after: incoming.map { Array($0.utf8)[...] }, at: now, random: random)
        #expect(text(value) == wanted)
    }

    @Test("A value beyond 7 KB is made anew")
    func tooLong() {
        let long = Array(("Root=1-6-a;x=" + String(repeating: "y", count: TraceID.longest)).utf8)
        #expect(
            text(TraceID.next(after: long[...], at: now, random: random)) == "Root=1-67891233-abcdef012345678912345678")
    }
}
