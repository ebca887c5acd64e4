#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Addresses of the internet protocol in text.
package enum IPAddress {
    /// The 4 or 16 bytes of an address in text; nil when it is none.
    package static func bytes(of text: String) -> [UInt8]? {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: &six) { Array($0) } }
        return nil
    }
}
