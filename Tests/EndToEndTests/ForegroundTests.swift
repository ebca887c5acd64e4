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

        @Test(arguments: [[], ["--detach"]])
        func whoBreaksAStartOffIsToldWhatIsLeft(words: [String]) async throws {
            var manifest = StackManifest()
            // Would never be healthy.
            manifest.command = "[sleep, infinity]"
            (manifest.release, manifest.hasDatabase) = (nil, false)
            try await TrialStack.with(manifest, isStarted: false) { stack in
                let run = try LongRun([BuiltPrograms.terrace, "up"] + words, in: stack)
                #expect(
                    await eventually(within: .seconds(60)) { run.output.contains("web.1") || run.exitCode != nil })
                kill(run.pid, SIGINT)
                #expect(await eventually { run.exitCode != nil })
                #expect(run.exitCode == 130)
                #expect(
                    run.output.hasSuffix(
                        "trial was stopped before it was ready: nothing of it runs, its data is kept; "
                            + "`terrace up` starts it\n"), "\(run.output)")
                #expect(stack.processes.isEmpty)
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
                #expect(run.output.contains("trial was stopped at once: its processes are gone, its data is kept;"))
                #expect(await eventually { stack.processes.isEmpty })
            }
        }
    }
}
