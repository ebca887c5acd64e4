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

/// A terminal that gives each key at once and shows none, until it is given back. Ctrl-C stays a signal.
package struct KeyMode: Sendable {
    private let descriptor: CInt
    private let before: termios

    /// nil when the descriptor is no terminal.
    package init?(_ descriptor: CInt) {
        var mode = termios()
        guard tcgetattr(descriptor, &mode) == 0 else { return nil }
        (self.descriptor, before) = (descriptor, mode)
        mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
        guard tcsetattr(descriptor, TCSANOW, &mode) == 0 else { return nil }
    }

    package func restore() {
        var mode = before
        tcsetattr(descriptor, TCSANOW, &mode)
    }
}
