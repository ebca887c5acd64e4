import Testing

@testable import Stacks

/// Names of images as container engines read them.
struct ImageReferenceTests {
    private static let digest = "sha256:" + String(repeating: "0a", count: 32)

    private static let names: [(text: String, registry: String?, path: String, tag: String?, hasDigest: Bool)] = [
        ("nginx", nil, "nginx", nil, false), ("nginx:1.27", nil, "nginx", "1.27", false),
        ("shop/web", nil, "shop/web", nil, false),
        ("registry.example.com/shop/web:1", "registry.example.com", "shop/web", "1", false),
        ("localhost/web", "localhost", "web", nil, false), ("host:5000/web:2", "host:5000", "web", "2", false),
        ("host:5000/web", "host:5000", "web", nil, false), ("nginx@\(digest)", nil, "nginx", nil, true),
        ("a.b/c__d/e-f:T_1@\(digest)", "a.b", "c__d/e-f", "T_1", true),
    ]

    @Test(arguments: names)
    func namesAreReadAsEnginesReadThem(
        text: String, registry: String?, path: String, tag: String?, hasDigest: Bool
    ) throws {
        let image = try #require(ImageReference(text))
        #expect(image.registry == registry && image.path == path && image.tag == tag)
        #expect(image.digest == (hasDigest ? Self.digest : nil))
        #expect(image.repository == (registry.map { "\($0)/" } ?? "") + path)
    }

    @Test(arguments: [
        "", ":", "Web", "web:", "web:a b", "/web", "web/", "a//b", "web@sha256:12", "web@md5:0a", "-web", "a.b/",
        "web:" + String(repeating: "t", count: 129), "a.b/../c",
    ])
    func whatNoRegistryTakesIsNoName(text: String) { #expect(ImageReference(text) == nil) }

    @Test func aRegistryOfECRTellsAccountAndRegion() {
        let own = ImageReference("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1")
        #expect(own?.ecr == ImageReference.ECRegistry(account: "123456789012", region: "eu-west-1"))
        #expect(ImageReference("public.ecr.aws/nginx/nginx:1")?.ecr == nil)
        #expect(ImageReference("nginx")?.ecr == nil)
    }
}
