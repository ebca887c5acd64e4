import Drills
import Foundation
import Stacks

/// What drills gave, a file of JSON for each, in the stack's folder.
struct DrillHistory {
    let folder: URL

    /// The last of this drill.
    func last(_ name: DrillName) -> DrillResult? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        // The time in a name sorts as text does.
        for file in names.filter({ isOf(name, $0) }).sorted(by: >) {
            guard let data = try? Data(contentsOf: folder.appending(path: file)) else { continue }
            // An older product's file, or half a one, is no reason not to compare with the one before.
            if let result = try? JSONDecoder().decode(DrillResult.self, from: data) { return result }
        }
        return nil
    }

    func keep(_ result: DrillResult) throws(Report) {
        let path = folder.appending(path: "\(result.drill.rawValue)-\(result.startedAt).json")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(DrillHistory.json(result).utf8).write(to: path, options: .atomic)
        } catch {
            throw Report(
                "cannot keep the drill's result in \(folder.path(percentEncoded: false)): \(FileReason.of(error))",
                state: "the drill is over, and what it gave has been told",
                next: "make room, or the next one has nothing to be compared with")
        }
    }

    /// `writer-2026-…` is of `writer`, `writer-hang-2026-…` is not.
    private func isOf(_ name: DrillName, _ file: String) -> Bool {
        guard file.hasPrefix(name.rawValue + "-"), file.hasSuffix(".json") else { return false }
        return file.dropFirst(name.rawValue.count + 1).first?.isNumber == true
    }

    static func json(_ result: DrillResult) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(result), as: UTF8.self) + "\n"
    }

    /// `2026-11-29T06:12:00Z`
    static func stamp(_ date: Date) -> String { date.formatted(.iso8601) }
}
