import Testing
import TrafficRules

struct AcceptedCodingsTests {
    @Test(
        "RFC 9110 §12.5.3, reduced as by CloudFront",
        arguments: [
            ([], AcceptedCodings.none), (["accept-encoding: "], .none), (["accept-encoding: gzip"], .gzip),
            (["accept-encoding: gzip, deflate, br, zstd"], .both), (["accept-encoding: BR;q=0.5, GZip"], .both),
            (["accept-encoding: br"], .brotli), (["accept-encoding: deflate"], .none),
            (["accept-encoding: x-gzip"], .gzip),
            (["accept-encoding: gzip;q=0"], .none), (["accept-encoding: gzip; q=0.000, br"], .brotli),
            (["accept-encoding: gzip;q=0.001"], .gzip), (["accept-encoding: *"], .both),
            (["accept-encoding: *;q=0"], .none), (["accept-encoding: *, br;q=0"], .gzip),
            (["accept-encoding: gzip", "accept-encoding: br"], .both),
            (["accept-encoding: identity;q=1, *;q=0"], .none),
        ])
    func codings(lines: [String], wanted: AcceptedCodings) { #expect(AcceptedCodings(fields(lines)) == wanted) }

    @Test(arguments: [(.both, "br,gzip"), (.gzip, "gzip"), (.none, nil)] as [(AcceptedCodings, String?)])
    func whatIsSentOn(codings: AcceptedCodings, value: String?) {
        var sent = fields(["accept-encoding: zstd, deflate", "a: b"])
        codings.write(to: &sent)
        #expect(sent.string(FieldName("accept-encoding")) == value)
        #expect(sent.string(FieldName("a")) == "b")
    }

    @Test("Browsers that write it in their own way share an answer")
    func oneVariant() {
        let names = [FieldName("accept-encoding")]
        func key(_ value: String) -> VariantKey {
            VariantKey(names: names, request: fields(["accept-encoding: \(value)"]))
        }
        #expect(key("gzip, deflate, br") == key("br;q=1.0, gzip;q=0.8, *;q=0.1"))
        #expect(key("gzip") != key("gzip, br"))
        #expect(key("deflate") == VariantKey(names: names, request: fields([])))
    }
}
