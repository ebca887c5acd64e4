/// Writes a line of a log, or the lines of a message's head, into room that was measured before: the dozens of pieces are then stores,
/// and whatever they end in is asked for room once and not once for each.
package struct LineWriter {
    private let room: UnsafeMutableRawBufferPointer
    /// Bytes written.
    package private(set) var count = 0

    /// - Parameter room: good as long as the writer is used; the caller has measured it.
    package init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    /// The most that a text takes with its quotes and every byte escaped.
    static func bound(json text: String) -> Int { 2 + 6 * text.utf8.count }

    /// The same for `write(escaping:)`, without quotes.
    static func bound(escaping count: Int) -> Int { 4 * count }

    @inline(__always)
    package mutating func write(_ text: StaticString) {
        copy(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { copy($0) } }
    package mutating func write(_ bytes: UnsafeRawBufferPointer) { copy(bytes) }

    /// As it is.
    package mutating func write(plain text: String) {
        text.withBytes { copy($0) }
    }

    /// Decimal digits, filled with zeros at the left up to `width`.
    package mutating func write(decimal value: Int, width: Int = 1) {
        if value < 0 { put(45) }
        let digits = max(Self.digits(of: value.magnitude), width)
        var rest = value.magnitude
        for position in (count..<count + digits).reversed() {
            room[position] = 48 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// By products, which cost less than quotients.
    private static func digits(of value: UInt) -> Int {
        var (digits, limit) = (1, 10 as UInt)
        while value >= limit {
            digits += 1
            let (next, isLarger) = limit.multipliedReportingOverflow(by: 10)
            if isLarger { break }
            limit = next
        }
        return digits
    }

    /// As a JSON string, quotes included.
    mutating func write(json text: String) {
        put(34)
        text.withBytes { bytes in
            // Nearly always, and then at once.
            if bytes.isPlainInQuotes {
                copy(bytes)
            } else {
                for byte in bytes { writeEscaped(byte) }
            }
        }
        put(34)
    }

    /// `"`, `\`, controls and everything beyond ASCII become `\xHH`, as in an ALB's log.
    mutating func write(escaping bytes: UnsafeRawBufferPointer) {
        func isPlain(_ byte: UInt8) -> Bool { byte >= 32 && byte < 127 && byte != 34 && byte != 92 }
        // Nearly always, and then at once.
        if bytes.isPlainInQuotes { return copy(bytes) }
        for byte in bytes {
            if isPlain(byte) {
                put(byte)
            } else {
                write("\\x")
                writeHexadecimal(byte)
            }
        }
    }

    mutating func write(escaping text: String) {
        text.withBytes { write(escaping: $0) }
    }

    private mutating func writeHexadecimal(_ byte: UInt8) {
        put(UInt8(hexadecimalDigit: byte >> 4))
        put(UInt8(hexadecimalDigit: byte & 15))
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case 34, 92:
            put(92)
            put(byte)
        case 0..<32, 127:
            write("\\u00")
            writeHexadecimal(byte)
        default: put(byte)
        }
    }

    mutating func put(_ byte: UInt8) {
        room[count] = byte
        count += 1
    }

    @inline(__always)
    private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: bytes)
        count += bytes.count
    }
}

extension LineWriter {
    /// With room of its own, which `appendAndFree` gives back. What a closure writes of a value is copied for it, with everything that
    /// the value holds; what is written in between is not.
    init(roomFor bound: Int) { self.init(.allocate(byteCount: bound, alignment: 1)) }

    func appendAndFree(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count]))
        room.deallocate()
    }
}
