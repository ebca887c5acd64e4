import Proofs
import Resources
import TestKit
import Testing

/// Laws of the sets, on drawn ones: against the plain meaning of a packet being in a set.
struct PacketSetTests {
    private static func span(_ limit: UInt32, _ random: inout SeededGenerator) -> Span {
        let ends = [UInt32.random(in: 0...limit, using: &random), UInt32.random(in: 0...limit, using: &random)].sorted()
        // The last number of all is where a sum would overflow.
        return Span(ends[0], ends[1] == limit ? .max : ends[1])
    }

    private static func set(_ random: inout SeededGenerator) -> PacketSet {
        PacketSet.union(
            of: (0..<Int.random(in: 0...5, using: &random)).map { _ in
                PacketSet(
                    source: SpanSet(span(4, &random)), destination: SpanSet(span(4, &random)),
                    traffic: Traffic(Layered(span(3, &random), SpanSet(span(4, &random)))))
            })
    }

    private static let numbers: [UInt32] = [0, 1, 2, 3, 4, 5, .max]

    private static func contains(_ set: PacketSet, _ point: [UInt32]) -> Bool {
        set[point[0]][point[1]][point[2]].contains(point[3])
    }

    @Test(arguments: UInt64(1)...40)
    func setsAreWhatTheirPointsSay(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (a, b) = (Self.set(&random), Self.set(&random))
        let (union, both, rest) = (a.union(b), a.intersection(b), a.subtracting(b))
        for _ in 0..<400 {
            let point = (0..<4).map { _ in Self.numbers.randomElement(using: &random) ?? 0 }
            let (inA, inB) = (Self.contains(a, point), Self.contains(b, point))
            #expect(Self.contains(union, point) == (inA || inB), "seed \(seed): \(point)")
            #expect(Self.contains(both, point) == (inA && inB), "seed \(seed): \(point)")
            #expect(Self.contains(rest, point) == (inA && !inB), "seed \(seed): \(point)")
        }
    }

    @Test(arguments: UInt64(1)...40)
    func equalSetsAreEqualValues(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (a, b, c) = (Self.set(&random), Self.set(&random), Self.set(&random))
        #expect(a.union(b).union(c) == c.union(a.union(b)), "seed \(seed)")
        #expect(a.intersection(b.union(c)) == a.intersection(b).union(a.intersection(c)), "seed \(seed)")
        #expect(a.subtracting(b).union(a.intersection(b)) == a, "seed \(seed)")
        #expect(a.subtracting(b).subtracting(c) == a.subtracting(b.union(c)), "seed \(seed)")
        #expect(a.subtracting(a).isEmpty && a.isSubset(of: a.union(b)), "seed \(seed)")
        #expect(a.turned.turned == a, "seed \(seed)")
    }

    @Test(arguments: [
        (PortRange.tcp(443), "tcp 443"), (.tcp(1024...65_535), "tcp 1024-65535"), (.all, "all"),
        (.other(1), "protocol 1"),
        (.udp(0...65_535), "udp"), (.other(-1), "-"), (.tcp(70_000...80_000), "-"),
        (.tcp(60_000...80_000), "tcp 60000-65535"),
    ])
    func trafficIsShownAsPeopleSayIt(ports: PortRange, text: String) {
        #expect(Traffic(ports).description == text)
    }

    @Test func theSampleIsInItsSet() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let set = PacketSet.union(
                of: (0..<3).map { _ in
                    PacketSet(
                        source: SpanSet(Self.span(4, &random)), destination: SpanSet(Self.span(4, &random)),
                        traffic: Traffic(.tcp(Int.random(in: 0...9, using: &random))))
                })
            #expect(set.sample.map { set.contains($0) } == true)
        }
        #expect(PacketSet().sample == nil)
    }
}
