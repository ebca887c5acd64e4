import Foundation
import Provisioning
import Synchronization
import TestKit
import Testing

@testable import Commands

/// `logs --request --on aws`: what CloudFront, the load balancer and the tasks wrote about one request.
struct CloudRequestTests {
    private static let manifest = """
        stack: shop
        services:
          web:
            image: registry.example.com/shop:1
            port: 3000
        """
    private static let edgeID = "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE"
    /// What `RequestIDScript` makes of it.
    private static let digest = "5e75ca9e859a747debca60c8"

    /// Ten minutes before the tests' now.
    private static let time = Samples.now.addingTimeInterval(-600)
    private static let root = "1-\(String(Int(time.timeIntervalSince1970), radix: 16))-\(digest)"
    private static var stamp: String { time.formatted(.iso8601) }

    private static let edgeLine = """
        {"date":"\(stamp.prefix(10))","time":"\(stamp.dropFirst(11).prefix(8))","x-edge-request-id":"\(edgeID)=="}
        """
    private static let balancerLine =
        "http \(stamp.dropLast())\(".123456Z") app/shop/1 192.0.2.7:1 \"Self=1-0-0;Root=\(root);Edge=\(edgeID)\" end"

    private static let edgeFile = "edge/AWSLogs/123456789012/CloudFront/E2EXAMPLE1.\(hour(time)).1a2b.gz"
    private static func hour(_ date: Date) -> String {
        String(date.formatted(.iso8601).prefix(13)).replacing("T", with: "-")
    }

    private static func balancerFile(_ end: Date) -> String {
        let day = String(end.formatted(.iso8601).prefix(10)).replacing("-", with: "/")
        let minute = end.formatted(.iso8601).replacing("-", with: "").replacing(":", with: "").prefix(13)
        return "alb/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/\(day)/"
            + "123456789012_elasticloadbalancing_eu-west-1_app.shop.1_\(minute)Z_192.0.2.1_x.log.gz"
    }

    private func compressed(_ lines: [String], in folder: URL) async throws -> [UInt8] {
        let file = folder.appending(path: "compressed")
        let text = lines.joined(separator: "\n") + "\n"
        let result = try await runTool(
            ["sh", "-c", "gzip -c >\"$1\"", "sh", file.path(percentEncoded: false)], input: Data(text.utf8))
        #expect(result.exitCode == 0, "\(result.errors)")
        return [UInt8](try Data(contentsOf: file))
    }

    private func logs(
        _ files: [String: [String]], _ arguments: [String], broken: String? = nil, refused: [CloudLogLine] = []
    ) async throws -> (code: Int32, tiers: [String], output: String, errors: String, read: [String]) {
        let cloud = FakeCloud()
        return try await withTemporaryFolder { folder in
            try writeManifest(folder, Self.manifest)
            var found = [String: [UInt8]]()
            for (name, lines) in files { found[name] = try await compressed(lines, in: folder) }
            if let broken { found[broken] = Array("no gzip at all".utf8) }
            let task = CloudLogLine(
                id: "1", time: Int(Self.time.timeIntervalSince1970 * 1000) + 5, task: "0f3c6a1b9d2e",
                text: "request=\(Self.root) GET /")
            let late = CloudLogLine(id: "2", time: task.time + 1, task: "0f3c6a1b9d2e", text: "request=1-0-0 GET /")
            cloud.memory.withLock { [found] in
                $0.files = found
                $0.logs = [
                    "/terrace/shop/web": [CloudLogPage(lines: [task, late], mark: nil)],
                    "aws-waf-logs-shop": [CloudLogPage(lines: refused, mark: nil)],
                ]
            }
            let terminal = TestTerminal(cloud: cloud)
            let code = await terminal.run(["logs"] + arguments + ["--on", "aws"], in: folder)
            let tiers = terminal.output.split(separator: "\n").map { String($0.split(separator: " ")[1]) }
            return (code, tiers, terminal.output, terminal.errors, cloud.memory.withLock { $0.filesRead })
        }
    }

