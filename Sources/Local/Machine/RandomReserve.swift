#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system's random numbers, fetched several at a time: for whoever needs some for every request, to which a system call each
/// would be a cost.
package struct RandomReserve: RandomNumberGenerator {
    /// 256 bytes, the most that one call gives. Source: getentropy(3).
    private static let size = 32

    private var numbers: [UInt64] = []

    package init() {}

    package mutating func next() -> UInt64 {
        if numbers.isEmpty { numbers = Self.draw() }
        return numbers.removeLast()
    }

    private static func draw() -> [UInt64] {
        let drawn = [UInt64](unsafeUninitializedCapacity: size) { room, count in
            let bytes = UnsafeMutableRawBufferPointer(room)
            guard let start = bytes.baseAddress else { return }
            count = getentropy(start, bytes.count) == 0 ? size : 0
        }
        if !drawn.isEmpty { return drawn }
        var generator = SystemRandomNumberGenerator()
        return (0..<size).map { _ in generator.next() }
    }
}
