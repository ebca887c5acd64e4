import ArgumentParser
import Foundation
import LocalTarget
import Stacks

struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop the stack and remove everything it stored.",
        discussion: """
            You are asked to type the stack's name first. The manifest and your
            application stay.

            On this machine it removes the databases, backups, secrets, certificates and
            logs in .terrace/.

            On aws it deletes every resource of the stack. The database leaves a final
            snapshot; buckets with objects and repositories with images stay, and are
            listed. With --delete-data they go, too, and there is no snapshot. In the
            end it looks in every way there is for what is left.

            Examples:
              terrace destroy
              terrace destroy --environment staging --yes
              terrace destroy --on aws
              terrace destroy --on aws --yes --delete-data
            """)

    @OptionGroup var manifest: ManifestArgument

    @Flag(help: "Do not ask for the stack's name.")
    var yes = false

    @Flag(help: "On aws: delete objects, images and the database without a snapshot.")
    var deleteData = false

    @Flag(help: "On aws: print the plan, the events and the outcome as lines of JSON.")
    var json = false

    @OptionGroup var lease: LeaseOption

    func validate() throws {
        if manifest.stack.on == .local, deleteData || json || lease.breakLock {
            throw ValidationError("--delete-data, --json and --break-lock need --on aws.")
        }
        if json, !yes { throw ValidationError("--json needs --yes: nobody can be asked.") }
    }

    func run() async throws {
        let place = try manifest.place()
        switch manifest.stack.on {
        case .local: try await local(try place.existing())
        case .aws:
            try await CloudDestroy(
                request: manifest.stack.request(try place.checked().stack), yes: yes, deletesData: deleteData,
                json: json, breaksLock: lease.breakLock)()
        }
    }

    private func local(_ place: ManifestPlace) async throws {
        let surroundings = Surroundings.current
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