    private static let both = [
        edgeFile: ["{\"x-edge-request-id\":\"another==\"}", edgeLine],
        balancerFile(time): ["other", balancerLine, "other"],
    ]

    /// Whatever somebody has of it.
    @Test(arguments: [
        edgeID, edgeID + "==", root, "Root=\(root)", "Self=1-0-0;Root=\(root);Edge=\(edgeID)",
        "Root=\(root);Edge=\(edgeID)",
    ])
    func theLinesOfAllTiersAreShown(_ word: String) async throws {
        let result = try await logs(Self.both, ["--request", word])
        #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(result.tiers == ["edge", "balancer", "web.0f3c6a1b"], "\(result.output)")
        #expect(result.output.contains(Self.edgeLine) && result.output.contains(Self.balancerLine))
    }

    /// Of a `Root` alone CloudFront's id is not known before the load balancer's line tells it.
    @Test func whatIsNotThereYetIsSaid() async throws {
        let early = try await logs([:], ["--request", Self.root])
        #expect(early.code == 0 && early.tiers == ["web.0f3c6a1b"], "\(early.output)")
        #expect(early.errors.contains("nothing of CloudFront's or the load balancer's in the stack's bucket yet"))
        let half = try await logs([Self.balancerFile(Self.time): [Self.balancerLine]], ["--request", Self.root])
        #expect(half.tiers == ["balancer", "web.0f3c6a1b"], "\(half.output)")
        #expect(half.errors.contains("no line of CloudFront's in"), "\(half.errors)")
    }

    /// Files of other times, of other names, and of a distribution that was replaced are not in the way.
    @Test func onlyFilesOfTheTimeAreRead() async throws {
        let before = Self.time.addingTimeInterval(-8 * 3600)
        var files = Self.both
        files[Self.balancerFile(before)] = [Self.balancerLine]
        files["edge/AWSLogs/123456789012/CloudFront/E1OLD.\(Self.hour(before)).1.gz"] = [Self.edgeLine]
        files["edge/AWSLogs/123456789012/CloudFront/E2EXAMPLE1.\(Self.hour(before)).1.gz"] = [Self.edgeLine]
        files["edge/AWSLogs/aws-logs-write-test"] = [Self.edgeLine]
        let result = try await logs(files, ["--request", Self.edgeID])
        #expect(result.tiers == ["edge", "balancer", "web.0f3c6a1b"], "\(result.output)")
        let bucket = "s3://shop-logs-eu-west-1-123456789012/"
        #expect(Set(result.read) == [bucket + Self.edgeFile, bucket + Self.balancerFile(Self.time)])
        // A window is a window, also for the past.
        let all = try await logs(files, ["--request", Self.edgeID, "--since", "9h"])
        #expect(all.tiers == ["edge", "edge", "edge", "balancer", "balancer", "web.0f3c6a1b"], "\(all.output)")
    }

    @Test func aFilterAndAServiceLeaveTiersOut() async throws {
        #expect(try await logs(Self.both, ["web", "--request", Self.edgeID]).tiers == ["web.0f3c6a1b"])
        #expect(try await logs(Self.both, ["--request", Self.edgeID, "--filter", "Edge="]).tiers == ["balancer"])
    }

    /// What the firewall refused never came further than the edge.
    @Test func theFirewallsLineIsAmongThem() async throws {
        let line = CloudLogLine(
            id: "3", time: Int(Self.time.timeIntervalSince1970 * 1000) + 1, task: "cloudfront_shop_0",
            text: "{\"action\":\"BLOCK\",\"httpRequest\":{\"requestId\":\"\(Self.edgeID)==\"}}")
        let result = try await logs([Self.edgeFile: [Self.edgeLine]], ["--request", Self.edgeID], refused: [line])
        #expect(result.tiers == ["edge", "firewall", "web.0f3c6a1b"], "\(result.output)")
        // Those of a service have none.
        let service = try await logs([:], ["web", "--request", Self.edgeID], refused: [line])
        #expect(service.tiers == ["web.0f3c6a1b"], "\(service.output)")
    }

