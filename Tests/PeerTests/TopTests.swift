import PeerKit
import TestKit
import Testing

/// How busy a stack is, by what CloudWatch has of it.
struct TopTests {
    private static let manifest = """
        stack: guestbook
        region: eu-central-1
        services:
          web:
            image: public.ecr.aws/nginx/nginx:1.27
            port: 3000
            health: /health
          worker:
            image: public.ecr.aws/nginx/nginx:1.27
            port: 9000
            routes: []
        database:
          serverless: { min: 0.5, max: 8 }
        """

    /// The cells of the row that begins with a word.
    private static func row(_ name: String, of result: ToolResult) -> [String] {
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return lines.first { $0.first == name } ?? []
    }

    @Test func figuresAreThoseOfCloudWatchAndDashesWhereItHasNone() async throws {
        try await Trial.with(Self.manifest, region: "eu-central-1") { trial in
            let early = try await trial.run("top")
            #expect(early.exitCode == 1 && early.errors.contains("guestbook does not exist on aws yet"))
            try await trial.terrace("up", "--yes")

            let quiet = try await trial.terrace("top")
            #expect(quiet.output.hasPrefix("guestbook  ready  on aws  account 123456789012, eu-central-1"))
            #expect(quiet.output.contains("edge none for 10 min, balancer none for 10 min"), "\(quiet.output)")
            #expect(Self.row("web", of: quiet).prefix(6) == ["web", "-", "-", "-", "-", "-"], "\(quiet.output)")

            try await trial.figures()
            trial.world.proxy.restart()
            let busy = try await trial.terrace("top")
            // One call for the region and one for the edge's own.
            #expect(trial.world.proxy.calls.count { $0.operation == "GetMetricData" } == 2)
            #expect(busy.output.contains(/figures of one minute: edge \d\d:\d\d, balancer \d\d:\d\d, tasks/))
            #expect(Self.row("edge", of: busy).prefix(5) == ["edge", "20", "24", "6", "<1"], "\(busy.output)")
            #expect(
                Self.row("balancer", of: busy).prefix(9) == ["balancer", "10", "0", "5", "-", "20", "ms", "300", "ms"],
                "\(busy.output)")
            #expect(
                busy.output.contains(/web +10 +0 +3 +<1 % +20 ms +300 ms +█+/), "\(busy.output)\(busy.errors)")
            #expect(busy.output.contains(/web +2\/2 +2\/2 +steady +42 % +█+░+ +63 %/), "\(busy.output)")
            #expect(busy.output.contains(/worker +2\/2 +- +steady +- +-/), "\(busy.output)")
            #expect(busy.output.contains(/writer +available +12 % .* 24 +- +2\.5/), "\(busy.output)")
            #expect(busy.output.contains(/reader +available +12 % .* - +18 ms +2\.5/), "\(busy.output)")
            #expect(busy.output.contains("! ALARM web-errors for "), "\(busy.output)")

            trial.world.proxy.refuse(["GetMetricData": PeerRefusal(403, "AccessDenied", "not authorized")])
            let refused = try await trial.run("top")
            #expect(refused.exitCode == 1 && refused.output.isEmpty, "\(refused)")
            #expect(refused.errors.contains("cannot look how busy the stack is"), "\(refused.errors)")
        }
    }
}
