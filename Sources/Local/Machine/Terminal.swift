#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The terminal behind a descriptor.
package enum Terminal {
    /// nil when it is none, or does not say.
    package static func size(of descriptor: CInt) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
