import Testing
import TrafficRules

struct VaryTests {
    @Test(arguments: [
        ([], Vary.fields([])),
        (["accept"], .fields([.accept])),
        (["Cookie, accept", "ACCEPT"], .fields([.accept, .cookie])),
        (["*"], .any), (["accept, *"], .any), (["a b"], .any), ([","], .fields([])),
    ])
    func names(lines: [String], wanted: Vary) {
        #expect(Vary(fields(lines.map { "vary: " + $0 })) == wanted)
    }

    @Test(
        "RFC 9111 §4.1: requests that mean the same share a variant",
        arguments: [
            (["accept-encoding: gzip, br"], ["accept-encoding: gzip,br"], true),
            (["accept-encoding: gzip, br"], ["accept-encoding: gzip", "accept-encoding: br"], true),
            (["accept-encoding: gzip"], ["accept-encoding: GZIP"], true),
            (["accept-encoding: gzip"], ["accept-encoding: br"], false),
            (["accept-encoding: gzip, br"], ["accept-encoding: br, gzip"], true),
            (["accept-encoding: gzip"], [], false),
            (["accept-encoding: "], [], true),
            (["cookie: a=B"], ["cookie: a=b"], false),
            (["cookie: a"], ["accept-encoding: a"], false),
            (["user-agent: x"], ["user-agent: y"], true),
        ])
    func sameMeaning(left: [String], right: [String], same: Bool) {
        let names = [FieldName("accept-encoding"), .cookie]
        let keys = [left, right].map { VariantKey(names: names, request: fields($0)) }
        #expect((keys[0] == keys[1]) == same)
    }
}
