import Foundation
import ProcessKit

/// What stands for a stack's edge (`Tests/Peers/edge.py`), in a process of its own on a free port. It ends when its standard
/// input does.
package final class EdgeServer: Sendable {
    package let port: Int
    private let process = Process()
    private let lifeline = Pipe()

    package var address: String { "http://127.0.0.1:\(port)" }

    /// - Parameter failing: numbers of requests, from 1 on, that are answered 503.
    package init(failing: PartialRangeFrom<Int>? = nil, count: Int? = nil) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: MotoServer.python)
        process.arguments =
            [MotoServer.script("edge.py")] + (failing.map { ["--from", String($0.lowerBound)] } ?? [])
            + (count.map { ["--count", String($0)] } ?? [])
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            process.terminate()
            throw PeerFailure("the edge's stand-in did not start")
        }
        self.port = port
    }

    package func stop() {
        try? lifeline.fileHandleForWriting.close()
        process.terminate()
        process.waitForEnd()
    }

    package static func with<Value>(
        failing: PartialRangeFrom<Int>? = nil, count: Int? = nil, _ body: (EdgeServer) async throws -> Value
    ) async throws -> Value {
        let server = try EdgeServer(failing: failing, count: count)
        defer { server.stop() }
        return try await body(server)
    }
}