    @Test func aFileThatCannotBeReadIsNamed() async throws {
        let broken = Self.balancerFile(Self.time)
        let result = try await logs([Self.edgeFile: [Self.edgeLine]], ["--request", Self.edgeID], broken: broken)
        #expect(result.code == 1 && result.tiers == ["edge", "web.0f3c6a1b"], "\(result.output)")
        let named = result.errors.replacing("\n", with: "").replacing(" ", with: "")
        #expect(named.contains("cannotreads3://shop-logs-eu-west-1-123456789012/\(broken)"), "\(result.errors)")
    }

    /// What else is in the file is shown.
    @Test(arguments: [(1, "a line"), (2, "2 lines")])
    func linesWhoseTimeCannotBeReadAreTold(_ count: Int, _ what: String) async throws {
        let timeless = (0..<count).map { "{\"date\":\"\($0)\",\"x-edge-request-id\":\"\(Self.edgeID)==\"}" }
        var files = Self.both
        files[Self.edgeFile]?.append(contentsOf: timeless)
        let result = try await logs(files, ["--request", Self.edgeID])
        #expect(result.code == 1 && result.tiers == ["edge", "balancer", "web.0f3c6a1b"], "\(result.output)")
        let told = result.errors.replacing("\n", with: "").replacing(" ", with: "")
        let wanted = "cannot read the time of \(what) of".replacing(" ", with: "")
        #expect(
            told.contains("\(wanted)s3://shop-logs-eu-west-1-123456789012/\(Self.edgeFile)"), "\(result.errors)")
    }

    @Test(
        arguments: [
            ("\(edgeID)==", edgeID),
            ("Root=1-6925a8f2-5d1c0ab34b1e3f2a90c4e871", "1-6925a8f2-5d1c0ab34b1e3f2a90c4e871"),
            ("Self=1-0-0;Root=1-6925a8f2-5d1c0ab34b1e3f2a90c4e871;Edge=Ab3-xY_0", "Ab3-xY_0"), ("a b", nil),
            ("short=", nil),
            ("../../etc/passwd", nil),
        ] as [(String, String?)])
    func anIdIsReadInEveryFormThatItHas(_ argument: String, _ text: String?) {
        #expect(RequestID(argument: argument)?.text == text)
    }

    /// Midnight lies between the lines and the end of their file.
    @Test func filesOfALoadBalancerAreThoseWhoseFiveMinutesTouchTheTime() throws {
        let (noon, night) = try (date("2026-11-30T12:01:00Z"), date("2026-11-30T23:58:00Z"))
        let name = { (end: String) in "x/1_elasticloadbalancing_r_app.s.1_\(end)Z_192.0.2.1_x.log.gz" }
        let span = noon...noon.addingTimeInterval(60)
        for (end, isIn) in [
            ("20261130T1200", false), ("20261130T1205", true), ("20261130T1210", false), ("20261129T1205", false),
        ] {
            #expect(LogFileNames.isBalancers(name(end), in: span) == isIn, "\(end)")
        }
        #expect(!LogFileNames.isBalancers("x/ELBAccessLogTestFile", in: span))
        let folders = LogFileNames.balancer("alb", account: "1", region: "r", night...night)
        let folder = "alb/AWSLogs/1/elasticloadbalancing/r"
        #expect(folders == ["\(folder)/2026/11/30/", "\(folder)/2026/12/01/"])
        let hours = LogFileNames.edge("E.", night...night.addingTimeInterval(240))
        #expect(hours == ["E.2026-11-30-23.", "E.2026-12-01-00."])
    }

    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
}
