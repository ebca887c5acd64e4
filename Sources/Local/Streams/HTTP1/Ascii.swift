#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The characters of HTTP/1 by name, and RFC 9110's classes of them.
enum Ascii {
    static let tab: UInt8 = 9
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
    static let space: UInt8 = 32
    static let colon: UInt8 = 58
    static let semicolon: UInt8 = 59

    /// Where the next line feed is. The C library looks at many bytes at a time.
    static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        guard let first = rest.baseAddress, let found = memchr(first, CInt(lineFeed), rest.count) else { return nil }
        return start + (UnsafeRawPointer(found) - first)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// RFC 9110 §5.5: visible characters, obs-text, space and tab.
    static func isFieldContent(_ byte: UInt8) -> Bool { (byte >= 32 && byte != 127) || byte == tab }

    /// The same for a whole value, eight bytes at a time while none of them is a control: each byte of a request is looked at here.
    static func isFieldContent(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while position + 8 <= bytes.count {
            let eight = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            if hasControl(eight), !bytes[position..<position + 8].allSatisfy(isFieldContent) { return false }
            position += 8
        }
        return bytes[position...].allSatisfy(isFieldContent)
    }

    /// Whether one of eight bytes is below 32, or 127: a difference that borrows, and a byte that is zero then. Source: S. E. Anderson,
    /// "Bit Twiddling Hacks", "Determine if a word has a byte less than n".
    private static func hasControl(_ eight: UInt64) -> Bool {
        let (ones, signs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let deleted = eight ^ (ones &* 127)
        return ((eight &- ones &* 32) & ~eight | (deleted &- ones) & ~deleted) & signs != 0
    }

    /// As it is sent in a target: visible, and no fragment.
    static func isTarget(_ byte: UInt8) -> Bool { byte > 32 && byte < 127 && byte != UInt8(ascii: "#") }

    /// RFC 9110 §5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        byte < 128 && (byte < 64 ? tokensBelow64 >> UInt64(byte) & 1 : tokensFrom64 >> UInt64(byte - 64) & 1) == 1
    }

    static func hexValue(_ byte: UInt8) -> Int? {
        switch byte {
        case 48...57: Int(byte) - 48
        case 65...70: Int(byte) - 55
        case 97...102: Int(byte) - 87
        default: nil
        }
    }

    /// Compares with a literal, without the detour by characters.
    static func equals(_ bytes: UnsafeRawBufferPointer, _ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount else { return false }
        var expected = literal.utf8Start
        for byte in bytes {
            if byte != expected.pointee { return false }
            expected += 1
        }
        return true
    }

    static func equalsIgnoringCase(_ bytes: some Collection<UInt8>, _ lowercased: StaticString) -> Bool {
        guard bytes.count == lowercased.utf8CodeUnitCount else { return false }
        var expected = lowercased.utf8Start
        for byte in bytes {
            if (byte &- 65 < 26 ? byte | 32 : byte) != expected.pointee { return false }
            expected += 1
        }
        return true
    }

    // As literals: what is computed at its first use asks at every use, here for every byte of a name, whether it is there yet.
    /// A bit for each of `!#$%&'*+-.0123456789`.
    private static let tokensBelow64: UInt64 = 0x03ff_6cfa_0000_0000
    /// A bit for each of `A…Z^_`, the backtick and `a…z|~`, from 64 on.
    private static let tokensFrom64: UInt64 = 0x57ff_ffff_c7ff_fffe
}
