package import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What could not be done with a cgroup.
package struct CgroupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A verb: `make`, `write`.
    package var step: String
    package var path: String
    /// An errno.
    package var code: CInt

    package var description: String { "cannot \(step) \(path): \(String(cString: strerror(code)))" }
}

/// One cgroup of version 2, by its folder. Source: the kernel's "Control Group v2".
package struct Cgroup: Sendable, Equatable {
    package let folder: String

    package init(_ folder: String) { self.folder = folder }

    package func below(_ name: String) -> Cgroup { Cgroup("\(folder)/\(name)") }

    package func make() throws(CgroupError) {
        guard mkdir(folder, 0o755) == 0 else { throw CgroupError(step: "make", path: folder, code: errno) }
    }

    package var exists: Bool { access(folder, F_OK) == 0 }
    package func has(_ file: String) -> Bool { access("\(folder)/\(file)", F_OK) == 0 }
    package func mayWrite(_ file: String) -> Bool { access("\(folder)/\(file)", W_OK) == 0 }

    /// nil when there is no such file.
    package func read(_ file: String) -> String? {
        ProcFiles.read("\(folder)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }

    /// The kernel takes a value whole or not at all.
    package func write(_ text: String, to file: String) throws(CgroupError) {
        let path = "\(folder)/\(file)"
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CgroupError(step: "write", path: path, code: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard writeAll(descriptor, bytes) == bytes.count else {
            throw CgroupError(step: "write", path: path, code: errno)
        }
    }

    /// The line `usage_usec 4711` of `cpu.stat` has the value 4711.
    package func value(_ key: String, of file: String) -> Int? {
        read(file)?.split(separator: "\n").first { $0.hasPrefix("\(key) ") }.flatMap {
            Int($0.dropFirst(key.count + 1))
        }
    }

    package var processes: [pid_t] {
        (read("cgroup.procs") ?? "").split(separator: "\n").compactMap { pid_t($0) }
    }

    /// SIGKILL to all in it and below. They are gone a moment later.
    package func kill() {
        for name in ProcFiles.folders(folder) { below(name).kill() }
        // Linux 5.14 and later; nobody can fork his way out of it.
        if (try? write("1", to: "cgroup.kill")) != nil { return }
        for process in processes { sendSignal(process, SIGKILL) }
    }

    /// Removes it with those below. False while processes are in one of them.
    package func remove() -> Bool {
        for name in ProcFiles.folders(folder) { guard below(name).remove() else { return false } }
        return rmdir(folder) == 0 || errno == ENOENT
    }
}

/// The system's own, out of reach of the methods.
private func writeAll(_ descriptor: CInt, _ bytes: [UInt8]) -> Int { write(descriptor, bytes, bytes.count) }
private func sendSignal(_ process: pid_t, _ signal: CInt) { kill(process, signal) }
