/// Who listens where, as the kernel tells it. Empty where there is no `/proc`.
enum ListeningSockets {
    struct Socket: Equatable {
        var port: Int
        var inode: UInt64
    }

    static func all() -> [Socket] {
        ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path in
            ProcFiles.read(path).map { parse(String(decoding: $0, as: UTF8.self)) } ?? []
        }
    }

    /// Source: proc_net_tcp(5): `sl local rem st tx:rx tr:when retrnsmt uid timeout inode`; state 0A is LISTEN.
    static func parse(_ table: String) -> [Socket] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", let inode = UInt64(fields[9]),
                let text = fields[1].split(separator: ":").last, let port = Int(text, radix: 16)
            else { return nil }
            return Socket(port: port, inode: inode)
        }
    }

    /// The inodes of the sockets that a process holds; needs the same user, or root.
    static func sockets(of pid: Int32) -> [UInt64] {
        ProcFiles.numberedFolders("/proc/\(pid)/fd").compactMap { descriptor in
            guard let target = ProcFiles.linkTarget("/proc/\(pid)/fd/\(descriptor)"), target.hasPrefix("socket:[")
            else {
                return nil
            }
            return UInt64(target.dropFirst(8).dropLast())
        }
    }
}
