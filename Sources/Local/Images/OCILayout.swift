import Provisioning
import Stacks

/// An image in an OCI image layout goes as it is, byte for byte, so that it keeps its digest.
///
/// Source: OCI image specification 1.1, "image layout", read 2026-11.
struct OCILayout {
    /// An index may name indexes; nobody nests them deeper.
    private static let deepest = 4

    let files: ImageFiles
    /// As images name it: `amd64`.
    let architecture: String

    func parcel() throws(Report) -> ImageParcel {
        let index = try files.document(ImageIndex.self, "index.json")
        let found = try images(index.manifests, depth: 1).filter { !$0.isAttestation }
        let chosen = try choose(found)
        let bytes = try files.document(chosen, "manifest")
        let manifest = try files.decode(ImageManifest.self, bytes, "manifest")
        try Platform.refuseForeign(configuration(manifest), files, architecture)
        var blobs: [ImageParcel.Blob] = []
        for part in manifest.layers + [manifest.config] where !blobs.contains(where: { $0.digest == part.digest }) {
            blobs.append(try files.blob(part))
        }
        return ImageParcel(
            manifest: bytes, mediaType: chosen.mediaType ?? manifest.mediaType ?? MediaType.manifest,
            digest: chosen.digest, blobs: blobs)
    }

    private func configuration(_ manifest: ImageManifest) throws(Report) -> ImageConfiguration {
        try files.decode(
            ImageConfiguration.self, try files.document(manifest.config, "configuration"), "configuration")
    }

    /// Every image that the index and its own indexes name.
    private func images(_ descriptors: [Descriptor], depth: Int) throws(Report) -> [Descriptor] {
        guard depth <= Self.deepest else { throw files.malformed("its indexes name each other too deeply") }
        var found: [Descriptor] = []
        for each in descriptors {
            if MediaType.indexes.contains(each.mediaType ?? "") {
                let inner = try files.decode(ImageIndex.self, try files.document(each, "index"), "index")
                found += try images(inner.manifests, depth: depth + 1)
            } else if MediaType.manifests.contains(each.mediaType ?? MediaType.manifest) {
                found.append(each)
            }
        }
        return found
    }

    /// The only one, or the only one for tasks of this stack.
    private func choose(_ found: [Descriptor]) throws(Report) -> Descriptor {
        let fitting = found.filter { $0.platform.map { $0.os == "linux" && $0.architecture == architecture } ?? true }
        let digests = Set(fitting.map(\.digest))
        if digests.count == 1, let only = fitting.first { return only }
        guard fitting.isEmpty else {
            let names = fitting.map { $0.name ?? $0.digest }
            throw Report(
                "\(files.name) has \(digests.count) images: which one?", expected: "one image",
                state: "nothing was sent", next: "write only one of them: \(names.joined(separator: ", "))")
        }
        guard !found.isEmpty else { throw files.malformed("it names no image") }
        let platforms = found.map { "\($0.platform?.os ?? "?")/\($0.platform?.architecture ?? "?")" }
        throw Platform.foreign(files, platforms.joined(separator: ", "), architecture)
    }
}

/// Tasks run on one kind of processor.
enum Platform {
    static func refuseForeign(
        _ configuration: ImageConfiguration, _ files: ImageFiles, _ architecture: String
    ) throws(Report) {
        let (system, processor) = (configuration.os ?? "linux", configuration.architecture ?? architecture)
        guard (system, processor) != ("linux", architecture) else { return }
        throw foreign(files, "\(system)/\(processor)", architecture)
    }

    /// Such an image ends at once, with `exec format error`.
    static func foreign(_ files: ImageFiles, _ found: String, _ architecture: String) -> Report {
        Report(
            "the image \(files.name) is for \(found); tasks run on linux/\(architecture)",
            state: "nothing was sent", next: "build it with `--platform linux/\(architecture)`")
    }
}
