/// JSON as it is read from a service. Numbers stay whole where they are whole.
package indirect enum JSONText: Sendable, Equatable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSONText])
    case object([String: JSONText])

    package subscript(name: String) -> JSONText? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    package var string: String? {
        if case .text(let text) = self { text } else { nil }
    }
}

/// What is wrong with a text from a service, and where.
package struct UnreadableText: Error, Sendable, Equatable, CustomStringConvertible {
    package var reason: String
    /// In bytes from the start.
    package var offset: Int

    package var description: String { "\(reason) at byte \(offset)" }
}

/// RFC 8259. Its own, because Foundation's loses the difference of 1 and 1.0 and takes several times the memory.
package struct JSONReader {
    /// A peer may send anything; beyond this the reader would take the stack.
    private static let deepest = 200

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    package static func read(_ bytes: [UInt8]) throws(UnreadableText) -> JSONText {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.place == bytes.count else { throw reader.fault("text after the end of the JSON") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ reason: String) -> UnreadableText {
        UnreadableText(reason: place < bytes.count ? reason : "the JSON ends early", offset: place)
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { place += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(UnreadableText) {
        skipSpace()
        guard next == byte else { throw fault("'\(Character(Unicode.Scalar(byte)))' expected") }
        place += 1
    }

    private mutating func value() throws(UnreadableText) -> JSONText {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func enter() throws(UnreadableText) {
        depth += 1
        guard depth <= Self.deepest else { throw fault("more than \(Self.deepest) levels") }
    }

    private mutating func object() throws(UnreadableText) -> JSONText {
        try enter()
        place += 1
        var members: [String: JSONText] = [:]
        skipSpace()
        if next == UInt8(ascii: "}") {
            place += 1
        } else {
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw fault("a name expected") }
                let name = try text()
                try expect(UInt8(ascii: ":"))
                members[name] = try value()
                skipSpace()
                if next == UInt8(ascii: ",") {
                    place += 1
                } else {
                    try expect(UInt8(ascii: "}"))
                    break
                }
            }
        }
        depth -= 1
        return .object(members)
    }

    private mutating func list() throws(UnreadableText) -> JSONText {
        try enter()
        place += 1
        var items: [JSONText] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            place += 1
        } else {
            while true {
                items.append(try value())
                skipSpace()
                if next == UInt8(ascii: ",") {
                    place += 1
                } else {
                    try expect(UInt8(ascii: "]"))
                    break
                }
            }
        }
        depth -= 1
        return .list(items)
    }

    private mutating func word(_ word: StaticString, _ value: JSONText) throws(UnreadableText) -> JSONText {
        for index in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[index] else { throw fault("a value expected") }
            place += 1
        }
        return value
    }

    private mutating func number() throws(UnreadableText) -> JSONText {
        let start = place
        var isWhole = true
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"): isWhole = false
            default: return try number(bytes[start..<place], isWhole: isWhole)
            }
            place += 1
        }
        return try number(bytes[start..<place], isWhole: isWhole)
    }

    private func number(_ digits: ArraySlice<UInt8>, isWhole: Bool) throws(UnreadableText) -> JSONText {
        let text = String(decoding: digits, as: UTF8.self)
        if isWhole, let number = Int(text) { return .integer(number) }
        guard let number = Double(text) else { throw fault("a value expected") }
        return .number(number)
    }

    private mutating func text() throws(UnreadableText) -> String {
        place += 1
        let start = place
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 32 { place += 1 }
        if next == UInt8(ascii: "\"") {
            place += 1
            return String(decoding: bytes[start..<(place - 1)], as: UTF8.self)
        }
        var collected = Array(bytes[start..<place])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 32 else { throw fault("a control character in a text") }
            place += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &collected)
            } else {
                collected.append(byte)
            }
        }
        guard next != nil else { throw fault("a text has no end") }
        place += 1
        return String(decoding: collected, as: UTF8.self)
    }

    private mutating func escape(into collected: inout [UInt8]) throws(UnreadableText) {
        guard let letter = next else { throw fault("an escape has no letter") }
        place += 1
        switch letter {
        case UInt8(ascii: "n"): collected.append(10)
        case UInt8(ascii: "t"): collected.append(9)
        case UInt8(ascii: "r"): collected.append(13)
        case UInt8(ascii: "b"): collected.append(8)
        case UInt8(ascii: "f"): collected.append(12)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): collected.append(letter)
        case UInt8(ascii: "u"): collected += String(Character(try scalar())).utf8
        default: throw fault("an unknown escape")
        }
    }

    /// Two halves of a surrogate pair make one scalar; a half alone becomes U+FFFD.
    private mutating func scalar() throws(UnreadableText) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, next == UInt8(ascii: "\\"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let before = place
        place += 2
        let second = try codeUnit()
        if (0xDC00...0xDFFF).contains(second) {
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
        }
        place = before
        return "\u{FFFD}"
    }

    private mutating func codeUnit() throws(UnreadableText) -> UInt32 {
        guard place + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
        else { throw fault("four hexadecimal digits expected") }
        place += 4
        return unit
    }
}
