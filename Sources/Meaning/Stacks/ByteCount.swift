/// An amount of memory or storage.
package struct ByteCount: Sendable, Hashable, Comparable {
    package var bytes: Int

    package init(bytes: Int) { self.bytes = bytes }

    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 10) }
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }
    package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// The largest unit with at most one decimal: `512 B`, `64 KiB`, `1.5 GiB`.
    package var description: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes), 0)
        while abs(value) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(abs(tenths % 10)) \(units[unit])"
    }
}
