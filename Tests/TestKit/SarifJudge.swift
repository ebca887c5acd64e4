import Foundation

/// What OASIS's schema of SARIF 2.1.0 has against logs, and what code scanning services have; empty where nothing.
package func sarifFaults(in logs: [String]) async throws -> String {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    let paths = [".venv/bin/python", "Tests/Peers/sarif.py"].map {
        checkout.appending(path: $0).path(percentEncoded: false)
    }
    let result = try await runTool(paths, input: Data("[\(logs.joined(separator: ","))]".utf8))
    guard result.exitCode != 0 else { return "" }
    return result.output + result.errors
}
