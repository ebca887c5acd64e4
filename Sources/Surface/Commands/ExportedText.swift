import Foundation
import Stacks

/// An export that is one text: on standard output, or in a file whose name the user gives.
enum ExportedText {
    /// - Parameter option: the one that names the file.
    static func write(_ text: String, to name: String?, option: String = "--out") throws(Report) {
        let surroundings = Surroundings.current
        guard let name else { return surroundings.output(text) }
        let url = URL(filePath: name, relativeTo: surroundings.workingFolder).standardizedFileURL
        do {
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw Report("cannot write \(name): \(FileReason.of(error))", next: "name another file with \(option)")
        }
        surroundings.say("wrote \(name)")
    }
}
