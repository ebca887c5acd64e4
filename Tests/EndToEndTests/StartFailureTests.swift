import Foundation
import TestKit
import Testing

extension EndToEnd {
    /// A stack that cannot come up says why, and leaves nothing behind.
    @Suite(.serialized) struct StartFailures {
        struct Mistake: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var words: [String]
            var make: @Sendable (inout StackManifest) -> Void
        }

        static let mistakes = [
            Mistake(testDescription: "missing program", words: ["./absent", "No such file"]) {
                $0.command = "./absent"
            },
            Mistake(testDescription: "crash loop", words: ["crash loop", "exit code 3", "no luck"]) {
                $0.command = "sh -c 'echo no luck; exit 3'"
            },
            Mistake(testDescription: "failing release", words: ["release", "exit code 4", "no table"]) {
                $0.release = "sh -c 'echo no table; exit 4'"
            },
            Mistake(testDescription: "silent program", words: ["nothing listens", "PORT"]) {
                $0.command = "sleep 1000"
                $0.health = "{ path: /health, interval: 5s, timeout: 2s, grace: 6s }"
            },
        ]

        @Test(arguments: mistakes)
        func reasonIsShownAndNothingRunsOn(mistake: Mistake) async throws {
            var manifest = StackManifest()
            manifest.hasDatabase = false
            manifest.release = nil
            mistake.make(&manifest)
            try await TrialStack.with(manifest, isStarted: false) { stack in
                let result = try await stack.terrace("up", "--detach")
                #expect(result.exitCode == 1)
                for word in mistake.words { #expect(result.errors.contains(word), "\(result.errors)") }
                #expect(stack.processes.isEmpty)
            }
        }

        /// Many a program needs half a minute before it listens.
        @Test func slowProgramHasAllOfItsGrace() async throws {
            var manifest = StackManifest()
            manifest.command = "sh -c 'sleep 7; exec \(BuiltPrograms.guestbook)'"
            try await TrialStack.with(manifest, isStarted: false) { stack in
                let result = try await stack.up()
                #expect(result.output.contains("web.1         not healthy yet: runs, but nothing listens"))
                #expect(result.output.contains("has 1m from its start (health: grace)"), "\(result.output)")
                #expect(try await stack.code() == "200")
            }
        }

        @Test func takenPortNamesItsHolder() async throws {
            try await TrialStack.with { first in
                var manifest = StackManifest()
                manifest.ports.https = first.ports.https
                try await TrialStack.with(manifest, isStarted: false) { second in
                    let result = try await second.terrace("up", "--detach")
                    #expect(result.exitCode == 1)
                    #expect(result.errors.contains("address already in use by terrace"), "\(result.errors)")
                    #expect(second.processes.isEmpty)
                }
                #expect(try await first.code() == "200")
            }
        }

        @Test(arguments: [
            "with space/größe & 'quote'",
            Array(repeating: String(repeating: "long", count: 12), count: 4).joined(separator: "/"),
        ])
        func unusualFolderIsAFolderLikeAnyOther(parts: String) async throws {
            try await TrialStack.with(below: parts) { (stack: TrialStack) async throws in
                #expect(try await stack.post("hello") == "303")
                #expect(try await stack.rows() == ["hello"])
                #expect(try await stack.terrace("destroy", "--yes").exitCode == 0)
                #expect(stack.processes.isEmpty)
            }
        }

        @Test func folderThatOnlyItsOwnerMayEnterIsServedAndDestroyedWhole() async throws {
            try await TrialStack.with(isStarted: false) { stack in
                let attributes = [FileAttributeKey.posixPermissions: 0o700]
                try FileManager.default.setAttributes(attributes, ofItemAtPath: stack.path(""))
                try await stack.up()
                #expect(try await stack.post("hello") == "303")
                let link = try? FileManager.default.destinationOfSymbolicLink(atPath: stack.path(".terrace/database"))
                #expect(try await stack.terrace("destroy", "--yes").exitCode == 0)
                // As root the servers' own user cannot enter: then the data is elsewhere, and goes as well.
                if let link { #expect(!FileManager.default.fileExists(atPath: link)) }
                try await stack.up()
                #expect(try await stack.rows().isEmpty)
            }
        }
    }
}
