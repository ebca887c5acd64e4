import Foundation
import LocalTarget
import TestKit
import Testing

extension EndToEnd {
    /// `up` on a running stack whose manifest has changed, while visitors come and go.
    @Suite(.serialized) struct Changes {
        @Test func changesUnderLoadFailNoRequest() async throws {
            var manifest = StackManifest()
            try await TrialStack.with(manifest) { stack in
                let visitors = await Visitors.come(to: stack)
                #expect(await visitors.seeMore(than: 20))
                var steps: [StackManifest] = []
                manifest.logLevel = "warning"
                steps.append(manifest)
                manifest.tasks = 4
                steps.append(manifest)
                manifest.tasks = 1
                steps.append(manifest)
                manifest.cacheSeconds = 120
                steps.append(manifest)
                for step in steps {
                    let result = try await stack.change(to: step)
                    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                    #expect(await visitors.seeMore(than: 20))
                }
                try await visitors.leave()
                #expect(await visitors.failures == [])
                #expect(await visitors.acknowledged.subtracting(try await stack.rows()).isEmpty)
            }
        }

        @Test func serviceComesAndGoesWithItsRouteUnderLoad() async throws {
            var manifest = StackManifest()
            try await TrialStack.with(manifest) { stack in
                let visitors = await Visitors.come(to: stack)
                manifest.more = """
                      files:
                        image: .
                        command: python3 -m http.server --bind 127.0.0.1 $PORT
                        port: 3001
                        routes: ["/files/*"]
                        health: { path: / }
                        tasks: { min: 1, max: 1 }

                    """
                let added = try await stack.change(to: manifest)
                #expect(added.exitCode == 0, "\(added.output)\(added.errors)")
                #expect(try await stack.page("/files/x").contains("Error response"))
                manifest.more = ""
                let removed = try await stack.change(to: manifest)
                #expect(removed.exitCode == 0, "\(removed.output)\(removed.errors)")
                #expect(try await !stack.page("/files/x").contains("Error response"))
                try await visitors.leave()
                #expect(await visitors.failures == [])
            }
        }

        @Test func rulesCacheAndLimitsChangeUnderLoadAndNoTaskIsReplaced() async throws {
            var manifest = StackManifest()
            try await TrialStack.with(manifest) { stack in
                let tasks = try await stack.status().services.first?.tasks.map(\.pid)
                let visitors = await Visitors.come(to: stack)
                func change(_ edit: (inout StackManifest) -> Void, seenBy check: () async throws -> Bool) async throws {
                    edit(&manifest)
                    let result = try await stack.change(to: manifest)
                    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                    #expect(try await check(), "\(result.output)")
                    #expect(await visitors.seeMore(than: 40))
                }
                try await change {
                    $0.rules = ["{ priority: 1, path: /robots.txt, answer: { status: 200, body: 'User-agent: *' } }"]
                } seenBy: {
                    try await stack.page("/robots.txt") == "User-agent: *"
                }
                try await change {
                    $0.rules = ["{ priority: 2, path: /robots.txt, redirect: { path: /about, status: 302 } }"]
                } seenBy: {
                    try await stack.code("/robots.txt") == "302"
                }
                try await change {
                    $0.balancing = "sticky: 1h"
                } seenBy: {
                    try await stack.page("/health", "--head").contains("AWSALB=")
                }
                try await change {
                    ($0.firewall, $0.cacheSeconds) = (
                        "{ rate-limit: { requests: 1000000, per: 1m }, deny: [192.0.2.1] }", 5
                    )
                } seenBy: {
                    try await stack.code() == "200"
                }
                try await change {
                    $0 = StackManifest(ports: $0.ports)
                } seenBy: {
                    try await stack.code("/robots.txt") == "404"
                }
                try await visitors.leave()
                #expect(await visitors.failures == [])
                #expect(try await stack.status().services.first?.tasks.map(\.pid) == tasks)
            }
        }

        @Test func brokenProgramIsTakenBackAndTheOldTasksGoOn() async throws {
            let good = StackManifest()
            try await TrialStack.with(good) { stack in
                let before = try await stack.status().services.first?.tasks.map(\.pid)
                let visitors = await Visitors.come(to: stack)
                var broken = good
                broken.command = "/bin/false"
                let result = try await stack.change(to: broken)
                #expect(result.exitCode == 1)
                #expect(
                    result.errors.contains("was given up") && result.errors.contains("taken back"), "\(result.errors)")
                #expect(await visitors.seeMore(than: 50))
                try await visitors.leave()
                #expect(await visitors.failures == [])
                // The same tasks as before, and a stack that mends itself again.
                #expect(await eventually { (try? await stack.status().phase) == .ready })
                #expect(try await stack.status().services.first?.tasks.map(\.pid) == before)
            }
        }

        @Test func changeThatNeedsARestartIsRefusedWhole() async throws {
            var manifest = StackManifest()
            try await TrialStack.with(manifest) { stack in
                let before = try await stack.status().services.first?.tasks.map(\.pid)
                manifest.ports.console = StackPorts.draw()
                manifest.logLevel = "error"
                let result = try await stack.change(to: manifest)
                #expect(result.exitCode == 2)
                #expect(result.output.contains("nothing was changed"), "\(result.output)")
                #expect(try await stack.status().services.first?.tasks.map(\.pid) == before)
            }
        }

        @Test func programBuiltAnewIsRolledOut() async throws {
            try await withTemporaryFolder { programs in
                let program = programs.appending(path: "site")
                func build(_ note: String) throws {
                    let text = "#!/bin/sh\n# \(note)\nexec python3 -m http.server --bind 127.0.0.1 $PORT\n"
                    try Data(text.utf8).write(to: program)
                    try FileManager.default.setAttributes(
                        [.posixPermissions: 0o755], ofItemAtPath: program.path(percentEncoded: false))
                }
                try build("one")
                var manifest = StackManifest()
                manifest.command = program.path(percentEncoded: false)
                (manifest.release, manifest.health, manifest.hasDatabase) = (nil, "{ path: / }", false)
                try await TrialStack.with(manifest) { stack in
                    let before = Set(try await stack.status().services.first?.tasks.map(\.id) ?? [])
                    try build("a longer two")
                    let result = try await stack.change(to: manifest)
                    #expect(result.exitCode == 0 && result.output.contains("built anew"), "\(result.output)")
                    let after = Set(try await stack.status().services.first?.tasks.map(\.id) ?? [])
                    #expect(before.isDisjoint(with: after))
                }
            }
        }

        @Test func gracefulDownUnderLoadTruncatesNoAnswer() async throws {
            try await TrialStack.with { stack in
                let visitors = await Visitors.come(to: stack)
                #expect(await visitors.seeMore(than: 40))
                #expect(try await stack.terrace("down").exitCode == 0)
                try await visitors.leave()
                // 18 behind a status: an answer that ended before its length. `000/18` is a request that came behind the
                // GOAWAY's last stream: not answered, as one to a closed port (RFC 9113, 6.8).
                let failures = await visitors.failures
                #expect(failures.filter { $0.hasSuffix("/18") && !$0.hasSuffix("000/18") } == [], "\(failures)")
                try await stack.up()
                #expect(await visitors.acknowledged.subtracting(try await stack.rows()).isEmpty)
            }
        }
    }
}
