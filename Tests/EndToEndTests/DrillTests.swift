import Foundation
import LocalTarget
import Stacks
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
            let write = "{ path: /messages, body: \"name=drill&text=drill-{number}\" }"
            manifest.drill = "{ write: \(write), cached: /static/style.css }"
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
                var fetches: Int?
                var restored: Restored?
            }
            struct Restored: Decodable {
                var missing: Int
                var tooNew: Int
            }
            struct Step: Decodable {
                var text: String
            }
            var drill: String
            var steps: [Step]
            var findings: [Finding]
            var observation: Observation
        }

        private func drill(_ stack: TrialStack, _ words: String...) async throws -> ToolResult {
            try await runTool(
                ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", stack.path(""), BuiltPrograms.terrace, "drill"]
                    + words + ["--yes", "--rate", "10"])
        }

        /// What each drill that was held left in the stack's folder, in their order.
        private func kept(_ stack: TrialStack) throws -> [Outcome] {
            let folder = URL(filePath: stack.path(".terrace/drills"))
            let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            return try files.filter { $0.pathExtension == "json" }.map {
                try JSONDecoder().decode(Outcome.self, from: Data(contentsOf: $0))
            }
        }

        /// What must have been done to the stack for a drill to have been one, as its own steps tell it.
        private static let deeds = [
            "task": "killed web.", "zone": "killed db-", "writer": "killed db-", "writer-hang": "stopped db-",
            "reader": "killed db-", "bad-deploy": "is given up", "slow-start": "stopped its successor web.",
            "connection-exhaustion": "connections that were left; the next was refused: ",
            "cache-stampede": "gave up 1 kept answer of /static/style.css", "rotation": "with a new password",
            "restore": "restored a copy as of",
        ]

        /// All of them on one stack, one after another: each finds it whole. A full disk is `FullDisk`'s.
        @Test func everyHypothesisHoldsAndNothingStaysBroken() async throws {
            try await TrialStack.with(Self.manifest) { stack in
                #expect(await stack.isWhole())
                let all = try await drill(stack, "all", "--duration", "2s", "--report", "drills.html")
                let outcomes = try kept(stack)
                #expect(Set(outcomes.map(\.drill)) == Set(Self.deeds.keys), "\(all.output)\(all.errors)")
                for outcome in outcomes { expectHeld(outcome) }
                #expect(await stack.isWhole())
                #expect(try await stack.hasNoDrillTable())
                let page = try String(contentsOfFile: stack.path("drills.html"), encoding: .utf8)
                let missing = (Self.deeds.keys + ["full-disk"]).filter { !page.contains($0) }
                #expect(missing.isEmpty)
                #expect(all.output.contains("full-disk: skipped: "), "\(all.output)")
            }
        }

        private func expectHeld(_ outcome: Outcome) {
            let name = outcome.drill
            // How long it took is the benchmarks' to tell: other tests may share the machine.
            let broken = outcome.findings.filter { !$0.holds && !$0.expected.contains("within") }
            #expect(broken.isEmpty, "\(name): \(broken)")
            let deed = Self.deeds[name] ?? ""
            #expect(outcome.steps.contains { $0.text.contains(deed) }, "\(name): \(outcome.steps)")
            let failovers = ["zone", "writer", "writer-hang"].contains(name) ? 1 : 0
            #expect(outcome.observation.failovers == failovers, "\(name)")
            #expect(outcome.observation.commits.acknowledged > 0, "\(name)")
            #expect(outcome.observation.commits.lost == 0, "\(name)")
            #expect(outcome.observation.fetches == (name == "cache-stampede" ? 1 : nil), "\(name)")
            #expect((outcome.observation.restored?.missing == 0) == (name == "restore"), "\(name)")
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
                let next = try await self.drill(stack, "task", "--duration", "1s")
                #expect(next.output.contains("web.") && next.errors.isEmpty, "\(next.output)\(next.errors)")
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

        /// `drill all` begins the next one at once; somebody else's is still refused.
        @Test func oneBeginsRightBehindAnotherAndTwoNeverAtOnce() async throws {
            var manifest = StackManifest()
            (manifest.release, manifest.hasDatabase) = (nil, false)
            manifest.command = "python3 -m http.server --bind 127.0.0.1 $PORT"
            manifest.health = "{ path: /, interval: 5s, timeout: 2s }"
            try await TrialStack.with(manifest) { stack in
                let folder = StackFolder(manifestFolder: stack.folder, environment: nil)
                let client = ControlClient(path: try #require(SupervisorLock.holder(folder)).socket)
                for _ in 1...50 { try await client.drill("task") {} }
                try await client.drill("zone") {
                    let refused = await #expect(throws: Report.self) { try await client.drill("task") {} }
                    #expect(refused?.what == "the drill zone is under way")
                }
            }
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
