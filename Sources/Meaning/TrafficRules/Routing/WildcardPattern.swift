package import Stacks

/// A pattern ready for matching, as an ALB reads it: `*` stands for any run of bytes, `?` for exactly one. A path is compared as sent:
/// percent-encoded, without its query, and case matters; in host names and header values it does not.
package struct WildcardPattern: Sendable, Hashable {
    private let bytes: [UInt8]
    private let ignoresCase: Bool

    package static let everything = WildcardPattern(.everything)

    package init(_ pattern: RoutePattern) {
        bytes = Array(pattern.text.utf8)
        ignoresCase = false
    }

    package init(ignoringCase text: String) {
        bytes = text.utf8.map(\.lowercasedASCII)
        ignoresCase = true
    }

    package func matches(_ text: Substring) -> Bool {
        let fast = text.utf8.withContiguousStorageIfAvailable { bytes in matches(bytes) }
        return fast ?? matches(Array(text.utf8)[...])
    }

    package func matches(_ value: ArraySlice<UInt8>) -> Bool { value.withUnsafeBufferPointer { matches($0) } }

    /// Only the last `*` seen is ever tried again, one byte further: whatever an earlier one could take, this one can.
    /// So the time is at most pattern × text, and linear for patterns with one `*`.
    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var (inPattern, inText) = (0, 0)
        var (afterStar, retryAt) = (-1, 0)
        while inText < text.count {
            if inPattern < bytes.count, bytes[inPattern] == 42 {
                (afterStar, retryAt) = (inPattern + 1, inText)
                inPattern += 1
            } else if inPattern < bytes.count, bytes[inPattern] == 63 || isSame(bytes[inPattern], text[inText]) {
                inPattern += 1
                inText += 1
            } else if afterStar >= 0 {
                retryAt += 1
                (inPattern, inText) = (afterStar, retryAt)
            } else {
                return false
            }
        }
        return bytes[inPattern...].allSatisfy { $0 == 42 }
    }

    private func isSame(_ wanted: UInt8, _ byte: UInt8) -> Bool {
        wanted == (ignoresCase ? byte.lowercasedASCII : byte)
    }
}
