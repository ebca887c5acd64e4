import ArgumentParser
import Foundation
import Stacks

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a small commented manifest for a folder.",
        discussion: """
            Looks at the files there (Dockerfile, Package.swift, package.json) for a port
            and a command. An existing manifest is never touched.

            Examples:
              terrace init
              terrace init shop/
            """)

    @Argument(help: "The application's folder. (default: the current one)", completion: .directory)
    var folder: String?

    func run() async throws {
        let surroundings = Surroundings.current
        let folder = URL(
            filePath: folder ?? ".", directoryHint: .isDirectory, relativeTo: surroundings.workingFolder
        ).standardizedFileURL
        let file = folder.appending(path: ManifestPlace.standardName)
        let path = file.path(percentEncoded: false)
        let draft = ManifestDraft.draft(folderName: folder.lastPathComponent, files: inspected(folder))
        do {
            try Data(draft.utf8).write(to: file, options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw Report(
                "\(path) exists already", state: "nothing was changed",
                next: "`terrace check` says whether it is right")
        } catch {
            throw Report("cannot write \(path): \(FileReason.of(error))")
        }
        surroundings.say("wrote \(path)")
        surroundings.say("next: look at it, then `terrace up`")
    }

    /// Above this no file of that kind was written by a person.
    private static let largest = 256 << 10

    private func inspected(_ folder: URL) -> [String: String] {
        var files: [String: String] = [:]
        for name in ManifestDraft.inspectedFiles {
            guard let handle = try? FileHandle(forReadingFrom: folder.appending(path: name)) else { continue }
            let data = (try? handle.read(upToCount: Init.largest)) ?? Data()
            files[name] = String(decoding: data, as: UTF8.self)
        }
        return files
    }
}
