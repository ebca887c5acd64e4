#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A pipe whose write end goes to a child. The read end never blocks its reader; the write end is a common blocking
/// one, so that a child that floods waits instead of failing.
package struct OutputPipe: Sendable {
    package let readEnd: CInt
    package let writeEnd: CInt

    /// nil when the process has no free descriptors.
    package init?() {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    /// The child has its own copy; while this one is open, its end is not noticed.
    package func closeWriteEnd() { close(writeEnd) }
    package func closeReadEnd() { close(readEnd) }
}
