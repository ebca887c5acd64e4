#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads the kernel's small text files, which tell no size beforehand.
enum ProcFiles {
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = readSome(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    /// The entries of a folder whose names are numbers.
    static func numberedFolders(_ path: String) -> [Int32] { entries(path).compactMap { Int32($0.name) } }

    /// The folders in a folder.
    static func folders(_ path: String) -> [String] {
        entries(path).filter { $0.type == UInt8(DT_DIR) && $0.name != "." && $0.name != ".." }.map(\.name)
    }

    private static func entries(_ path: String) -> [(name: String, type: UInt8)] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [(name: String, type: UInt8)] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            found.append((name, entry.pointee.d_type))
        }
        return found
    }

    static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The system's `read`, out of reach of a `read` of one's own.
private func readSome(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
