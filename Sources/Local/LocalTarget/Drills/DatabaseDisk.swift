import Machine
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file system that holds a database and nothing else, so that it may be filled on purpose.
struct DatabaseDisk: Sendable {
    /// Above this filling takes minutes.
    static let largest = ByteCount.gibibytes(8)

    /// Throws a report when it holds more than the database, or is too large.
    init(folder: String, largest: ByteCount = DatabaseDisk.largest) throws(Report) {
        let state = "nothing was broken"
        guard let own = FileFacts(path: folder), let around = FileFacts(path: folder + "/.."),
            let root = FileFacts(path: "/"), let size = DiskRoom.size(at: folder)
        else { throw Report("cannot look at the disk of \(folder)", state: state) }
        guard own.device != around.device, own.device != root.device else {
            throw Report(
                "the database shares its disk with everything else, which would be full, too", state: state,
                next: "mount a file system of its own on \(folder) before the stack is made, for example "
                    + "`mount -t tmpfs -o size=1g terrace \(folder)`")
        }
        guard size <= largest.bytes else {
            throw Report("the database's disk has more than \(largest)", state: state)
        }
    }

    /// Writes until nothing fits any more; how much it was.
    func fill(_ path: String) throws -> Int {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseError("write \(path)", answer: String(cString: strerror(errno)), state: "nothing was broken")
        }
        defer { close(descriptor) }
        var (sum, reason) = (0, CInt(0))
        for size in [1 << 20, 4096, 1] {
            let block = [UInt8](repeating: 1, count: size)
            while true {
                let count = block.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count <= 0 {
                    reason = errno
                    break
                }
                sum += count
            }
        }
        guard reason == ENOSPC || reason == EDQUOT else {
            unlink(path)
            throw DatabaseError(
                "fill the database's disk", answer: String(cString: strerror(reason)), state: "it has room again")
        }
        fsync(descriptor)
        return sum
    }
}
