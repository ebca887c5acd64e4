import Foundation
import Provisioning
import Stacks
import TestKit
import Testing

@testable import Images

/// What a registry is given of an image on this machine.
struct ImageTests {
    private static func open(
        _ saved: SavedFiles, asFolder: Bool = false, in folder: URL, _ architecture: String = "amd64"
    ) throws -> ImageParcel {
        let path = folder.appending(path: asFolder ? "layout" : "image.tar")
        if asFolder { try saved.write(to: path) } else { try Data(saved.archive).write(to: path) }
        return try LocalImage.open(
            path.path(percentEncoded: false), named: "./image", for: architecture, scratch: folder)
    }

    /// Whatever they say of themselves, blobs are what their digests say.
    private func expectWhole(_ parcel: ImageParcel) throws {
        #expect(SavedFiles.digest(parcel.manifest) == parcel.digest)
        for blob in parcel.blobs { #expect(try SliceDigest.of(blob.bytes) == blob.digest) }
        #expect(Set(parcel.blobs.map(\.digest)).count == parcel.blobs.count)
    }

    @Test(arguments: [true, false])
    func aLayoutKeepsItsBytes(asFolder: Bool) async throws {
        try await withTemporaryFolder { folder in
            let saved = SavedFiles.layout()
            let parcel = try Self.open(saved, asFolder: asFolder, in: folder)
            try expectWhole(parcel)
            #expect(saved[SavedFiles.path(parcel.manifest)] == parcel.manifest)
            #expect(parcel.blobs.map(\.digest).dropLast() == SavedFiles.layers.map(SavedFiles.digest)[...])
            #expect(parcel.mediaType == "application/vnd.oci.image.manifest.v1+json")
        }
    }

    @Test(arguments: ["amd64", "arm64"])
    func ofSeveralPlatformsTheTasksOwnIsTaken(processor: String) async throws {
        try await withTemporaryFolder { folder in
            let saved = SavedFiles.layout([("linux", "amd64"), ("linux", "arm64"), ("windows", "amd64")])
            let parcel = try Self.open(saved, in: folder, processor)
            let config = SavedFiles.configuration(SavedFiles.layers, processor)
            #expect(parcel.blobs.last?.digest == SavedFiles.digest(config))
        }
    }

    @Test func aSavedImageGetsAManifestAndItsLayersAreCompressed() async throws {
        try await withTemporaryFolder { folder in
            let one = SavedFiles.layers[0]
            let saved = SavedFiles.docker([one, SavedFiles.layers[1], one])
            let parcel = try Self.open(saved, in: folder)
            try expectWhole(parcel)
            // A layer that occurs twice is named twice and sent once.
            #expect(parcel.blobs.count == 3)
            let manifest = try JSONDecoder().decode(ImageManifest.self, from: Data(parcel.manifest))
            #expect(manifest.layers.map(\.mediaType) == .init(repeating: "\(MediaType.layer)+gzip", count: 3))
            #expect(manifest.layers[0].digest == manifest.layers[2].digest)
            for (part, layer) in zip(manifest.layers, [one, SavedFiles.layers[1], one]) {
                let blob = try #require(parcel.blobs.first { $0.digest == part.digest })
                #expect(blob.bytes.length == part.size)
                let unpacked = try await runTool([
                    "sh", "-c", "gzip -dc < \"$1\" | od -An -v -tx1", "sh", blob.bytes.path,
                ])
                #expect(unpacked.output.split { $0.isWhitespace }.map { UInt8($0, radix: 16) } == layer)
            }
            // The same image has the same digest.
            #expect(try Self.open(saved, in: folder).digest == parcel.digest)
        }
    }

    @Test func layersThatAreCompressedStayAsTheyAre() async throws {
        try await withTemporaryFolder { folder in
            var saved = SavedFiles.docker()
            let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3]
            let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 5]
            (saved["0/layer.tar"], saved["1/layer.tar"]) = (zstd, gzip)
            let parcel = try Self.open(saved, in: folder)
            try expectWhole(parcel)
            #expect(parcel.blobs.prefix(2).map(\.digest) == [zstd, gzip].map(SavedFiles.digest))
            let manifest = try JSONDecoder().decode(ImageManifest.self, from: Data(parcel.manifest))
            #expect(manifest.layers.map(\.mediaType) == ["+zstd", "+gzip"].map { MediaType.layer + $0 })
        }
    }

    /// Each is told with its reason and what to do; all of it is one golden file.
    @Test func whatIsWrongIsTold() async throws {
        var told: [String] = []
        for (name, saved, asFolder) in Self.wrong {
            try await withTemporaryFolder { folder in
                do {
                    _ = try Self.open(saved, asFolder: asFolder, in: folder)
                    Issue.record("\(name) was taken")
                } catch let report as Report {
                    told.append("# \(name)\n\(report.description)\n")
                }
            }
        }
        expectGolden(told.joined(separator: "\n"), "wrong-images")
    }

    private static func changed(_ saved: SavedFiles, _ change: (inout SavedFiles) -> Void) -> SavedFiles {
        var saved = saved
        change(&saved)
        return saved
    }

    private static let wrong: [(String, SavedFiles, asFolder: Bool)] = {
        let (docker, layout) = (SavedFiles.docker(), SavedFiles.layout())
        let layer = SavedFiles.path(SavedFiles.layers[0])
        let index = String(decoding: layout["index.json"] ?? [], as: UTF8.self)
        let manifest = "blobs/sha256/" + (index.split(separator: "sha256:").last.map { String($0.prefix(64)) } ?? "")
        return [
            ("an empty folder", changed(SavedFiles()) { $0["x"] = [1] }, true),
            ("no layer", changed(docker) { $0["1/layer.tar"] = nil }, false),
            ("no configuration", changed(docker) { $0["config.json"] = nil }, false),
            ("no JSON", changed(docker) { $0["manifest.json"] = Array("[{".utf8) }, false),
            ("no layers", changed(docker) { $0.replace("Layers", "layers", in: "manifest.json") }, false),
            (
                "layers of another kind",
                changed(docker) { $0["manifest.json"] = Array(#"[{"Config":"c","Layers":1}]"#.utf8) }, false
            ),
            ("no image", changed(docker) { $0["manifest.json"] = Array("[]".utf8) }, false),
            ("two images", changed(docker) { $0["manifest.json"] = twice($0["manifest.json"]) }, false),
            ("a damaged layer", changed(docker) { $0["0/layer.tar"]?[600] ^= 1 }, false),
            ("one layer more", changed(docker) { $0["config.json"] = SavedFiles.configuration([[1]]) }, false),
            ("another compression", changed(docker) { $0["0/layer.tar"] = Array("BZh91AY".utf8) }, false),
            ("another processor", SavedFiles.docker(SavedFiles.layers, "arm64"), false),
            ("a layout for another processor", SavedFiles.layout([("linux", "arm64"), ("windows", "amd64")]), true),
            ("a layout of several images", changed(layout) { $0["index.json"] = named(["a", "b"]) }, true),
            ("a blob that is missing", changed(layout) { $0[layer] = nil }, true),
            ("a blob that is shorter", changed(layout) { $0[layer]?.removeLast() }, true),
            ("a damaged manifest", changed(layout) { $0[manifest]?[20] ^= 1 }, true),
            ("a digest of another kind", changed(layout) { $0.replace("sha256:", "md5:", in: "index.json") }, true),
            ("a digest that leads out", changed(layout) { $0["index.json"] = named(["../../../etc/passwd"]) }, true),
            ("no manifest", changed(layout) { $0["index.json"] = Array(#"{"manifests":[]}"#.utf8) }, true),
        ]
    }()

    private static func twice(_ table: [UInt8]?) -> [UInt8] {
        let entry = (table ?? []).dropFirst().dropLast()
        return Array("[".utf8) + entry + Array(",".utf8) + entry + Array("]".utf8)
    }

    private static func named(_ names: [String]) -> [UInt8] {
        let manifests = names.map {
            #"{"mediaType":"\#(MediaType.manifest)","digest":"sha256:\#($0)","size":1,"annotations":{"org.opencontainers.image.ref.name":"\#($0)"}}"#
        }
        return Array(#"{"manifests":[\#(manifests.joined(separator: ","))]}"#.utf8)
    }
}
