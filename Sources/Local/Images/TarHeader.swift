/// The 512 bytes before an entry of a tar archive: POSIX's format, and GNU's where it differs. Pure.
///
/// Source: POSIX.1-2024 `pax`, "ustar interchange format", and GNU tar 1.35, "basic tar format", read 2026-11.
struct TarHeader: Equatable {
    static let size = 512

    enum Kind: Equatable {
        case file
        /// By another name of the archive.
        case hardLink, symbolicLink
        /// What it carries is the next entry's name, or the name that it leads to.
        case longName, longLink
        /// What it carries are records about the next entry.
        case records
        /// Folders, devices, records about everything: nothing that an image is read from.
        case other
    }

    var name: String
    var kind: Kind
    /// Of what follows, in bytes.
    var length: Int
    var link: String

    /// Nil for a block that is no header: its checksum says so.
    init?(_ block: [UInt8]) {
        guard block.count == Self.size, let told = Self.number(block[148..<156]), told == Self.checksum(block),
            let length = Self.number(block[124..<136])
        else { return nil }
        self.length = length
        let name = Self.text(block[0..<100])
        // GNU's own format has other things where the prefix would be.
        let isPOSIX = Array(block[257..<263]) == Array("ustar\0".utf8)
        let prefix = isPOSIX ? Self.text(block[345..<500]) : ""
        self.name = prefix.isEmpty ? name : "\(prefix)/\(name)"
        link = Self.text(block[157..<257])
        kind = Self.kind(block[156])
    }

    private static func kind(_ flag: UInt8) -> Kind {
        switch flag {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
        case UInt8(ascii: "1"): .hardLink
        case UInt8(ascii: "2"): .symbolicLink
        case UInt8(ascii: "L"): .longName
        case UInt8(ascii: "K"): .longLink
        case UInt8(ascii: "x"): .records
        default: .other
        }
    }

    /// The sum of all bytes, its own counted as blanks.
    private static func checksum(_ block: [UInt8]) -> Int {
        block.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, or with the first bit set a number to the base of 256. Nil for anything else, and beyond what an `Int` holds.
    static func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            return field.dropFirst().reduce(Int?.some(0)) { sum, byte in
                guard let sum, sum < Int.max >> 9 else { return nil }
                return sum << 8 | Int(byte)
            }
        }
        let digits = field.drop { $0 == 32 }.prefix { $0 != 32 && $0 != 0 }
        guard !digits.isEmpty else { return 0 }
        return digits.reduce(Int?.some(0)) { sum, digit in
            guard let sum, 48...55 ~= digit, sum < Int.max >> 4 else { return nil }
            return sum << 3 | Int(digit - 48)
        }
    }
}

/// What the records of a pax header say about the next entry: `27 path=blobs/sha256/…\n`.
struct TarRecords: Equatable {
    var path: String?
    var link: String?
    var size: Int?

    init() {}

    /// Nil for records of another form.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { 48...57 ~= $0 }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1,
                length <= rest.count
            else { return nil }
            let record = rest.prefix(length)
            guard record.last == UInt8(ascii: "\n") else { return nil }
            let pair = record.dropFirst(digits.count + 1).dropLast()
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let value = String(decoding: pair[pair.index(after: equals)...], as: UTF8.self)
            switch String(decoding: pair[..<equals], as: UTF8.self) {
            case "path": path = value
            case "linkpath": link = value
            case "size":
                guard let number = Int(value), number >= 0 else { return nil }
                size = number
            default: break
            }
            rest = rest.dropFirst(length)
        }
    }
}
