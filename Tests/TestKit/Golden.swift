import Foundation
package import Testing

/// Compares `text` with the file `Goldens/<name>.golden` beside the calling test. `UPDATE_GOLDEN=1` rewrites the file
/// instead; the rewrite is reviewed as a diff.
package func expectGolden(
    _ text: String, _ name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
    let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Goldens")
    let golden = folder.appending(path: "\(name).golden")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: golden)
        } catch {
            Issue.record("cannot write \(golden.path(percentEncoded: false)): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    let wanted =
        (try? String(contentsOf: golden, encoding: .utf8)) ?? "(no golden file \(golden.path(percentEncoded: false)))"
    #expect(text == wanted, sourceLocation: sourceLocation)
}
