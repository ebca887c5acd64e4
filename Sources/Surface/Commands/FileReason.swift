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
        guard let code = code(cause) else { return error.localizedDescription }
        return String(cString: strerror(code)).lowercased()
    }

    /// Foundation has numbers of its own for some of the system's, and no underlying error for a folder that is not there.
    private static func code(_ cause: NSError) -> CInt? {
        switch (cause.domain, CocoaError.Code(rawValue: cause.code)) {
        case (NSPOSIXErrorDomain, _): CInt(exactly: cause.code)
        case (NSCocoaErrorDomain, .fileNoSuchFile), (NSCocoaErrorDomain, .fileReadNoSuchFile): ENOENT
        case (NSCocoaErrorDomain, .fileWriteNoPermission), (NSCocoaErrorDomain, .fileReadNoPermission): EACCES
        default: nil
        }
    }
}
