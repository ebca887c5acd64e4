import Foundation
import Machine
import Stacks

/// The numbers of tasks in `.terrace/scaling.json`, so that a supervisor that starts anew wants what the last one wanted.
struct ScaleFile: Sendable {
    let path: String

    func read() throws(Report) -> [String: ServiceScale] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        do {
            return try JSONDecoder().decode([String: ServiceScale].self, from: Data(try DurableFiles.read(path)))
        } catch {
            throw Report(
                "cannot read \(path): \(error)", next: "remove it; every service begins with its `tasks: { min }` then")
        }
    }

    func write(_ scales: [String: ServiceScale]) throws(Report) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try DurableFiles.replace(path, with: Array(try encoder.encode(scales)))
        } catch {
            let reason = (error as? DurableFiles.Failure)?.reason ?? "\(error)"
            throw Report(
                "cannot write \(path): \(reason)", state: "what it says is as it was before",
                next: "see that the disk has room, then run the same command again")
        }
    }
}
