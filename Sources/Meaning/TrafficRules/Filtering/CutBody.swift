/// The inspected beginning of a body, ended so that the rules' parsers tell what is in it. libmodsecurity gives away no field of a
/// multipart body that has no last boundary, and no text of JSON that does not end: padding would hide an attack in front of it.
package enum CutBody {
    /// The task gets its body as it is; this is for the rules alone.
    package static func ended(_ body: [UInt8], contentType: ArraySlice<UInt8>?) -> [UInt8] {
        guard let contentType else { return body }
        let media = contentType.prefix { $0 != 59 }.trimmed
        if media.prefix(10).equalsIgnoringCase("multipart/") {
            return boundary(in: contentType).map { endedParts(body, delimiter: [45, 45] + $0) } ?? body
        }
        // As wide as the rule that chooses the parser, and wider: behind another text a quote does no harm.
        let isJSON = String(decoding: media, as: UTF8.self).lowercased().contains("json")
        return isJSON ? endedText(body) : body
    }

    // MARK: Multipart, RFC 2046 §5.1

    private static func boundary(in contentType: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        for parameter in contentType.split(separator: 59).dropFirst() {
            let trimmed = parameter.trimmed
            guard trimmed.prefix(9).equalsIgnoringCase("boundary=") else { continue }
            let value = trimmed.dropFirst(9)
            let isQuoted = value.count > 2 && value.first == 34 && value.last == 34
            return isQuoted ? value.dropFirst().dropLast() : value
        }
        return nil
    }

    /// Closes the part that was cut; one whose fields were cut is left out, for it would be malformed.
    private static func endedParts(_ body: [UInt8], delimiter: [UInt8]) -> [UInt8] {
        guard let start = lastLine(of: body, startingWith: delimiter) else { return body }
        let rest = body[(start + delimiter.count)...]
        if rest.starts(with: [45, 45]) { return body }
        let end = delimiter + [45, 45, 13, 10]
        return hasEmptyLine(rest) ? body + [13, 10] + end : body[..<start] + end
    }

    private static func lastLine(of body: [UInt8], startingWith prefix: [UInt8]) -> Int? {
        body.indices.last { index in
            (index == 0 || body[index - 1] == 10) && body[index...].starts(with: prefix)
        }
    }

    /// What ends the fields of a part.
    private static func hasEmptyLine(_ part: ArraySlice<UInt8>) -> Bool {
        var isAtStart = false
        for byte in part {
            if byte == 10 {
                if isAtStart { return true }
                isAtStart = true
            } else if byte != 13 {
                isAtStart = false
            }
        }
        return false
    }

    // MARK: JSON, RFC 8259

    /// Ends a text within quotes, without an escape or a character that was cut, and gives it a value, should it be a name.
    private static func endedText(_ body: [UInt8]) -> [UInt8] {
        var isInside = false
        /// Where the escape ends that began last.
        var (escape, escapeEnd) = (0, 0)
        for (index, byte) in body.enumerated() where index >= escapeEnd {
            if byte == 34 {
                isInside.toggle()
            } else if byte == 92, isInside {
                let isUnicode = index + 1 < body.count && body[index + 1] == 117
                (escape, escapeEnd) = (index, index + (isUnicode ? 6 : 2))
            }
        }
        guard isInside else { return body }
        let text = escapeEnd > body.count ? body[..<escape] : withoutCutCharacter(body[...])
        return text + Array("\":null".utf8)
    }

    /// UTF-8: the first byte of a character says how many there are.
    private static func withoutCutCharacter(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let followers = text.suffix(3).reversed().prefix { $0 & 0xC0 == 0x80 }.count
        guard followers < text.count else { return text }
        let first = text[text.endIndex - 1 - followers]
        let wanted = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0
        return followers < wanted ? text.dropLast(followers + 1) : text
    }
}
