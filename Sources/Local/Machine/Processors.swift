#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The processors of this machine.
package enum Processors {
    /// How many this process may run on: `taskset` and cgroups' sets of processors count, unlike in the number online. At
    /// least 1; more loops than processors only wait for each other.
    package static var allowed: Int {
        guard let status = try? DurableFiles.read("/proc/self/status") else { return online }
        let text = String(decoding: status, as: UTF8.self)
        return text.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }.map { count(mask: $0.dropFirst(13)) }
            ?? online
    }

    /// The mask is hexadecimal, in groups with commas between.
    static func count(mask: Substring) -> Int {
        max(1, mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) })
    }

    private static var online: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
}
