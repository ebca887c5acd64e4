import AWSWire
import Testing

/// Which calls go through which proxy, and whose certificates are trusted.
struct ProxyChoiceTests {
    private static let proxy = ProxyChoice.Server(host: "proxy.example.com", port: 3128)

    /// Environment, host of a call by TLS, and where it goes.
    private static let calls: [([String: String], String, ProxyChoice.Server?)] = [
        ([:], "ec2.us-east-1.amazonaws.com", nil),
        (["HTTPS_PROXY": "http://proxy.example.com:3128"], "ec2.us-east-1.amazonaws.com", proxy),
        (["https_proxy": "http://proxy.example.com:3128"], "ec2.us-east-1.amazonaws.com", proxy),
        (["HTTPS_PROXY": "proxy.example.com:3128"], "sts.amazonaws.com", proxy),
        (["HTTPS_PROXY": " HTTP://proxy.example.com:3128/ "], "sts.amazonaws.com", proxy),
        // Lower case counts, also when it says that there is none.
        (["HTTPS_PROXY": "http://proxy.example.com:3128", "https_proxy": ""], "sts.amazonaws.com", nil),
        (["HTTP_PROXY": "http://proxy.example.com:3128"], "sts.amazonaws.com", nil),
        (["HTTPS_PROXY": "http://proxy.example.com"], "sts.amazonaws.com", .init(host: "proxy.example.com", port: 80)),
        (["HTTPS_PROXY": "http://[2001:db8::1]:8080"], "sts.amazonaws.com", .init(host: "2001:db8::1", port: 8080)),
        (
            ["HTTPS_PROXY": "http://anna:p%40ss:word@proxy.example.com:3128"], "sts.amazonaws.com",
            .init(host: "proxy.example.com", port: 3128, user: "anna", password: Secret("p@ss:word"))
        ),
    ]

    @Test(arguments: calls)
    func callsByTLSGoThroughTheProxy(_ environment: [String: String], _ host: String, _ expected: ProxyChoice.Server?)
        throws
    {
        #expect(try ProxyChoice(environment: environment).server(forScheme: "https", host: host) == expected)
    }

    /// `NO_PROXY`, the host, and whether the call goes straight. Rules of Python's urllib.
    private static let exceptions: [(String, String, Bool)] = [
        ("", "sts.amazonaws.com", false), ("*", "sts.amazonaws.com", true),
        ("amazonaws.com", "sts.amazonaws.com", true), (".amazonaws.com", "sts.amazonaws.com", true),
        ("amazonaws.com", "amazonaws.com", true), ("aws.com", "sts.amazonaws.com", false),
        ("localhost, STS.amazonaws.com ,x", "sts.amazonaws.com", true), ("sts", "sts.amazonaws.com", false),
        ("localhost", "localhost:4566", true), ("localhost:4566", "localhost:4566", true),
        ("localhost:80", "localhost:4566", false), ("10.0.0.1", "10.0.0.1:443", true), ("::1", "[::1]:8443", true),
        (",,", "sts.amazonaws.com", false), ("example.com", "example.com.evil.org", false),
    ]

    @Test(arguments: exceptions)
    func whatNoProxyNamesIsReachedStraight(_ list: String, _ host: String, _ goesStraight: Bool) throws {
        let choice = try ProxyChoice(environment: ["HTTPS_PROXY": "http://proxy.example.com:3128", "NO_PROXY": list])
        #expect((choice.server(forScheme: "https", host: host) == nil) == goesStraight)
        #expect(choice.server(forScheme: "http", host: host) == nil, "without TLS it never leaves the network")
    }

    @Test(arguments: [
        "socks5://proxy:1080", "https://proxy:443", "http://", "http://proxy:port", "http://proxy:0",
        "http://proxy:99999", "http://anna@", "http://pro xy:80",
    ])
    func anAddressThatCannotBeMeantIsReported(_ text: String) {
        #expect {
            try ProxyChoice(environment: ["HTTPS_PROXY": text])
        } throws: { error in
            (error as? CredentialFault)?.looks.first?.place == "HTTPS_PROXY"
        }
    }

    private static let config = """
        [default]
        ca_bundle = ~/default.pem
        [profile shop]
        ca_bundle = /etc/shop.pem
        [profile plain]
        region = eu-west-1
        """

    /// Environment, the flag's profile, and the file of authorities.
    private static let authorities: [([String: String], String?, TransportSettings.Authorities?)] = [
        ([:], nil, .init(path: "/anna/default.pem", place: "ca_bundle of profile default")),
        ([:], "shop", .init(path: "/etc/shop.pem", place: "ca_bundle of profile shop")),
        (["AWS_PROFILE": "shop"], nil, .init(path: "/etc/shop.pem", place: "ca_bundle of profile shop")),
        ([:], "plain", nil),
        (["AWS_CA_BUNDLE": "/etc/own.pem"], "shop", .init(path: "/etc/own.pem", place: "AWS_CA_BUNDLE")),
        (["AWS_CA_BUNDLE": "~/own.pem"], nil, .init(path: "/anna/own.pem", place: "AWS_CA_BUNDLE")),
        (["AWS_CA_BUNDLE": ""], "plain", nil),
    ]

    @Test(arguments: authorities)
    func theEnvironmentsAuthoritiesCountBeforeTheProfiles(
        _ environment: [String: String], _ profile: String?, _ expected: TransportSettings.Authorities?
    ) throws {
        let files = FileAccess(
            read: { path in path == "/anna/.aws/config" ? Array(Self.config.utf8) : nil }, write: { _, _ in })
        let settings = try TransportSettings(
            environment: environment.merging(["HOME": "/anna"]) { $1 }, profile: profile, files: files)
        #expect(settings.authorities == expected)
    }
}
