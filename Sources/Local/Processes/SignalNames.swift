#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `SIGKILL` for 9; `unknown` for numbers without a common name.
package func signalName(_ number: Int) -> String {
    switch CInt(number) {
    case SIGHUP: "SIGHUP"
    case SIGINT: "SIGINT"
    case SIGQUIT: "SIGQUIT"
    case SIGILL: "SIGILL"
    case SIGABRT: "SIGABRT"
    case SIGBUS: "SIGBUS"
    case SIGFPE: "SIGFPE"
    case SIGKILL: "SIGKILL"
    case SIGSEGV: "SIGSEGV"
    case SIGPIPE: "SIGPIPE"
    case SIGTERM: "SIGTERM"
    default: "unknown"
    }
}
