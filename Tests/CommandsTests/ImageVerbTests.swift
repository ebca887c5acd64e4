import Foundation
import Provisioning
import Resources
import Stacks
import Synchronization
import TestKit
import Testing

@testable import Commands

/// `deploy --image` and `deploy --build` against a cloud in memory, with an engine that the test is.
@Suite struct ImageVerbTests {
    private static let manifest = """
        stack: shop
        services:
          web:
            image: ./app
            port: 3000
        """

    private func run(
        _ arguments: [String], cloud: FakeCloud = FakeCloud(), manifest: String = manifest,
        _ prepare: (URL) throws -> Void = { _ in }
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await withTemporaryFolder { folder in
            try writeManifest(folder, manifest)
            try prepare(folder)
            let terminal = TestTerminal(cloud: cloud)
            // The machine may have an engine of its own.
            let path = folder.appending(path: "bin").path(percentEncoded: false)
            let code = await terminal.run(arguments, in: folder, environment: ["PATH": path])
            let name = folder.path(percentEncoded: false)
            return (
                code, terminal.output.replacing(name, with: "FOLDER/"), terminal.errors.replacing(name, with: "FOLDER/")
            )
        }
    }

    private func standing() async throws -> FakeCloud {
        let cloud = FakeCloud()
        #expect(try await run(["up", "--yes", "--on", "aws"], cloud: cloud).code == 0)
        return cloud
    }

    /// A layout of one layer, made by hand.
    private static let layout = #"""
        put() { mkdir -p "$1/blobs/sha256"; d=$(sha256sum "$2" | cut -d' ' -f1); cp "$2" "$1/blobs/sha256/$d"; }
        part() { printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' "$2" "$(sha256sum "$1" | cut -d' ' -f1)" "$(wc -c < "$1")"; }
        make() {
            printf 'layer' > "$1.layer"
            printf '{"architecture":"amd64","os":"linux","rootfs":{"diff_ids":["sha256:0"]}}' > "$1.config"
            type=application/vnd.oci.image
            printf '{"schemaVersion":2,"config":%s,"layers":[%s]}' \
                "$(part "$1.config" $type.config.v1+json)" "$(part "$1.layer" $type.layer.v1.tar)" > "$1.manifest"
            for file in layer config manifest; do put "$1.layout" "$1.$file"; done
            printf '{"manifests":[%s]}' "$(part "$1.manifest" $type.manifest.v1+json)" > "$1.layout/index.json"
            tar -C "$1.layout" -cf "$1" .
        }
        """#

    private static func engine(_ name: String, _ body: String, in folder: URL) throws {
        let bin = folder.appending(path: "bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        let file = bin.appending(path: name)
        let text = "#!/bin/sh\nPATH=/bin:/usr/bin\ncd \(folder.path(percentEncoded: false))\n\(layout)\n\(body)\n"
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: file.path(percentEncoded: false))
    }

    /// Each engine has words of its own for the same.
    private static let engines: [(name: String, save: String, file: String)] = [
        ("docker", "save --output $F terrace/shop-web:deploy", "$3"),
        ("podman", "save --format docker-archive --output $F terrace/shop-web:deploy", "$5"),
        ("buildah", "push terrace/shop-web:deploy docker-archive:$F", "${3#docker-archive:}"),
    ]

    @Test(arguments: engines)
    func whatAnEngineBuildsIsSentAndRuns(name: String, save: String, file: String) async throws {
        let cloud = try await standing()
        let result = try await run(["deploy", "--build", "--on", "aws"], cloud: cloud) { folder in
            try Self.engine(
                name,
                """
                [ "$*" = "build --platform linux/amd64 --tag terrace/shop-web:deploy $PWD/app" ] && exit 0
                F=\(file)
                [ "$*" = "\(save)" ] || exit 9
                make "$F"
                """, in: folder)
        }
        #expect(result.code == 0, "\(result)")
        #expect(result.output.contains("web: \(name) builds FOLDER/app"), "\(result.output)")
        let parcel = try #require(cloud.memory.withLock { $0.pushed.first })
        #expect(image(cloud)?.hasSuffix("@\(parcel.digest)") == true)
    }

    private func image(_ cloud: FakeCloud) -> String? {
        let address = Address(.application, ResourceKind.taskDefinition.rawValue, "web")
        guard case .taskDefinition(let task)? = cloud.world.resources[address]?.settings else { return nil }
        return task.containers[0].image.literal
    }

    @Test func anEngineThatFailsIsTold() async throws {
        let cloud = try await standing()
        let before = image(cloud)
        let result = try await run(["deploy", "--build", "--on", "aws"], cloud: cloud) {
            try Self.engine("docker", "exit 3", in: $0)
        }
        #expect(result.code == 1)
        #expect(
            result.errors == """
                cannot build the image of web: docker ended with exit code 3
                  command   docker build --platform linux/amd64 --tag terrace/shop-web:deploy FOLDER/app
                  state     nothing was changed
                  next      mend what it says above, then run the same command

                """)
        #expect(image(cloud) == before)
    }

    @Test func ofAnAccountsOwnRegistryTheDigestRuns() async throws {
        let cloud = FakeCloud()
        let own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop"
        let manifest = Self.manifest.replacing("./app", with: "\(own):1")
        #expect(try await run(["up", "--yes", "--on", "aws"], cloud: cloud, manifest: manifest).code == 0)
        let result = try await run(
            ["deploy", "--image", "\(own):2", "--on", "aws"], cloud: cloud, manifest: manifest)
        #expect(result.code == 0, "\(result)")
        #expect(image(cloud) == own + "@sha256:" + String(repeating: "e", count: 64))
    }

    private static let refused: [(arguments: [String], manifest: String, says: String)] = [
        (["--build", "--on", "aws"], manifest, "cannot build the image of web: no container engine is on PATH"),
        (["--build", "--on", "aws"], two, "shop has 2 services: which one is to run the image?"),
        (["web", "--build", "--on", "aws"], two, "web has no repository for an image of this machine"),
        (["--image", "./no.tar", "--on", "aws"], manifest, "there is no ./no.tar"),
        (["--image", "UPPER", "--on", "aws"], manifest, "\"UPPER\" is no image"),
        (["--image", "x:1"], manifest, "images run on aws"),
        (["--build"], manifest, "the manifest has no command that builds the services on this machine"),
        (["--image", "x:1", "--build"], manifest, "--image names an image and --build makes one; say one of them."),
    ]

    private static let two = """
        stack: shop
        services:
          web: { image: registry.example.com/shop, port: 3000 }
          api: { image: registry.example.com/api, port: 3001, routes: ["/api/*"] }
        """

    @Test(arguments: refused)
    func whatCannotBeDoneIsTold(arguments: [String], manifest: String, says: String) async throws {
        let cloud = FakeCloud()
        #expect(try await run(["up", "--yes", "--on", "aws"], cloud: cloud, manifest: manifest).code == 0)
        let result = try await run(["deploy"] + arguments, cloud: cloud, manifest: manifest)
        #expect(result.code != 0)
        #expect(result.errors.contains(says), "\(result)")
        #expect(cloud.memory.withLock { $0.pushed.isEmpty })
    }
}
