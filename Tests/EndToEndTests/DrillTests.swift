import Foundation
import LocalTarget
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    /// Things broken on purpose: the hypothesis holds, and nothing stays broken.
    @Suite(.serialized) struct Drills {
        private static var manifest: StackManifest {
            var manifest = StackManifest()
            manifest.drill = "{ write: { path: /messages, body: \"name=drill&text=drill-{number}\" } }"
            return manifest
        }

        /// What the tests read of `--json`.
        private struct Outcome: Decodable {
            struct Finding: Decodable {
                var expected: String
                var measured: String
                var holds: Bool
            }
            struct Commits: Decodable {
                var acknowledged: Int
                var lost: Int
            }
            struct Observation: Decodable {
                var commits: Commits
                var failovers: Int
            }
            var findings: [Finding]
            var observation: Observation
        }

        private func drill(_ stack: TrialStack, _ words: String...) async throws -> Outcome {
            let result = try await runTool(
                ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", stack.path(""), BuiltPrograms.terrace, "drill"]
                    + words + ["--yes", "--json", "--rate", "10"])
            #expect(result.errors.isEmpty, "\(result.errors)")
            return try JSONDecoder().decode(Outcome.self, from: Data(result.output.utf8))
        }

        @Test(arguments: [("task", "1s", 0), ("bad-deploy", "1s", 0), ("writer", "3s", 1), ("zone", "3s", 1)])
        func hypothesisHoldsAndNothingStaysBroken(name: String, duration: String, failovers: Int) async throws {
            try await TrialStack.with(Self.manifest) { stack in
                #expect(await stack.isWhole())
                let outcome = try await drill(stack, name, "--duration", duration)
                // How long it took is the benchmarks' to tell: other tests may share the machine.
                let broken = outcome.findings.filter { !$0.holds && !$0.expected.contains("within") }
                #expect(broken.isEmpty, "\(broken)")
                #expect(outcome.observation.failovers == failovers)
                #expect(outcome.observation.commits.acknowledged > 0)
                #expect(outcome.observation.commits.lost == 0)
                #expect(await stack.isWhole())
                #expect(try await stack.hasNoDrillTable())
                let kept = try FileManager.default.contentsOfDirectory(atPath: stack.path(".terrace/drills"))
                #expect(kept.count { $0.hasPrefix(name) } == 1)
            }
        }

        @Test(arguments: [SIGINT, SIGKILL])
        func whatAnInterruptedDrillBrokeIsMended(signal: CInt) async throws {
            try await TrialStack.with(Self.manifest) { stack in
                #expect(await stack.isWhole())
                let drill = try LongRun(
                    [BuiltPrograms.terrace, "drill", "zone", "--yes", "--duration", "5m"], in: stack)
                #expect(
                    await eventually(within: .seconds(30)) {
                        drill.output.contains("killed db-") || drill.exitCode != nil
                    })
                #expect(drill.exitCode == nil)
                kill(drill.pid, signal)
                #expect(await eventually(within: .seconds(20)) { drill.exitCode != nil })
                #expect(await stack.isWhole())
                #expect(await eventually { (try? await stack.hasNoDrillTable()) == true })
                // Another may begin.
                _ = try await self.drill(stack, "task", "--duration", "1s")
            }
        }

        @Test func aSupervisorThatDiesInADrillLeavesNothingBehind() async throws {
            try await TrialStack.with(Self.manifest) { stack in
                #expect(await stack.isWhole())
                let drill = try LongRun(
                    [BuiltPrograms.terrace, "drill", "zone", "--yes", "--duration", "5m"], in: stack)
                #expect(await eventually(within: .seconds(30)) { drill.output.contains("killed db-") })
                try await stack.killSupervisor()
                #expect(await eventually(within: .seconds(30)) { drill.exitCode != nil })
                try await stack.up()
                #expect(await stack.isWhole())
                #expect(try await stack.hasNoDrillTable())
            }
        }

        private struct Releases: Decodable {
            struct Release: Decodable { var number: Int }
            var releases: [Release]
            var running: Int?
        }

        private func releases(_ stack: TrialStack) async throws -> [Releases] {
            try JSONDecoder().decode(
                [Releases].self, from: Data(try await stack.terrace("releases", "--json").output.utf8))
        }

        @Test func whatADrillDeployedIsWithdrawnWhoeverDies() async throws {
            var manifest = StackManifest()
            (manifest.release, manifest.hasDatabase) = (nil, false)
            manifest.command = "python3 -m http.server --bind 127.0.0.1 $PORT"
            manifest.health = "{ path: /, interval: 5s, timeout: 2s }"
            try await TrialStack.with(manifest) { stack in
                for victim in [SIGKILL, 0] {
                    let tasks = try await stack.status().services.first?.tasks.map(\.id)
                    let drill = try LongRun(
                        [BuiltPrograms.terrace, "drill", "bad-deploy", "--yes", "--duration", "5m"], in: stack)
                    #expect(await eventually(within: .seconds(60)) { drill.output.contains("was given up after") })
                    #expect(try await releases(stack).first?.releases.count == 2, "\(drill.output)")
                    if victim == 0 {
                        try await stack.killSupervisor()
                        #expect(await eventually(within: .seconds(30)) { drill.exitCode != nil })
                        try await stack.up()
                    } else {
                        kill(drill.pid, victim)
                        #expect(await eventually(within: .seconds(20)) { drill.exitCode != nil })
                        #expect(try await stack.status().services.first?.tasks.map(\.id) == tasks)
                    }
                    #expect(
                        await eventually(within: .seconds(20)) {
                            (try? await releases(stack).first)?.releases.map(\.number) == [1]
                        })
                    #expect(try await releases(stack).first?.running == 1)
                    #expect(try await stack.status().phase == .ready)
                }
            }
        }

        @Test func aStackThatIsNotWholeIsNotBroken() async throws {
            try await withTemporaryFolder { site in
                let healthy = site.appending(path: "healthy")
                try Data().write(to: healthy)
                var manifest = StackManifest()
                (manifest.release, manifest.hasDatabase) = (nil, false)
                manifest.command =
                    "python3 -m http.server --bind 127.0.0.1 --directory \(site.path(percentEncoded: false)) $PORT"
                manifest.health = "{ path: /healthy, interval: 5s, timeout: 2s, unhealthy: 2 }"
                try await TrialStack.with(manifest) { stack in
                    #expect(try await stack.status().phase == .ready)
                    // Whatever is started in its place fails the check, too: the stack does not become whole again.
                    try FileManager.default.removeItem(at: healthy)
                    #expect(await eventually(within: .seconds(60)) { (try? await stack.status().phase) != .ready })
                    let result = try await stack.terrace("drill", "task", "--yes")
                    #expect(result.exitCode == 1)
                    #expect(result.errors.contains("is not whole"), "\(result.errors)")
                    #expect(result.errors.contains("nothing was broken"))
                }
            }
        }
    }
}

extension TrialStack {
    /// Every task healthy where it belongs, and commits wait for the reader.
    fileprivate func isWhole() async -> Bool {
        await eventually(within: .seconds(60)) {
            guard let status = try? await self.status() else { return false }
            return status.phase == .ready && status.database?.synchronous == true
                && status.services.allSatisfy { service in
                    Set(service.tasks.map(\.zone)).count == service.desired
                        && service.tasks.allSatisfy { $0.state == .healthy }
                }
        }
    }

    fileprivate func hasNoDrillTable() async throws -> Bool {
        await eventually(within: .seconds(10)) {
            let sql = "copy (select count(*) from pg_namespace where nspname = 'terrace_drill') to stdout;\n"
            return (try? await self.terrace("db", "connect", input: sql).output) == "0\n"
        }
    }
}
