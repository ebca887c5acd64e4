import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop the stack and remove everything it stored.",
        discussion: """
            Removes the databases, backups, secrets, certificates and logs in .terrace/.
            You are asked to type the stack's name first. The manifest and your
            application stay.

            Examples:
              terrace destroy
              terrace destroy --environment staging --yes
            """)

    @OptionGroup var manifest: ManifestArgument

    @Flag(help: "Do not ask for the stack's name.")
    var yes = false

    func run() async throws {
        let surroundings = Surroundings.current
        let place = try manifest.place().existing()
        let folder = place.stackFolder
        let path = folder.url.path(percentEncoded: false)
        guard folder.exists else {
            surroundings.say("\(place.shownName) has stored nothing")
            return
        }
        let name = try name(place)
        if !yes { try confirm(name, path, surroundings) }
        if let running = try await RunningStack.find(folder) { try await StackStop(place: place, running: running)() }
        try remove(folder, name)
        surroundings.say("\(name) is gone: everything in \(path) was removed")
    }

    /// The manifest's word or, when it is wrong or gone, what the last supervisor wrote down.
    private func name(_ place: ManifestPlace) throws -> String {
        if let stack = try? place.checked().stack { return stack.fullName }
        if let record = SupervisorLock.record(place.stackFolder) { return record.stack }
        return try place.checked().stack.fullName
    }

    private func confirm(_ name: String, _ path: String, _ surroundings: Surroundings) throws {
        guard surroundings.isInputTerminal else {
            throw Report(
                "nobody can type the stack's name here", state: "nothing was removed",
                next: "`terrace destroy --yes` removes \(name) without asking")
        }
        surroundings.output("This removes all data of \(name) in \(path).\nType the stack's name to go on: ")
        guard surroundings.readLine() == name else {
            throw Report("that is not \(name)", state: "nothing was removed")
        }
    }

    /// Under the lock, so that no supervisor starts meanwhile.
    private func remove(_ folder: StackFolder, _ name: String) throws {
        let record = SupervisorLock.Record(
            pid: ProcessInfo.processInfo.processIdentifier, startedAt: Surroundings.current.now(), stack: name,
            socket: "")
        guard let lock = try SupervisorLock.acquire(folder, record: record) else {
            throw Report("\(name) was started again meanwhile", state: "nothing was removed")
        }
        defer { lock.release() }
        do {
            try folder.removeEverything()
        } catch {
            throw Report(
                "cannot remove everything in \(folder.url.path(percentEncoded: false)): "
                    + FileReason.of(error),
                next: "run the same command as the user who owns these files")
        }
    }
}
