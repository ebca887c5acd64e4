/// The names that images' parts go by. Source: OCI image specification 1.1 and Docker's image manifest, version 2, schema 2, read 2026-11.
enum MediaType {
    static let manifest = "application/vnd.oci.image.manifest.v1+json"
    static let configuration = "application/vnd.oci.image.config.v1+json"
    static let layer = "application/vnd.oci.image.layer.v1.tar"

    static let manifests: Set<String> = [manifest, "application/vnd.docker.distribution.manifest.v2+json"]
    static let indexes: Set<String> = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
}

/// Where a part of an image is, by its content.
struct Descriptor: Codable, Equatable {
    struct Platform: Codable, Equatable {
        var architecture: String?
        var os: String?
    }

    var mediaType: String?
    var digest: String
    var size: Int
    var platform: Platform?
    var annotations: [String: String]?

    /// A signature or a list of ingredients, which stands beside an image.
    var isAttestation: Bool { annotations?["vnd.docker.reference.type"] != nil || platform?.os == "unknown" }
    /// As the image was tagged.
    var name: String? {
        annotations?["io.containerd.image.name"] ?? annotations?["org.opencontainers.image.ref.name"]
    }
}

/// `index.json`, and lists of one image for several platforms.
struct ImageIndex: Decodable {
    var manifests: [Descriptor]
}

struct ImageManifest: Codable {
    var schemaVersion = 2
    var mediaType: String?
    var config: Descriptor
    var layers: [Descriptor]
}

/// What is read of an image's configuration.
struct ImageConfiguration: Decodable {
    struct FileSystem: Decodable {
        var diffIDs: [String]

        private enum CodingKeys: String, CodingKey { case diffIDs = "diff_ids" }
    }

    var architecture: String?
    var os: String?
    var rootfs: FileSystem?
}

/// An entry of `manifest.json`, the table of contents that `docker save` writes.
struct SavedImage: Decodable {
    var config: String
    var repoTags: [String]?
    var layers: [String]

    private enum CodingKeys: String, CodingKey {
        case config = "Config"
        case repoTags = "RepoTags"
        case layers = "Layers"
    }
}
