import Crypto
import Foundation
import Provisioning
import Stacks

/// The files of an image, in a folder or in a tar archive.
struct ImageFiles {
    private enum Place {
        case folder
        case archive(TarArchive)
    }

    /// A manifest, a configuration or a table of contents beyond this is none. Source: the limit of the distribution
    /// specification for manifests, 4 MiB, read 2026-11.
    private static let longestDocument = 4 << 20

    /// As the user wrote it.
    let name: String
    private let path: String
    private let place: Place

    init(_ path: String, named name: String) throws(Report) {
        self.path = path
        self.name = name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Report(
                "there is no \(name)", expected: "an OCI image layout or a tar archive of an image",
                state: "nothing was sent",
                next: "`docker save --output image.tar IMAGE` writes one; or name an image of a registry")
        }
        place = isFolder.boolValue ? .folder : .archive(try TarArchive(path, named: name))
    }

    /// Nil when there is no such file.
    func slice(_ name: String) -> FileSlice? {
        switch place {
        case .archive(let archive): return archive.slice(name)
        case .folder:
            let file = "\(path)/\(name)"
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(file)),
                attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber
            else { return nil }
            return FileSlice(path: file, length: size.intValue)
        }
    }

    private func resolved(_ file: String) -> String {
        URL(filePath: file).resolvingSymlinksInPath().path(percentEncoded: false)
    }

    // MARK: - Documents

    func document<Document: Decodable>(_ type: Document.Type, _ name: String) throws(Report) -> Document {
        guard let slice = slice(name) else { throw malformed("it has no \(name)") }
        return try decode(type, try bytes(slice, name), name)
    }

    func bytes(_ slice: FileSlice, _ name: String) throws(Report) -> [UInt8] {
        guard slice.length <= Self.longestDocument else { throw malformed("its \(name) has \(slice.length) bytes") }
        return try SliceReader.bytes(slice)
    }

    func decode<Document: Decodable>(
        _ type: Document.Type, _ bytes: [UInt8], _ name: String
    ) throws(Report) -> Document {
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
            throw malformed("its \(name) is not what it should be: \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another kind"
        default: return "it is no JSON"
        }
    }

    func malformed(_ reason: String) -> Report {
        Report(
            "cannot read the image \(name): \(reason)", expected: "an OCI image layout, or what `docker save` writes",
            state: "nothing was sent", next: "write it again: `docker save --output image.tar IMAGE`")
    }

    // MARK: - Blobs

    /// The blob of a layout. That it is as long as it should be is seen here; its digest when it is read.
    func blob(_ descriptor: Descriptor) throws(Report) -> ImageParcel.Blob {
        guard let name = Self.path(of: descriptor.digest) else {
            throw malformed("\(descriptor.digest) is no digest by sha256")
        }
        guard let slice = slice(name) else { throw malformed("its blob \(descriptor.digest) is missing") }
        guard slice.length == descriptor.size else {
            throw malformed("its blob \(descriptor.digest) has \(slice.length) bytes and not \(descriptor.size)")
        }
        return ImageParcel.Blob(digest: descriptor.digest, bytes: slice)
    }

    /// A blob that is read here.
    func document(_ descriptor: Descriptor, _ what: String) throws(Report) -> [UInt8] {
        let bytes = try bytes(try blob(descriptor).bytes, what)
        guard Self.digest(bytes) == descriptor.digest else {
            throw malformed("its \(what) \(descriptor.digest) is damaged: the content has another digest")
        }
        return bytes
    }

    private static func path(of digest: String) -> String? {
        guard digest.hasPrefix("sha256:") else { return nil }
        let hex = digest.dropFirst(7)
        guard hex.utf8.count == 64, hex.utf8.allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 }) else { return nil }
        return "blobs/sha256/\(hex)"
    }

    static func digest(_ bytes: [UInt8]) -> String { text(SHA256.hash(data: bytes)) }

    static func text(_ digest: SHA256.Digest) -> String {
        "sha256:" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
