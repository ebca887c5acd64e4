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
    /// kill -9 at any moment: nothing lives on unnoticed, nothing acknowledged is lost, the next `up` serves.
    @Suite(.serialized) struct Kills {
        @Test func supervisorKilledUnderLoadLosesNoAcknowledgedRow() async throws {
            try await TrialStack.with { stack in
                let visitors = await Visitors.come(to: stack)
                #expect(await visitors.seeMore(than: 60))
                try await stack.killSupervisor()
                try await visitors.leave()
                #expect(await eventually { stack.processes.isEmpty })
                try await stack.up()
                #expect(try await stack.code() == "200")
                let acknowledged = await visitors.acknowledged
                #expect(!acknowledged.isEmpty)
                #expect(acknowledged.subtracting(try await stack.rows()).isEmpty)
            }
        }

        @Test(arguments: [UInt64(1), 2, 3])
        func supervisorKilledAnywhereInItsStartLeavesAStackThatStarts(seed: UInt64) async throws {
            var random = SeededGenerator(seed: seed)
            try await TrialStack.with(isStarted: false) { stack in
                // The first start makes the database, the later ones find it or its half.
                for longest in [1500, 400, 400] {
                    let start = try LongRun([BuiltPrograms.terrace, "up", "--detach"], in: stack)
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...longest, using: &random)))
                    if let pid = stack.supervisor, pid > 0 { kill(pid, SIGKILL) }
                    #expect(await eventually(within: .seconds(60)) { start.exitCode != nil })
                }
                try await stack.up()
                #expect(try await stack.post("seed \(seed)") == "303")
                if let pid = stack.supervisor { kill(pid, SIGKILL) }
                #expect(await eventually { stack.processes.isEmpty })
                try await stack.up()
                #expect(try await stack.rows() == ["seed \(seed)"])
            }
        }

        @Test func supervisorKilledWhileItChangesTheStackStartsAgainWhole() async throws {
            var manifest = StackManifest()
            try await TrialStack.with(manifest) { stack in
                for level in ["warning", "error"] {
                    manifest.logLevel = level
                    try stack.write(manifest)
                    let change = try LongRun([BuiltPrograms.terrace, "up", "--yes"], in: stack)
                    #expect(await eventually { change.output.contains("web.") || change.exitCode != nil })
                    try await stack.killSupervisor()
                    #expect(await eventually { change.exitCode != nil })
                    try await stack.up()
                    #expect(try await stack.status().phase == .ready)
                }
            }
        }

        @Test func whatAShellHasStartedIsEndedByTheNextUp() async throws {
            var manifest = StackManifest()
            manifest.command = "sh -c 'python3 -m http.server --bind 127.0.0.1 $PORT & wait'"
            (manifest.release, manifest.health, manifest.hasDatabase) = (nil, "{ path: / }", false)
            try await TrialStack.with(manifest) { stack in
                let before = Set(stack.processes)
                try await stack.killSupervisor()
                try await stack.up()
                #expect(before.isDisjoint(with: stack.processes))
                #expect(try await stack.code() == "200")
                #expect(try await stack.terrace("down").exitCode == 0)
                #expect(stack.processes.isEmpty)
            }
        }

        @Test func supervisorKilledWhileItKeepsALargeAnswerLeavesNoHalfOfIt() async throws {
            var manifest = StackManifest()
            manifest.command = "sh -c 'exec python3 -m http.server --bind 127.0.0.1 $PORT'"
            (manifest.release, manifest.health, manifest.hasDatabase) = (nil, "{ path: /static/style.css }", false)
            try await TrialStack.with(manifest) { stack in
                let content = Data((0..<30_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) })
                try content.write(to: stack.folder.appending(path: "static/large"))
                let cache = stack.path(".terrace/cache")
                func kept() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? [] }

                async let cut = stack.curl("--limit-rate", "4M", "--output", "/dev/null", stack.url("/static/large"))
                #expect(await eventually { kept().contains { $0.hasSuffix(".part") } })
                try await stack.killSupervisor()
                #expect(try await cut.exitCode != 0)
                #expect(kept().count == 1)
                try await stack.up()
                #expect(kept() == [])
                for _ in 1...2 {
                    let file = stack.path("downloaded")
                    #expect(try await stack.curl("--output", file, stack.url("/static/large")).exitCode == 0)
                    #expect(try Data(contentsOf: URL(filePath: file)) == content)
                    #expect(await eventually { kept().count == 1 && kept()[0].hasSuffix(".object") })
                }
                #expect(try await stack.status().edge.cacheHits > 0)
            }
        }

        @Test func taskKilledBetweenRequestsIsNotNoticed() async throws {
            try await TrialStack.with { stack in
                let victim = try #require(try await stack.status().services.first?.tasks.first?.pid)
                kill(victim, SIGKILL)
                for _ in 1...10 { #expect(try await stack.code() == "200") }
                #expect(
                    await eventually {
                        let tasks = (try? await stack.status().services.first?.tasks) ?? []
                        return tasks.count { $0.state == .healthy } == 2 && tasks.contains { $0.restarts == 1 }
                    })
            }
        }

        @Test func taskKilledUnderLoadFailsOnlyWhatItWasAnswering() async throws {
            try await TrialStack.with { stack in
                let visitors = await Visitors.come(to: stack)
                #expect(await visitors.seeMore(than: 60))
                let victim = try #require(try await stack.status().services.first?.tasks.first?.pid)
                kill(victim, SIGKILL)
                #expect(await visitors.seeMore(than: 200))
                try await visitors.leave()
                // Three visitors, one request each at any moment.
                let failures = await visitors.failures
                #expect(failures.count <= 3, "\(failures)")
            }
        }
    }
}
