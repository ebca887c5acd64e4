import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file could not be read or written, in the system's own short words: `permission denied`.
enum FileReason {
    static func of(_ error: any Error) -> String {
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        guard cause.domain == NSPOSIXErrorDomain, let code = CInt(exactly: cause.code) else {
            return error.localizedDescription
        }
        return String(cString: strerror(code)).lowercased()
    }
}
