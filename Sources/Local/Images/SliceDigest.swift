import Crypto
import Provisioning
import Stacks

/// The digest of a part of a file, which is read once.
enum SliceDigest {
    static func of(_ slice: FileSlice) throws(Report) -> String {
        var hash = SHA256()
        var reader = try SliceReader(slice)
        while let piece = try reader.next() { hash.update(data: piece) }
        return ImageFiles.text(hash.finalize())
    }
}
