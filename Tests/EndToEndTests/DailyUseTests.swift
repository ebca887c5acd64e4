import Foundation
import LocalTarget
import TestKit
import Testing

extension EndToEnd {
    @Suite(.serialized) struct DailyUse {
        @Test func stackFromEmptyServesReadsAndKeepsWhatIsWritten() async throws {
            try await TrialStack.with { stack in
                #expect(try await stack.status().phase == .ready)
                #expect(try await stack.post("first words") == "303")
                #expect(try await stack.page("/", "--cookie", stack.path("cookies")).contains("first words"))
                let down = try await stack.terrace("down")
                #expect(down.exitCode == 0, "\(down.errors)")
                #expect(stack.processes.isEmpty)
                try await stack.up()
                #expect(try await stack.rows() == ["first words"])
            }
        }

        @Test func assetIsAMissThenAHitAndPlainHTTPIsRedirected() async throws {
            try await TrialStack.with { stack in
                let asset = ["--dump-header", "-", "--output", "/dev/null"]
                let first = try await stack.page("/static/style.css", asset[0], asset[1], asset[2], asset[3])
                let second = try await stack.page("/static/style.css", asset[0], asset[1], asset[2], asset[3])
                #expect(first.lowercased().contains("x-cache: miss from terrace"))
                #expect(second.lowercased().contains("x-cache: hit from terrace"))
                let plain = try await stack.curl("--dump-header", "-", "http://localhost:\(stack.ports.http)/a?b=c")
                #expect(plain.output.contains("location: \(stack.url("/a?b=c"))"))
            }
        }

        @Test func databaseVerbsLeadToTheWriter() async throws {
            try await TrialStack.with { stack in
                let endpoint = try await stack.terrace("db", "endpoint")
                #expect(
                    endpoint.output.contains("writer  127.0.0.1:") && endpoint.output.contains("reader  127.0.0.1:"))
                let credentials = try await stack.terrace("db", "credentials")
                #expect(credentials.output.contains("PGUSER=trial") && credentials.output.contains("PGPASSWORD=•••"))
                let answer = try await stack.terrace("db", "connect", input: "select 6 * 7, pg_is_in_recovery();\n")
                #expect(answer.output.contains("42 | f"), "\(answer.errors)")
            }
        }

        @Test func logsAreShownAndFollowed() async throws {
            try await TrialStack.with { stack in
                let past = try await stack.terrace("logs", "web")
                #expect(past.output.contains("web.release"))
                let following = try LongRun([BuiltPrograms.terrace, "logs", "--follow"], in: stack)
                defer { following.end() }
                #expect(await eventually { following.output.contains("web.1") })
                let manifest = StackManifest(tasks: 3, ports: stack.ports)
                #expect(try await stack.change(to: manifest).exitCode == 0)
                #expect(await eventually { following.output.contains("web.3") })
            }
        }

        @Test func destroyWithoutATerminalNeedsYes() async throws {
            try await TrialStack.with { stack in
                let refused = try await stack.terrace("destroy", input: "trial\n")
                #expect(refused.exitCode == 1 && refused.errors.contains("--yes"))
                #expect(try await stack.code() == "200")
                #expect(try await stack.terrace("destroy", "--yes").exitCode == 0)
                #expect(!FileManager.default.fileExists(atPath: stack.path(".terrace")))
                #expect(stack.processes.isEmpty)
            }
        }

        @Test func secondUpActsOnTheRunningStack() async throws {
            try await TrialStack.with { stack in
                let pid = stack.supervisor
                let again = try await stack.up()
                #expect(again.output.contains("nothing to change"))
                #expect(stack.supervisor == pid)
            }
        }

        @Test func upsAtTheSameInstantAllEndWithOneStackThatServes() async throws {
            try await TrialStack.with(isStarted: false) { stack in
                async let first = stack.terrace("up", "--detach")
                async let second = stack.terrace("up", "--detach")
                async let third = stack.terrace("up", "--detach")
                for result in try await [first, second, third] {
                    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                }
                #expect(try await stack.code() == "200")
            }
        }

        @Test func stagingLivesBesideThePlainStack() async throws {
            try await TrialStack.with { stack in
                let ports = StackPorts()
                try Data(ports.text.utf8).write(to: stack.folder.appending(path: "terrace.staging.yaml"))
                let staging = try await stack.terrace("up", "--detach", "--environment", "staging")
                #expect(staging.exitCode == 0, "\(staging.errors)")
                #expect(try await stack.post("plain only") == "303")
                let page = try await runTool([
                    "curl", "--silent", "--cacert", stack.path(".terrace/environments/staging/ca.pem"),
                    "https://localhost:\(ports.https)/",
                ])
                #expect(page.output.contains("</html>") && !page.output.contains("plain only"))
                let gone = try await stack.terrace("destroy", "--yes", "--environment", "staging")
                #expect(gone.exitCode == 0, "\(gone.errors)")
                #expect(try await stack.code() == "200")
            }
        }
    }
}
