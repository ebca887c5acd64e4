#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What tells this machine, its boot and its processes from others.
package enum ThisMachine {
    /// Its host name without the domain; empty when it has none.
    package static var name: String {
        // Longest host name of POSIX, and its end.
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: text.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
    }

    /// Changes with every boot and differs between containers that number their processes apart: a process number means
    /// something only together with it.
    package static var boot: String {
        [firstLine("/proc/sys/kernel/random/boot_id"), target(of: "/proc/self/ns/pid")]
            .filter { !$0.isEmpty }.joined(separator: "/")
    }

    /// Whether no process has this number any more.
    package static func hasEnded(_ process: Int32) -> Bool { kill(process, 0) != 0 && errno == ESRCH }

    private static func firstLine(_ path: String) -> String {
        guard let bytes = try? DurableFiles.read(path) else { return "" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func target(of link: String) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0 else { return "" }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
