package import Stacks

/// A path pattern ready for matching, as an ALB reads it: `*` stands for any run of bytes, `?` for exactly one; case matters.
/// A path is compared as sent: percent-encoded, without its query.
package struct WildcardPattern: Sendable, Hashable {
    private let bytes: [UInt8]

    package init(_ pattern: RoutePattern) { bytes = Array(pattern.text.utf8) }

    /// No `*` and no `?`.
    var isLiteral: Bool { literalPrefix == bytes.count }

    /// Bytes before the first wildcard.
    var literalPrefix: Int { bytes.firstIndex { $0 == 42 || $0 == 63 } ?? bytes.count }

    package func matches(_ path: Substring) -> Bool {
        let fast = path.utf8.withContiguousStorageIfAvailable { bytes in matches(bytes) }
        return fast ?? Array(path.utf8).withUnsafeBufferPointer { bytes in matches(bytes) }
    }

    /// Only the last `*` seen is ever tried again, one byte further: whatever an earlier one could take, this one can.
    /// So the time is at most pattern × path, and linear for patterns with one `*`.
    private func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        var (inPattern, inPath) = (0, 0)
        var (afterStar, retryAt) = (-1, 0)
        while inPath < path.count {
            if inPattern < bytes.count, bytes[inPattern] == 42 {
                (afterStar, retryAt) = (inPattern + 1, inPath)
                inPattern += 1
            } else if inPattern < bytes.count, bytes[inPattern] == 63 || bytes[inPattern] == path[inPath] {
                inPattern += 1
                inPath += 1
            } else if afterStar >= 0 {
                retryAt += 1
                (inPattern, inPath) = (afterStar, retryAt)
            } else {
                return false
            }
        }
        return bytes[inPattern...].allSatisfy { $0 == 42 }
    }
}
