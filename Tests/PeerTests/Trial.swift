import Foundation
import PeerKit
import TestKit
import Testing

/// A manifest in a folder of its own and an account of its own, with the built program between them.
struct Trial {
    let world: PeerWorld
    let folder: URL
    let region: String

    static func with(
        _ manifest: String, region: String = "us-east-1", speed: Double = 0, faults: FaultRates = FaultRates(),
        seed: UInt64 = 1, _ body: (Trial) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try PeerManifest.write(manifest, into: folder)
            try await PeerWorld.with(speed: speed, faults: faults, seed: seed) { world in
                try await body(Trial(world: world, folder: folder, region: region))
            }
        }
    }

    /// Calls that changed the account, since the proxy's record began.
    var changes: Int { world.effects }

    /// Holds the calls since the proxy's record began against a bound.
    func expectCalls(most: Int, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let figures = CallFigures(world.proxy.calls)
        let told = "\(what): \(figures.calls) calls, \(figures.mutating) of them mutating, \(figures.depth) deep"
        print(told)
        #expect(figures.calls <= most, "\(told)", sourceLocation: sourceLocation)
    }

    /// Runs a verb on aws to its end.
    @discardableResult
    func terrace(
        _ arguments: String..., expecting exitCode: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ToolResult {
        let result = try await run(arguments)
        #expect(
            result.exitCode == exitCode,
            "terrace \(arguments.joined(separator: " "))\n\(result.output)\(result.errors)\(world.moto.complaints)",
            sourceLocation: sourceLocation)
        return result
    }

    /// The same, however it ends.
    func run(_ arguments: String...) async throws -> ToolResult { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> ToolResult { try await start(arguments + ["--on", "aws"]) }

    /// A verb that has no target, such as an export.
    func runPlain(_ arguments: String...) async throws -> ToolResult { try await start(arguments) }

    private func start(_ arguments: [String]) async throws -> ToolResult {
        var variables = world.environment()
        variables["AWS_REGION"] = region
        return try await runTool(PeerWorld.placed([BuiltPrograms.terrace] + arguments, folder), environment: variables)
    }

    func give(_ what: String, _ name: String) async throws { try await script("give.py", [what, name]) }
    func spoil(_ words: String...) async throws { try await script("spoil.py", words) }
    /// Has CloudWatch know what it would of a stack that works.
    func figures() async throws { try await script("figures.py", []) }

    /// An image in the trial's folder, as another program writes it.
    func image(_ form: String, _ name: String, seed: Int = 1, processor: String = "amd64") async throws {
        try await script(
            "image.py", [form, folder.appending(path: name).path(percentEncoded: false), String(seed), processor])
    }

    /// Ends the registry's next uploads of more than so many bytes in their middle.
    func cutUploads(after bytes: Int, times: Int) async throws {
        try await script("pushes.py", ["cut", String(bytes), String(times)])
    }

    /// What the registry was asked, line by line; fails when it complains.
    func pushes(sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        let record = try await world.reader("pushes.py", "record")
        #expect(record.exitCode == 0, "\(record.errors)", sourceLocation: sourceLocation)
        return record.output.split(separator: "\n").map(String.init)
    }

    func script(_ name: String, _ arguments: [String]) async throws {
        var variables = world.environment(behindProxy: false)
        variables["AWS_REGION"] = region
        let result = try await PeerNursery.run([name] + arguments, environment: variables)
        guard result.exitCode == 0 else { throw PeerFailure(result.errors) }
    }

    /// The architecture's facts, as boto3 finds them.
    func expectFacts(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let facts = try await world.reader("facts.py")
        #expect(facts.exitCode == 0, "\(facts.output)\(facts.errors)", sourceLocation: sourceLocation)
    }
}
