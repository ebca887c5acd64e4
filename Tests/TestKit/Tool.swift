package import Foundation

/// What a program printed and how it ended.
package struct ToolResult: Sendable {
    package var exitCode: Int32
    package var output: String
    package var errors: String

    package init(exitCode: Int32, output: String, errors: String) {
        self.exitCode = exitCode
        self.output = output
        self.errors = errors
    }
}

/// Runs a program found on PATH to its end, in a thread of its own; `input` becomes its standard input.
package func runTool(
    _ arguments: [String], input: Data? = nil, environment: [String: String]? = nil
) async throws -> ToolResult {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try runToolBlocking(arguments, input, environment) })
        }
    }
}

private func runToolBlocking(
    _ arguments: [String], _ input: Data?, _ environment: [String: String]?
) throws -> ToolResult {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    if let environment { process.environment = environment }
    let folder = URL(filePath: "/tmp/terrace-tool-\(UInt64.random(in: .min ... .max))", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: nothing can block on a full one.
    func file(_ name: String, _ content: Data = Data()) throws -> URL {
        let url = folder.appending(path: name)
        try content.write(to: url)
        return url
    }
    let (output, errors) = (try file("output"), try file("errors"))
    process.standardInput = try FileHandle(forReadingFrom: file("input", input ?? Data()))
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return ToolResult(
        exitCode: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
}
