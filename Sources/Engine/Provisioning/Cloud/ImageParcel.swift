/// An image as a registry takes it: the manifest, and everything that it names, which is still on this machine.
package struct ImageParcel: Sendable, Equatable {
    /// A configuration or a layer.
    package struct Blob: Sendable, Equatable {
        /// `sha256:…` of its bytes; whoever sends them holds them against it.
        package var digest: String
        package var bytes: FileSlice

        package init(digest: String, bytes: FileSlice) {
            self.digest = digest
            self.bytes = bytes
        }
    }

    package var manifest: [UInt8]
    package var mediaType: String
    /// `sha256:…` of the manifest, by which the image is deployed.
    package var digest: String
    /// Each once: the layers in their order, then the configuration.
    package var blobs: [Blob]

    package init(manifest: [UInt8], mediaType: String, digest: String, blobs: [Blob]) {
        self.manifest = manifest
        self.mediaType = mediaType
        self.digest = digest
        self.blobs = blobs
    }

    /// Of all blobs, in bytes.
    package var size: Int { blobs.reduce(0) { $0 + $1.bytes.length } }
}

/// A part of a file.
package struct FileSlice: Sendable, Hashable {
    package var path: String
    /// In bytes.
    package var offset: Int
    package var length: Int

    package init(path: String, offset: Int = 0, length: Int) {
        self.path = path
        self.offset = offset
        self.length = length
    }
}
