import Foundation
import LocalTarget
import Processes
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that builds images, and what it is told. Pure.
enum ImageEngine: String, CaseIterable {
    case docker, podman, buildah

    var name: String { rawValue }

    func build(_ folder: String, tag: String, architecture: String) -> [String] {
        ["build", "--platform", "linux/\(architecture)", "--tag", tag, folder]
    }

    func save(_ tag: String, to file: String) -> [String] {
        switch self {
        case .docker: ["save", "--output", file, tag]
        case .podman: ["save", "--format", "docker-archive", "--output", file, tag]
        case .buildah: ["push", tag, "docker-archive:\(file)"]
        }
    }
}

/// Has a container engine build a service's folder and save what it built.
struct ImageBuild {
    let engine: ImageEngine
    private let program: String
    private let folder: String
    private let tag: String
    private let architecture: String
    private let service: String

    /// - Parameter folder: the manifest's, from which the service's own is named.
    /// - Throws: when no engine is on PATH, or the service names no folder.
    init(_ stack: Stack, _ service: String, folder: URL, architecture: String) throws(Report) {
        let source = stack.services.first { $0.name == service }?.imageSource
        guard case .folder(let name)? = source else {
            throw Report(
                "\(service) has no folder to build: its `image:` is in a registry already",
                manifest: "services.\(service).image", expected: "a folder with a Dockerfile, such as `image: .`",
                state: "nothing was changed")
        }
        let found = ImageEngine.allCases.lazy.compactMap { engine in
            Surroundings.current.program(engine.name).map { (engine, $0) }
        }.first
        guard let found else {
            throw Report(
                "cannot build the image of \(service): no container engine is on PATH",
                expected: ImageEngine.allCases.map(\.name).joined(separator: ", "), state: "nothing was changed",
                next: "install one; or build elsewhere, and `terrace deploy \(service) --image ./image.tar --on aws` "
                    + "sends what `docker save` wrote")
        }
        (engine, program) = found
        self.folder = URL(filePath: name, relativeTo: folder).standardizedFileURL.path(percentEncoded: false)
        self.service = service
        self.architecture = architecture
        tag = "terrace/\(stack.fullName)-\(service):deploy"
    }

    /// The archive that it wrote.
    func callAsFunction(into scratch: URL) async throws -> String {
        let file = scratch.appending(path: "built.tar").path(percentEncoded: false)
        Surroundings.current.say("  \(service): \(engine.name) builds \(folder)")
        try await run(engine.build(folder, tag: tag, architecture: architecture), "build the image of \(service)")
        try await run(engine.save(tag, to: file), "save the image of \(service)")
        return file
    }

    /// What the engine says goes to the terminal.
    private func run(_ words: [String], _ what: String) async throws {
        let request = ChildProcess.Request(
            executable: program, arguments: words, environment: Surroundings.current.environment,
            standardOutput: STDERR_FILENO, standardError: STDERR_FILENO, leftoverTimeout: .seconds(5))
        let child = try ChildProcess.spawn(request)
        let exit = await child.waitForExit()
        guard exit == .code(0) else {
            throw Report(
                "cannot \(what): \(engine.name) ended with \(exit)",
                details: [
                    Report.Detail("command", ([engine.name] + words).joined(separator: " ")),
                    Report.Detail("state", "nothing was changed"),
                    Report.Detail("next", "mend what it says above, then run the same command"),
                ])
        }
    }
}
