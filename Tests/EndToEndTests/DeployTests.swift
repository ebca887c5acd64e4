import Foundation
import LocalTarget
import TestKit
import Testing

extension EndToEnd {
    /// `deploy` and `rollback` of a program that a build overwrites, while visitors come and go.
    @Suite(.serialized) struct Deployments {
        /// A site that says which build it is; `health` is the status of its health page, `page` of every other.
        private static func build(
            _ name: String, _ program: URL, health: Int = 200, page: Int = 200, start: String = ""
        )
            throws
        {
            let text = """
                #!/usr/bin/env python3
                import http.server, os, signal, sys
                \(start)
                class Site(http.server.BaseHTTPRequestHandler):
                    protocol_version = "HTTP/1.1"
                    def do_GET(self):
                        body = b"\(name)\\n"
                        self.send_response(\(health) if self.path == "/health" else \(page))
                        self.send_header("Content-Length", str(len(body)))
                        self.end_headers()
                        self.wfile.write(body)
                    do_POST = do_GET
                    def log_message(self, *words): pass
                signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
                http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Site).serve_forever()

                """
            try Data(text.utf8).write(to: program)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program.path(percentEncoded: false))
        }

        /// `grace`: seconds, enough for a program of Python on a machine that does much else.
        private func withSite(
            _ balancing: String = "", more: String = "", grace: Int = 60, _ body: (TrialStack, URL) async throws -> Void
        ) async throws {
            try await withTemporaryFolder { programs in
                let program = programs.appending(path: "site")
                try Self.build("one", program)
                var manifest = StackManifest()
                manifest.command = program.path(percentEncoded: false)
                manifest.balancing = balancing
                manifest.more = more
                (manifest.release, manifest.hasDatabase) = (nil, false)
                manifest.health = "{ path: /health, interval: 5s, timeout: 2s, grace: \(grace)s }"
                try await TrialStack.with(manifest) { try await body($0, program) }
            }
        }

        /// Reads on and on over two connections; what was not answered with 200.
        private func failures(
            of stack: TrialStack, while body: () async throws -> Void
        ) async throws -> (answered: Int, failed: [String]) {
            let readers = Readers()
            let work = ["--http1.1", "--http2"].map { version in Task { try await readers.read(stack, version) } }
            #expect(await eventually(within: .seconds(60)) { await readers.answered > 0 }, "nobody reads yet")
            try await body()
            await readers.stop()
            for each in work { try await each.value }
            return await (readers.answered, readers.failed)
        }

        @Test func newBuildComesAndGoesUnderLoadAndNoRequestFails() async throws {
            try await withSite { stack, program in
                #expect(try await stack.page() == "one\n")
                let seen = try await failures(of: stack) {
                    try Self.build("two", program)
                    let deployed = try await stack.terrace("deploy", "web")
                    #expect(deployed.exitCode == 0, "\(deployed.output)\(deployed.errors)")
                    #expect(deployed.output.contains("web runs release 2, before it was 1"))
                    #expect(try await stack.page() == "two\n")
                    let back = try await stack.terrace("rollback")
                    #expect(back.exitCode == 0, "\(back.output)\(back.errors)")
                    #expect(try await stack.page() == "one\n")
                }
                #expect(seen.answered > 0 && seen.failed == [], "\(seen)")
                let again = try await stack.terrace("deploy")
                #expect(again.output.contains("web runs release 2, before it was 1"), "\(again.output)\(again.errors)")
                #expect(try await stack.terrace("deploy").output.contains("nothing was to be done"))
            }
        }

