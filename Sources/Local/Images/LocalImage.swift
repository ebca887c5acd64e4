package import Foundation
package import Provisioning
package import Stacks

/// An image on this machine, as a folder or a tar archive.
package enum LocalImage {
    /// Finds out what the registry is to be given; layers that are not compressed yet are, in `scratch`.
    ///
    /// - Parameter name: the path as the user wrote it.
    /// - Parameter architecture: of the tasks, as images name it: `amd64`.
    /// - Throws: what is wrong with the image.
    package static func open(
        _ path: String, named name: String, for architecture: String, scratch: URL
    ) throws(Report) -> ImageParcel {
        let files = try ImageFiles(path, named: name)
        if files.slice("manifest.json") != nil {
            return try DockerArchive(files: files, architecture: architecture, scratch: scratch).parcel()
        }
        guard files.slice("index.json") != nil else {
            throw files.malformed("it has neither an index.json nor a manifest.json")
        }
        return try OCILayout(files: files, architecture: architecture).parcel()
    }
}
