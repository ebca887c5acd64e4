import Foundation
import Images
import LocalTarget
import Plans
import Provisioning
import Resources
import Stacks

/// Which image a deployment is to bring in.
enum ImageOrder: Sendable, Equatable {
    /// An image of a registry, or a path.
    case named(String)
    /// What a container engine makes of the service's folder; the path is the manifest's own folder.
    case build(URL)

    /// A path begins with `.` or `/`, as in the manifest, or has an archive's ending.
    static func isPath(_ name: String) -> Bool {
        name.hasPrefix(".") || name.hasPrefix("/") || name.hasSuffix(".tar")
    }
}

/// Finds the image that a service is to run, by its digest wherever anybody can tell; one of this machine is sent first.
struct CloudImage: Sendable {
    let session: CloudSession
    let look: CloudLook
    let service: String

    struct Chosen: Sendable {
        /// As a task definition names it.
        var text: String
        /// Into the service's own repository, so that it is the one that was pushed last.
        var isPushed: Bool
    }

    func choose(_ order: ImageOrder) async throws -> Chosen {
        switch order {
        case .named(let name) where ImageOrder.isPath(name):
            let path = URL(filePath: name, relativeTo: Surroundings.current.workingFolder).standardizedFileURL
            return try await withScratch { scratch in
                try await push(path.path(percentEncoded: false), named: name, scratch)
            }
        case .named(let name): return Chosen(text: try await found(name), isPushed: false)
        case .build(let folder):
            _ = try repository()
            return try await withScratch { scratch in
                let build = try ImageBuild(session.stack, service, folder: folder, architecture: architecture)
                let archive = try await build(into: scratch)
                return try await push(archive, named: "that \(build.engine.name) built", scratch)
            }
        }
    }

    // MARK: - An image of this machine

    private func push(_ path: String, named name: String, _ scratch: URL) async throws -> Chosen {
        let (repository, architecture) = (try repository(), architecture)
        let surroundings = Surroundings.current
        let parcel = try await onThread {
            try LocalImage.open(path, named: name, for: architecture, scratch: scratch)
        }
        let (service, count) = (service, Figures.number(parcel.blobs.count, "part"))
        surroundings.say("  \(service): the image \(name.printable) has \(count), \(ByteCount(bytes: parcel.size))")
        let text = try await session.cloud.push(parcel, to: repository) {
            surroundings.say("  \(service): \($0.printable)")
        }
        return Chosen(text: text, isPushed: true)
    }

    /// The service's own repository.
    private func repository() throws(Report) -> Observed {
        if let found = look.world.resources[CloudService.address(.repository, service)] { return found }
        guard look.graph[CloudService.address(.repository, service)] == nil else {
            throw Report(
                "the repository of \(service) does not exist yet", state: "nothing was changed",
                next: "`terrace up --on aws` makes it")
        }
        throw Report(
            "\(service) has no repository for an image of this machine: its `image:` is in a registry already",
            manifest: "services.\(service).image", expected: "a folder, such as `image: .`",
            state: "nothing was changed", next: "push the image there, then `--image` with its name")
    }

    /// Of the tasks, as images name it. Source: Go's GOARCH, by which images name processors, read 2026-11.
    private var architecture: String {
        guard case .taskDefinition(let task)? = look.graph[CloudService.address(.taskDefinition, service)]?.settings
        else { return "amd64" }
        return task.architecture == .arm ? "arm64" : "amd64"
    }

    private func withScratch<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "terrace-image-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Report("cannot make \(folder.path(percentEncoded: false)): \(FileReason.of(error))")
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    /// Reading and compressing take seconds and block.
    private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
        }
    }

    // MARK: - An image of a registry

    private func found(_ name: String) async throws -> String {
        guard let image = ImageReference(name) else {
            throw Report(
                "\"\(name.printable)\" is no image",
                expected: "registry/name:tag, name@sha256:…, or a path: ./image.tar",
                state: "nothing was changed")
        }
        try refuseUnreachable(image)
        if let digest = try await session.cloud.digest(of: image) { return "\(image.repository)@\(digest)" }
        if image.digest == nil {
            Surroundings.current.say(
                "note: \(name) is deployed by its tag, since its registry is not this account's: whoever moves the tag "
                    + "changes what later tasks run")
        }
        return name
    }

    /// A task's role may pull from the stack's repositories and from those that the manifest names.
    private func refuseUnreachable(_ image: ImageReference) throws {
        var stack = session.stack
        if let index = stack.services.firstIndex(where: { $0.name == service }) {
            stack.services[index].image = image.repository
        }
        try CloudLook.obstaclesAreNone(stack)
        guard image.ecr != nil else { return }
        let own = look.world.resources[CloudService.address(.repository, service)]?.facts[.url]
        let named = session.stack.services.compactMap { $0.image.flatMap(ImageReference.init)?.repository }
        guard image.repository != own, !named.contains(image.repository) else { return }
        throw Report(
            "tasks of \(session.stack.fullName) may not pull from \(image.repository)",
            manifest: "services.\(service).image", expected: ([own].compactMap { $0 } + named).joined(separator: ", "),
            state: "nothing was changed",
            next: "name it in the manifest, then `terrace up --on aws`: the role of the tasks follows")
    }
}

extension CloudLook {
    /// The same, with another image for one service.
    func running(_ image: String, in service: String) -> CloudLook {
        let address = CloudService.address(.taskDefinition, service)
        var look = self
        look.graph = ResourceGraph(
            graph.resources.map { resource in
                guard resource.address == address, case .taskDefinition(var task) = resource.settings else {
                    return resource
                }
                for index in task.containers.indices where task.containers[index].name == service {
                    task.containers[index].image = Value(image)
                }
                var resource = resource
                resource.settings = .taskDefinition(task)
                return resource
            })
        look.plan = ResourcePlanner.plan(look.graph, world)
        return look
    }
}