        struct BadBuild: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var health = 200
            var page = 200
            var grace = 60
            var start = ""
            var balancing = ""
            var words: [String]
        }

        static let badBuilds = [
            BadBuild(
                testDescription: "crashes", start: "sys.exit('no table users')",
                words: ["3 of its tasks failed", "exit code 1", "no table users", "release 1 of web goes on"]),
            BadBuild(
                testDescription: "never healthy", health: 503, grace: 15, balancing: "deploy: { failures: 2 }",
                words: ["2 of its tasks failed", "503", "release 1 of web goes on"]),
            BadBuild(
                testDescription: "fails as a canary", page: 500,
                balancing: "ejection: none\n    deploy: { canary: { share: 20, bake: 60s } }",
                words: ["as a canary", "requests failed", "release 1 of web goes on"]),
        ]

        @Test(arguments: badBuilds) func badBuildIsGivenUpByItself(bad: BadBuild) async throws {
            try await withSite(bad.balancing, grace: bad.grace) { stack, program in
                let before = try await stack.status().services.first?.tasks.map(\.pid)
                let seen = try await failures(of: stack) {
                    try Self.build("bad", program, health: bad.health, page: bad.page, start: bad.start)
                    let clock = ContinuousClock.now
                    let result = try await stack.terrace("deploy", "web")
                    #expect(result.exitCode == 1)
                    #expect(ContinuousClock.now - clock < .seconds(120))
                    for word in bad.words { #expect(result.errors.contains(word), "\(result.output)\(result.errors)") }
                    // What was given up is not left for `up` to bring in.
                    #expect(!(result.output + result.errors).contains("note: a deployment leaves"), "\(result.output)")
                }
                // What a canary answers is what the trial costs: a share of the requests, and only for as long as it takes to see.
                if bad.page == 200 { #expect(seen.failed == [], "\(seen)") }
                #expect(seen.failed.count < max(12, seen.answered / 3), "\(seen)")
                #expect(try await stack.page() == "one\n")
                #expect(try await stack.status().services.first?.tasks.map(\.pid) == before)
                let releases = try await stack.terrace("releases")
                #expect(releases.output.contains("failed") && releases.output.contains("running"), "\(releases.output)")
                // Started again, the good one runs: what was given up does not come back by itself.
                #expect(try await stack.terrace("down").exitCode == 0)
                try await stack.up()
                #expect(try await stack.page() == "one\n")
            }
        }

        @Test func numberOfTasksIsSetUnderLoadAndOutlivesTheSupervisor() async throws {
            try await withSite { stack, _ in
                let seen = try await failures(of: stack) {
                    for count in [5, 2, 3] {
                        let result = try await stack.terrace("scale", "web", "--tasks", "\(count)", "--hold", "1h")
                        #expect(result.exitCode == 0 && result.output.contains("\(count) tasks"), "\(result.errors)")
                        #expect(
                            await eventually {
                                let tasks = (try? await stack.status().services.first?.tasks) ?? []
                                return tasks.count == count && tasks.allSatisfy { $0.state == .healthy }
                            })
                    }
                }
                #expect(seen.failed == [], "\(seen)")
                let refused = try await stack.terrace("scale", "--tasks", "11")
                #expect(refused.exitCode == 1 && refused.errors.contains("bounds"), "\(refused.errors)")
                try await stack.killSupervisor()
                try await stack.up()
                #expect(try await stack.status().services.first?.tasks.count == 3)
                #expect(try await stack.terrace("scale").output.contains("3 tasks, between 2 and 10, held until"))
                #expect(try await stack.terrace("scale", "--reset").output.contains("web: 2 tasks"))
            }
        }

        @Test func commandRunsAsATaskOfTheService() async throws {
            try await withSite { stack, _ in
                let result = try await stack.terrace(
                    "run", "web", "--", "sh", "-c", "echo $LOG_LEVEL of $TERRACE_SERVICE; echo no >&2; exit 7")
                #expect(result.exitCode == 7)
                #expect(result.output == "info of web\n" && result.errors == "no\n", "\(result)")
                let absent = try await stack.terrace("run", "web", "--", "./absent")
                #expect(absent.exitCode == 1 && absent.errors.contains("No such file"), "\(absent.errors)")
                #expect(try await stack.terrace("logs", "web").output.contains("info of web"))
            }
        }

        @Test func commandRunsBesideATaskWithWhatTheTaskHas() async throws {
            try await withSite { stack, _ in
                let port = try #require(try await stack.status().services.first?.tasks.last?.port)
                let script = "read word; echo $word $LOG_LEVEL $TERRACE_TASK $PORT; pwd; echo no >&2; exit 7"
                let result = try await stack.terrace(
                    "exec", "web", "--task", "2", "--", "sh", "-c", script, input: "typed\n")
                let folder = stack.folder.resolvingSymlinksInPath().path(percentEncoded: false)
                #expect(result.exitCode == 7 && result.errors == "no\n", "\(result)")
                #expect(result.output.hasPrefix("typed info web.2 \(port)\n"), "\(result.output)")
                #expect(folder.hasPrefix(result.output.split(separator: "\n").last ?? "-"), "\(result.output)")
                let absent = try await stack.terrace("exec", "web", "--task", "9", "--", "true")
                #expect(absent.exitCode == 1 && absent.errors.contains("no task web.9 runs"), "\(absent.errors)")
                #expect(absent.errors.contains("web.1, web.2"))
            }
        }

        @Test func jobsRunAsTasksOfTheirServiceAndLeaveTheirEnd() async throws {
            let jobs = """
                jobs:
                  report: { schedule: "0 0 29 2 *", command: "echo $LOG_LEVEL of $TERRACE_TASK; exit 3" }
                  slow: { schedule: "0 0 29 2 *", timezone: Europe/Berlin, command: [sleep, 600], timeout: 1s }
                  long: { schedule: "0 0 29 2 *", command: "echo begun; exec sleep 600" }

                """
            try await withSite(more: jobs) { stack, _ in
                let report = try await stack.terrace("jobs", "run", "report")
                #expect(report.exitCode == 3 && report.output == "info of web.job-report\n", "\(report)")
                #expect(try await stack.terrace("logs", "web.job-report").output.contains("info of web.job-report"))
                #expect(try await stack.terrace("jobs", "run", "slow").exitCode == 124)
                let long = try LongRun([BuiltPrograms.terrace, "jobs", "run", "long"], in: stack)
                #expect(await eventually { long.output.contains("begun") })
                let second = try await stack.terrace("jobs", "run", "long")
                #expect(second.exitCode == 1 && second.errors.contains("runs already"), "\(second.errors)")
                try await stack.killSupervisor()
                #expect(await eventually { long.exitCode != nil })
                try await stack.up()
                let ended = try await stack.status().jobs.map(\.last)
                #expect(ended.map { $0?.result } == [.failed, .timedOut, .interrupted])
                #expect(ended.first??.exitCode == 3)
                #expect(try await stack.terrace("jobs").output.contains("exit code 3, by hand"))
            }
        }

        @Test func failingReleaseCommandStopsADeploymentBeforeATaskStarts() async throws {
            try await withSite { stack, program in
                var manifest = StackManifest(ports: stack.ports)
                manifest.command = program.path(percentEncoded: false)
                manifest.release = "sh -c 'echo no table; exit 4'"
                manifest.hasDatabase = false
                manifest.health = "{ path: /health, interval: 5s, timeout: 2s, grace: 60s }"
                try stack.write(manifest)
                let result = try await stack.terrace("deploy")
                #expect(result.exitCode == 1)
                #expect(
                    result.errors.contains("no table") && result.errors.contains("release 1 of web goes on"),
                    "\(result.errors)")
                #expect(try await stack.status().services.first?.tasks.map(\.id) == ["web.1", "web.2"])
            }
        }
    }
}

private actor Readers {
    private(set) var answered = 0
    private(set) var failed: [String] = []
    private var isStopped = false

    func stop() { isStopped = true }

    func read(_ stack: TrialStack, _ version: String) async throws {
        while !isStopped {
            let result = try await stack.curl(
                version, "--output", "/dev/null", "--write-out", "%{http_code}/%{exitcode} ", stack.url("/?n=[1-20]"))
            let answers = result.output.split(separator: " ").map(String.init)
            answered += answers.count
            failed += answers.filter { $0 != "200/0" }.map { "\(version) \($0)" }
        }
    }
}
