import Exports
import Foundation

/// Writes an export and says what was written.
enum ExportedFiles {
    static func write(_ files: [ExportedFile], to name: String) throws {
        let surroundings = Surroundings.current
        let folder = ExportFolder(name, in: surroundings.workingFolder)
        let gone = try folder.write(files)
        for file in files {
            let lines = file.text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
            surroundings.say("wrote \(folder.shown)\(file.name), \(Figures.number(lines, "line"))")
        }
        for name in gone { surroundings.say("removed \(folder.shown)\(name), which the stack no longer needs") }
    }
}
