import Foundation
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EndToEnd {
    @Suite(.serialized) struct Foreground {
        @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
        func oneSignalStopsGracefully(signal: Int32) async throws {
            try await TrialStack.with(isStarted: false) { stack in
                let run = try LongRun([BuiltPrograms.terrace, "up"], in: stack)
                #expect(
                    await eventually(within: .seconds(60)) { run.output.contains("is ready") || run.exitCode != nil })
                kill(run.pid, signal)
                #expect(await eventually { run.exitCode != nil })
                #expect(run.exitCode == 0, "\(run.output)")
                #expect(stack.processes.isEmpty)
                // Not a terminal: lines, no drawing.
                #expect(!run.output.contains("\u{1B}"))
            }
        }

        @Test func secondSignalStopsAtOnce() async throws {
            var manifest = StackManifest()
            // Would take its whole stop timeout.
            manifest.command = "[sh, -c, \"trap '' TERM; exec python3 -m http.server --bind 127.0.0.1 $PORT\"]"
            (manifest.release, manifest.health) = (nil, "{ path: / }")
            try await TrialStack.with(manifest, isStarted: false) { stack in
                let run = try LongRun([BuiltPrograms.terrace, "up"], in: stack)
                #expect(
                    await eventually(within: .seconds(60)) { run.output.contains("is ready") || run.exitCode != nil })
                kill(run.pid, SIGINT)
                #expect(await eventually { run.output.contains("stopping") })
                kill(run.pid, SIGINT)
                #expect(await eventually { run.exitCode != nil })
                #expect(run.exitCode == 130, "\(run.output)")
                #expect(await eventually { stack.processes.isEmpty })
            }
        }
    }
}
