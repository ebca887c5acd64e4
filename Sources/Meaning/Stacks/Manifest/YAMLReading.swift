import Yams

/// What one file may cost. A manifest of a hundred services is far inside of all of them.
enum YAMLLimit {
    /// Bytes of one file.
    static let size = 256 << 10
    /// Mappings and lists inside each other, aliases followed. The manifest itself needs five.
    static let depth = 32
    /// Values after aliases are followed: the bound for `a: [*b, *b]`, `b: [*c, *c]`, ….
    static let values = 20_000
    /// Mappings with a key given twice that are reported before the rest of the file is left alone.
    static let duplicates = 20
}

/// Text to `ManifestValue`, or to what is wrong with the YAML.
///
/// Yams guards against none of what a file can do to a reader: it follows aliases without counting, hashes keys that
/// hold aliases, and stops at the first key given twice. So it never sees an alias (`AliasDisguise`), and a repeated
/// key is renamed in place until it reads the whole file (`DuplicateKeys`). Its recursion has the room that it may need
/// (`RoomyThread`).
enum YAMLReading {
    static func read(_ text: String, file: Int, isOverlay: Bool, _ report: inout MistakeList) -> ManifestValue? {
        // Told the encoding, libyaml no longer skips a byte order mark.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        guard isReadable(text, file: file, &report) else { return nil }
        let before = report
        // Nothing of Yams' tree leaves the thread: taking a deep tree down recurses as well.
        let outcome = RoomyThread.run { () -> Outcome in
            var report = before
            let value = compose(AliasDisguise.hide(in: text), file: file, isOverlay: isOverlay, &report)
            return Outcome(value: value, report: report)
        }
        guard let outcome else { return nil }
        report = outcome.report
        return outcome.value
    }

    private struct Outcome: Sendable {
        var value: ManifestValue?
        var report: MistakeList
    }

    private static func compose(
        _ text: String, file: Int, isOverlay: Bool, _ report: inout MistakeList
    ) -> ManifestValue? {
        var disguised = text
        var duplicates = DuplicateKeys()
        while true {
            do {
                return try tree(of: disguised, file: file, isOverlay: isOverlay, &report)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard duplicates.rename(keys, after: context.mark, in: &disguised, file: file, &report) else {
                    return nil
                }
            } catch {
                YAMLMistake(error, in: disguised).report(file: file, &report)
                return nil
            }
        }
    }

    private static func tree(
        of text: String, file: Int, isOverlay: Bool, _ report: inout MistakeList
    ) throws -> ManifestValue? {
        // Without resolver rules a key is hashed as its text; ours is the only reading of what a scalar means.
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        let start = Place(file: file, line: 1, column: 1)
        // Nodes hold their anchors weakly: the parser must outlive the walk.
        return try withExtendedLifetime(parser) {
            guard let root = try parser.singleRoot() else { return emptyFile(start, isOverlay, &report) }
            var walk = YAMLWalk(file: file)
            guard let value = walk.value(of: root, &report) else { return nil }
            switch value.content {
            case .mapping: return value
            case .null: return emptyFile(value.place, isOverlay, &report)
            case .scalar, .list:
                report.error(
                    at: value.place, "the manifest is \(value.described)",
                    allowed: "a mapping of keys such as `stack:` and `services:`")
                return nil
            }
        }
    }

    /// An overlay with nothing in it changes nothing.
    private static func emptyFile(_ place: Place, _ isOverlay: Bool, _ report: inout MistakeList) -> ManifestValue? {
        if isOverlay { return ManifestValue(content: .mapping([]), place: place) }
        report.error(at: place, "the manifest is empty", allowed: "at least `stack:` and `services:`")
        return nil
    }

    /// Refuses what YAML forbids and the characters that stand for something else on the way through Yams.
    private static func isReadable(_ text: String, file: Int, _ report: inout MistakeList) -> Bool {
        guard text.utf8.count <= YAMLLimit.size else {
            report.error(
                at: Place(file: file, line: 1, column: 1), "the file has \(ByteCount(bytes: text.utf8.count))",
                allowed: "at most \(ByteCount(bytes: YAMLLimit.size))")
            return false
        }
        var place = Place(file: file, line: 1, column: 1)
        for scalar in text.unicodeScalars {
            if !isPrintable(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                let padding = String(repeating: "0", count: max(0, 4 - code.count))
                report.error(at: place, "the character U+\(padding)\(code) cannot stand in a manifest")
                return false
            }
            place.column += 1
            if scalar == "\n" { (place.line, place.column) = (place.line + 1, 1) }
        }
        return true
    }

    /// YAML 1.2, production 1 `c-printable`, less our own stand-ins.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20..<0x7F, 0x85: true
        case 0xFEFF: false
        case 0xA0..<0xD800, 0xE000...0xFFFD: !StandIn.all.contains(scalar.value)
        case 0x10000...: true
        default: false
        }
    }
}

/// Private-use characters that this reader puts into the text and takes out of the result.
enum StandIn {
    static let all: ClosedRange<UInt32> = 0xE000...0xE0FF
    static let star: Unicode.Scalar = "\u{E000}"
    /// The last character of a key given twice.
    static let repeated: ClosedRange<UInt32> = 0xE001...0xE0FF
}

/// Every `*` becomes a stand-in of the same width. YAML lets no plain text begin with `*`, so a plain scalar that begins
/// with the stand-in was an alias, or a text that should have had quotes; elsewhere it turns back into `*`.
enum AliasDisguise {
    static func hide(in text: String) -> String {
        var hidden = String.UnicodeScalarView()
        hidden.append(contentsOf: text.unicodeScalars.lazy.map { $0 == "*" ? StandIn.star : $0 })
        return String(hidden)
    }

    static func reveal(_ text: String) -> String {
        guard text.unicodeScalars.contains(StandIn.star) else { return text }
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: text.unicodeScalars.lazy.map { $0 == StandIn.star ? "*" : $0 })
        return String(shown)
    }
}
