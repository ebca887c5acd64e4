import Foundation
import PeerKit
import ProcessKit
import TestKit
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An account of its own behind a proxy of its own, gone when the test ends.
struct PeerWorld {
    let moto: MotoServer
    let proxy: FaultProxy
    let port: Int

    static func with<Value>(
        speed: Double = 0, latency: Duration = .zero, faults: FaultRates = FaultRates(), seed: UInt64 = 1,
        _ body: (PeerWorld) async throws -> Value
    ) async throws -> Value {
        let moto = try MotoServer(speed: speed)
        let proxy = FaultProxy(to: moto.port, latency: latency, faults: faults, seed: seed)
        let result: Result<Value, any Error>
        do {
            let world = PeerWorld(moto: moto, proxy: proxy, port: try await proxy.start())
            result = .success(try await body(world))
        } catch {
            result = .failure(error)
        }
        await proxy.stop()
        moto.stop()
        return try result.get()
    }

    /// What a program needs to take this world for AWS; `behindProxy: false` for a reader, which nothing may disturb.
    func environment(behindProxy: Bool = true) -> [String: String] {
        var values = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") }
        values["AWS_ENDPOINT_URL"] = "http://127.0.0.1:\(behindProxy ? port : moto.port)"
        values["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE"
        values["AWS_SECRET_ACCESS_KEY"] = "example"
        values["AWS_REGION"] = "us-east-1"
        values["AWS_EC2_METADATA_DISABLED"] = "true"
        return values
    }

    /// Runs a program against this world to its end, however it comes.
    func run(_ command: [String], in folder: URL? = nil) async throws -> ToolResult {
        try await runTool(Self.placed(command, folder), environment: environment())
    }

    /// Runs a program that is killed when the peer has carried out its mutating call of this number; true if there was such a
    /// call. Returns when no call is on its way any more.
    func runKilled(_ command: [String], in folder: URL? = nil, after number: Int) async throws -> Bool {
        try await runKilled(command, in: folder) { reached, _ in reached == number }
    }

    /// The same at the first mutating call of which `isLast` says so.
    func runKilled(
        _ command: [String], in folder: URL? = nil, at isLast: @escaping @Sendable (Int, PeerCall) -> Bool
    ) async throws -> Bool {
        let victim = try Victim(Self.placed(command, folder), environment())
        proxy.restart { number, call in
            if isLast(number, call) { victim.signal(SIGKILL) }
        }
        let end = await victim.end()
        let isQuiet = await eventually(within: .seconds(130)) { proxy.inFlight == 0 }
        #expect(isQuiet, "calls of a killed program are still on their way")
        proxy.restart()
        return end == .killed(signal: SIGKILL)
    }

    static func placed(_ command: [String], _ folder: URL?) -> [String] {
        guard let folder else { return command }
        return ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path(percentEncoded: false)] + command
    }

    /// The account as boto3 sees it, generated ids replaced.
    func dump() async throws -> String {
        let result = try await reader("dump.py")
        guard result.exitCode == 0 else { throw PeerFailure(result.errors) }
        return result.output
    }

    func reader(_ script: String, _ arguments: String...) async throws -> PeerResult {
        try await PeerNursery.run([script] + arguments, environment: environment(behindProxy: false))
    }
}

/// A program that is to be killed.
private final class Victim: Sendable {
    private let process = Process()

    init(_ command: [String], _ environment: [String: String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// `env` and `sh` both become the program by exec, so the number is the program's own.
    func signal(_ signal: Int32) { _ = kill(process.processIdentifier, signal) }

    func end() async -> ProcessEnd {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.process.waitForEnd()) }
        }
    }
}
