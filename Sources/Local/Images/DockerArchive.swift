import Foundation
import Provisioning
import Stacks

/// An image as `docker save` and `podman save` write it: a table of contents, the configuration, and each layer as a tar archive.
/// It gets a manifest here, and its layers are compressed as a registry keeps them. The same image has the same digest every
/// time, as long as zlib stays the same.
struct DockerArchive {
    let files: ImageFiles
    /// As images name it: `amd64`.
    let architecture: String
    /// Where compressed layers are written.
    let scratch: URL

    func parcel() throws(Report) -> ImageParcel {
        let saved = try only(try files.document([SavedImage].self, "manifest.json"))
        guard let slice = files.slice(saved.config) else {
            throw files.malformed("its configuration \(saved.config) is missing")
        }
        let bytes = try files.bytes(slice, "configuration")
        let configuration = try files.decode(ImageConfiguration.self, bytes, "configuration")
        try Platform.refuseForeign(configuration, files, architecture)
        let contents = configuration.rootfs?.diffIDs ?? []
        guard contents.count == saved.layers.count else {
            throw files.malformed("it has \(saved.layers.count) layers and its configuration \(contents.count)")
        }
        var layers: [(type: String, blob: ImageParcel.Blob)] = []
        for (name, content) in zip(saved.layers, contents) { layers.append(try layer(name, content, layers.count)) }
        let config = ImageParcel.Blob(digest: ImageFiles.digest(bytes), bytes: slice)
        return try parcel(layers, config)
    }

    private func only(_ images: [SavedImage]) throws(Report) -> SavedImage {
        guard let first = images.first else { throw files.malformed("its manifest.json names no image") }
        guard images.count == 1 else {
            let names = images.map { $0.repoTags?.first ?? $0.config }
            throw Report(
                "\(files.name) has \(images.count) images: which one?", expected: "one image",
                state: "nothing was sent", next: "save only one of them: \(names.joined(separator: ", "))")
        }
        return first
    }

    /// - Parameter content: the digest of the layer's tar archive, uncompressed.
    private func layer(
        _ name: String, _ content: String, _ number: Int
    ) throws(Report) -> (type: String, blob: ImageParcel.Blob) {
        guard let slice = files.slice(name) else { throw files.malformed("its layer \(name) is missing") }
        let packing = Packing(head: try SliceReader.head(slice, Packing.head))
        guard packing == .none else {
            guard let type = packing.layerType else {
                throw files.malformed("its layer \(name) is compressed with \(packing.rawValue)")
            }
            return (type, ImageParcel.Blob(digest: try SliceDigest.of(slice), bytes: slice))
        }
        let packed = try LayerPacker.pack(slice, to: scratch.appending(path: "layer-\(number).tar.gz"))
        guard packed.content == content else {
            throw files.malformed("its layer \(name) is damaged: the content has another digest")
        }
        return ("\(MediaType.layer)+gzip", packed.blob)
    }

    private func parcel(
        _ layers: [(type: String, blob: ImageParcel.Blob)], _ config: ImageParcel.Blob
    ) throws(Report) -> ImageParcel {
        let manifest = ImageManifest(
            mediaType: MediaType.manifest,
            config: Descriptor(
                mediaType: MediaType.configuration, digest: config.digest, size: config.bytes.length),
            layers: layers.map { Descriptor(mediaType: $0.type, digest: $0.blob.digest, size: $0.blob.bytes.length) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes: [UInt8]
        do { bytes = Array(try encoder.encode(manifest)) } catch {
            throw files.malformed("its manifest cannot be written: \(error)")
        }
        var blobs: [ImageParcel.Blob] = []
        for blob in layers.map(\.blob) + [config] where !blobs.contains(where: { $0.digest == blob.digest }) {
            blobs.append(blob)
        }
        return ImageParcel(
            manifest: bytes, mediaType: MediaType.manifest, digest: ImageFiles.digest(bytes), blobs: blobs)
    }
}
