import Foundation
import TestKit
import Testing

@testable import Commands

@Suite struct ExportTests {
    private static let manifest = """
        stack: shop
        services:
          web: { image: ., port: 3000 }
        database: {}
        """

    @Test(arguments: [
        (["export", "terraform"], "terraform/main.tf"), (["export", "terraform", "--out", "infra"], "infra/main.tf"),
        (["export", "cloudformation"], "cloudformation/us-east-1.yaml"),
        (["export", "cloudformation", "--environment", "staging"], "cloudformation/eu-west-1.yaml"),
    ])
    func filesAreWrittenAndNamed(_ arguments: [String], _ file: String) async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(arguments, in: folder) == 0)
            #expect(terminal.errors == "")
            #expect(terminal.output.contains("wrote \(file), "))
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            #expect(text.hasPrefix("# Written by `terrace export"))
        }
    }

    @Test func nobodyElsesFileIsReplaced() async throws {
        try await inFolder { folder in
            try FileManager.default.createDirectory(
                at: folder.appending(path: "terraform"), withIntermediateDirectories: true)
            let mine = folder.appending(path: "terraform/network.tf")
            try Data("# mine\n".utf8).write(to: mine)
            let terminal = TestTerminal()
            #expect(await terminal.run(["export", "terraform"], in: folder) == 1)
            #expect(terminal.errors.hasPrefix("terraform/network.tf exists and is not of an export\n"))
            let names = try FileManager.default.contentsOfDirectory(
                atPath: folder.appending(path: "terraform").path(percentEncoded: false))
            #expect(names == ["network.tf"])
            #expect(try String(contentsOf: mine, encoding: .utf8) == "# mine\n")
        }
    }

    /// A file that the stack no longer asks for would still be applied.
    @Test func fileOfAnEarlierExportGoesWithItsResources() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["export", "terraform"], in: folder) == 0)
            let mine = folder.appending(path: "terraform/mine.tf")
            try Data("# mine\n".utf8).write(to: mine)
            let data = folder.appending(path: "terraform/data.tf").path(percentEncoded: false)
            #expect(FileManager.default.fileExists(atPath: data))
            try writeManifest(folder, "stack: shop\nservices:\n  web: { image: ., port: 3000 }\n")
            #expect(await terminal.run(["export", "terraform"], in: folder) == 0)
            #expect(terminal.output.contains("removed terraform/data.tf, which the stack no longer needs"))
            #expect(!FileManager.default.fileExists(atPath: data))
            #expect(FileManager.default.fileExists(atPath: mine.path(percentEncoded: false)))
        }
    }

    @Test func stackWithoutAnImageIsRefused() async throws {
        try await inFolder { folder in
            try writeManifest(folder)
            let terminal = TestTerminal()
            #expect(await terminal.run(["export", "terraform"], in: folder) == 1)
            #expect(terminal.errors.hasPrefix("cannot run the service web on aws: it has no image\n"))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "terraform").path()))
        }
    }

    @Test(arguments: [
        ("diagram", "<svg "),
        ("mermaid", "---\ntitle: \"shop in us-east-1, two availability zones\"\n---\nflowchart TB\n"),
        ("shell", "#!/usr/bin/env bash\n"),
    ])
    func oneTextGoesToStandardOutputOrAFile(_ word: String, _ beginning: String) async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["export", word], in: folder) == 0)
            #expect(terminal.output.hasPrefix(beginning))
            let other = TestTerminal()
            #expect(await other.run(["export", word, "--out", "stack.txt"], in: folder) == 0)
            #expect(other.output == "wrote stack.txt\n")
            let text = try String(contentsOf: folder.appending(path: "stack.txt"), encoding: .utf8)
            #expect(text == terminal.output)
        }
    }

    /// The same figure as in the last line of `terrace cost`.
    @Test(arguments: ["diagram", "mermaid"]) func pricesAreThoseOfCost(_ word: String) async throws {
        try await inFolder { folder in
            let cost = TestTerminal()
            #expect(await cost.run(["cost"], in: folder) == 0)
            let total = try #require(cost.output.firstMatch(of: #/\ntotal +\S+ +(\S+) /#)).1
            let terminal = TestTerminal()
            #expect(await terminal.run(["export", word, "--prices"], in: folder) == 0)
            #expect(terminal.output.contains("\(total) a month"))
        }
    }

    @Test func aFolderThatIsNotThereIsSaid() async throws {
        try await inFolder { folder in
            let terminal = TestTerminal()
            #expect(await terminal.run(["export", "diagram", "--out", "pictures/stack.svg"], in: folder) == 1)
            #expect(terminal.errors.hasPrefix("cannot write pictures/stack.svg: no such file or directory\n"))
        }
    }

    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, ExportTests.manifest)
            try Data("region: eu-west-1\n".utf8).write(to: folder.appending(path: "terrace.staging.yaml"))
            try await body(folder)
        }
    }
}
