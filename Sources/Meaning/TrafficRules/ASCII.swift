/// What field values need of ASCII, on bytes and without allocation.
extension Collection<UInt8> {
    /// Compares with a lower-case literal, folding A…Z.
    func equalsIgnoringCase(_ lowercased: String) -> Bool {
        var wanted = lowercased.utf8.makeIterator()
        for byte in self {
            guard let next = wanted.next(), byte.lowercasedASCII == next else { return false }
        }
        return wanted.next() == nil
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs around (OWS of RFC 9110 §5.6.3).
    var trimmed: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return self[start..<end]
    }

    /// A number of digits only; values above `limit` become `limit`; nil for anything else.
    func decimal(limit: Int) -> Int? {
        guard !isEmpty else { return nil }
        var value = 0
        for byte in self {
            guard byte.isDigit else { return nil }
            value = Swift.min(value &* 10 &+ Int(byte &- 48), limit)
        }
        return value
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { self &- 65 < 26 ? self | 32 : self }
    var isBlank: Bool { self == 32 || self == 9 }
    var isDigit: Bool { self &- 48 < 10 }

    /// - Parameter value: 0...15
    init(hexadecimalDigit value: UInt8) { self = value < 10 ? 48 + value : 87 + value }
}

extension [UInt8] {
    /// From one block, as every native text has it: by a view's iterator each byte is asked for.
    mutating func append(text: String) {
        text.withBytes { append(contentsOf: $0) }
    }

    /// Appends bytes if all of them pass; else nothing, and says so. They are looked at where they then are, for that is one block.
    mutating func append(_ bytes: some Collection<UInt8>, ifAll passes: (UInt8) -> Bool) -> Bool {
        let start = count
        append(contentsOf: bytes)
        let isPlain = withUnsafeBufferPointer { $0[start...].allSatisfy(passes) }
        if !isPlain { removeLast(count - start) }
        return isPlain
    }

    /// Decimal digits, filled with zeros at the left up to `width`.
    mutating func append(decimal value: Int, width: Int = 1) {
        if value < 0 { append(45) }
        // From the end, by a divisor that the compiler knows; a number of 64 bits has at most 20 digits.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, start) = (value.magnitude, digits.count)
            repeat {
                start -= 1
                digits[start] = 48 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            for _ in digits.count - start..<Swift.max(width, digits.count - start) { append(48) }
            append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Lower-case hexadecimal digits, exactly `width` of them.
    mutating func append(hexadecimal value: UInt64, width: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: width) { digits in
            var rest = value
            for position in (0..<width).reversed() {
                digits[position] = UInt8(hexadecimalDigit: UInt8(truncatingIfNeeded: rest & 15))
                rest >>= 4
            }
            append(contentsOf: digits)
        }
    }
}

extension String {
    /// Calls `body` with the bytes, which are good within the call only. A native text, as nearly all are, is neither copied nor
    /// retained for it.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
        var native = self
        return native.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether every byte is visible ASCII or a space and neither `"` nor `\`, eight of them at a time: what stands in quotes as it is.
    var isPlainInQuotes: Bool {
        var position = 0
        while position + 8 <= count {
            if Self.needsEscape(loadUnaligned(fromByteOffset: position, as: UInt64.self)) { return false }
            position += 8
        }
        while position < count {
            let byte = self[position]
            if byte < 32 || byte >= 127 || byte == 34 || byte == 92 { return false }
            position += 1
        }
        return true
    }

    /// Whether one of eight bytes is below 32, above 126, a quote or a backslash. A byte is compared by what a difference borrows, and found
    /// by being zero behind an exclusive or. Source: S. E. Anderson, "Bit Twiddling Hacks", "Determine if a word has a zero byte" and
    /// "… a byte less than n"; a borrow from a lower byte can only follow one that is found itself.
    private static func needsEscape(_ eight: UInt64) -> Bool {
        let (ones, signs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        func hasZero(_ value: UInt64) -> UInt64 { (value &- ones) & ~value }
        let controls = (eight &- ones &* 32) & ~eight
        let listed = hasZero(eight ^ ones &* 34) | hasZero(eight ^ ones &* 92) | hasZero(eight ^ ones &* 127)
        return (eight | controls | listed) & signs != 0
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Puts letters of ASCII in lower case, eight bytes at a time: a capital is what adding passes 127 for `A` and not for the one behind
    /// `Z`. Source: the carries of S. E. Anderson, "Bit Twiddling Hacks", "Determine if a word has a byte between m and n".
    func lowercaseASCII() {
        let (ones, sevens): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x7f7f_7f7f_7f7f_7f7f)
        var position = 0
        while position + 8 <= count {
            let eight = loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let low = eight & sevens
            let fromA = low &+ ones &* (128 - 65)
            let behindZ = low &+ ones &* (128 - 91)
            let capitals = fromA & ~behindZ & ~eight & ~sevens
            storeBytes(of: eight | capitals >> 2, toByteOffset: position, as: UInt64.self)
            position += 8
        }
        while position < count {
            self[position] = self[position].lowercasedASCII
            position += 1
        }
    }
}

/// Calls `body` for each element of a comma-separated list, trimmed, empty ones skipped. A comma inside a closed quoted
/// string does not separate; a quote that is never closed counts as an ordinary character, so that it cannot hide what
/// follows.
func forEachListElement(of value: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void) {
    var (start, position) = (value.startIndex, value.startIndex)
    while position < value.endIndex {
        if value[position] == 44 {
            let element = value[start..<position].trimmed
            if !element.isEmpty { body(element) }
            start = position + 1
        } else if value[position] == 34, let closing = closingQuote(in: value, after: position) {
            position = closing
        }
        position += 1
    }
    let element = value[start...].trimmed
    if !element.isEmpty { body(element) }
}

private func closingQuote(in value: ArraySlice<UInt8>, after opening: Int) -> Int? {
    var position = opening + 1
    while position < value.endIndex {
        if value[position] == 34 { return position }
        position += value[position] == 92 ? 2 : 1
    }
    return nil
}
