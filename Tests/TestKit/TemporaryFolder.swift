package import Foundation

/// A fresh folder with a short path that every user may enter, removed when `body` ends.
package func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = URL(filePath: "/tmp/terrace-\(UInt32.random(in: .min ... .max))", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
