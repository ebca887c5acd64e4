/// One element of an answer in XML. Prefixes of names are gone: no answer has two members that differ in one only.
package struct XMLTree: Sendable {
    package var name: String
    package var attributes: [String: String] = [:]
    package var children: [XMLTree] = []
    /// Of this element alone, not of its children.
    package var text = ""

    package func child(_ name: String) -> XMLTree? { children.first { $0.name == name } }

    /// The first element of this name at any depth.
    package func descendant(_ name: String) -> XMLTree? {
        for child in children {
            if child.name == name { return child }
            if let found = child.descendant(name) { return found }
        }
        return nil
    }
}

/// Reads the XML that services send: elements, attributes, text, CDATA, comments, the five entities and character
/// references. Everything else is refused, a document type above all, so no entity can be defined. Its own, because
/// FoundationXML would load libxml2 for this, calls back through Objective-C conventions and keeps several times the memory.
package struct XMLReader {
    private static let deepest = 200

    private let bytes: [UInt8]
    private var place = 0

    package static func read(_ bytes: [UInt8]) throws(UnreadableText) -> XMLTree {
        var reader = XMLReader(bytes: bytes)
        try reader.skipProlog()
        let root = try reader.element(depth: 0)
        reader.skipSpace()
        while reader.starts("<!--") {
            try reader.skip(past: "-->")
            reader.skipSpace()
        }
        guard reader.place == bytes.count else { throw reader.fault("text after the end of the XML") }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ reason: String) -> UnreadableText {
        UnreadableText(reason: place < bytes.count ? reason : "the XML ends early", offset: place)
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private func starts(_ word: StaticString) -> Bool {
        guard place + word.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[place + index] != word.utf8Start[index] { return false }
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { place += 1 }
    }

    private mutating func skip(past end: StaticString) throws(UnreadableText) {
        while !starts(end) {
            guard place < bytes.count else { throw fault("no end") }
            place += 1
        }
        place += end.utf8CodeUnitCount
    }

    private mutating func skipProlog() throws(UnreadableText) {
        if starts("\u{FEFF}") { place += 3 }
        while true {
            skipSpace()
            if starts("<?") {
                try skip(past: "?>")
            } else if starts("<!--") {
                try skip(past: "-->")
            } else if starts("<!") {
                throw fault("a document type, which no service sends")
            } else {
                return
            }
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: ":"), 128...255:
            true
        default: false
        }
    }

    private mutating func fullName() throws(UnreadableText) -> ArraySlice<UInt8> {
        let start = place
        while let byte = next, Self.isName(byte) { place += 1 }
        guard place > start else { throw fault("a name expected") }
        return bytes[start..<place]
    }

    private static func local(_ name: ArraySlice<UInt8>) -> String {
        let start = name.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? name.startIndex
        return String(decoding: name[start...], as: UTF8.self)
    }

    private mutating func element(depth: Int) throws(UnreadableText) -> XMLTree {
        guard depth < Self.deepest else { throw fault("more than \(Self.deepest) levels") }
        guard next == UInt8(ascii: "<") else { throw fault("an element expected") }
        place += 1
        let name = try fullName()
        var tree = XMLTree(name: Self.local(name))
        while true {
            skipSpace()
            if starts("/>") {
                place += 2
                return tree
            }
            if next == UInt8(ascii: ">") {
                place += 1
                break
            }
            try attribute(of: &tree)
        }
        try content(of: &tree, depth: depth)
        let end = try fullName()
        guard end.elementsEqual(name) else { throw fault("the end of <\(tree.name)> expected") }
        skipSpace()
        guard next == UInt8(ascii: ">") else { throw fault("'>' expected") }
        place += 1
        return tree
    }

    private mutating func attribute(of tree: inout XMLTree) throws(UnreadableText) {
        let name = String(decoding: try fullName(), as: UTF8.self)
        skipSpace()
        guard next == UInt8(ascii: "=") else { throw fault("'=' expected") }
        place += 1
        skipSpace()
        guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw fault("a quote expected")
        }
        place += 1
        var value: [UInt8] = []
        while let byte = next, byte != quote {
            if byte == UInt8(ascii: "<") { throw fault("'<' in an attribute") }
            try character(byte, into: &value)
        }
        guard next == quote else { throw fault("an attribute has no end") }
        place += 1
        tree.attributes[name] = String(decoding: value, as: UTF8.self)
    }

    /// Up to and including the `</` of the end tag.
    private mutating func content(of tree: inout XMLTree, depth: Int) throws(UnreadableText) {
        var text: [UInt8] = []
        while let byte = next {
            if byte != UInt8(ascii: "<") {
                try character(byte, into: &text)
            } else if starts("</") {
                place += 2
                tree.text = String(decoding: text, as: UTF8.self)
                return
            } else if starts("<!--") {
                try skip(past: "-->")
            } else if starts("<![CDATA[") {
                let start = place + 9
                try skip(past: "]]>")
                text += bytes[start..<(place - 3)]
            } else if starts("<?") {
                try skip(past: "?>")
            } else {
                tree.children.append(try element(depth: depth + 1))
            }
        }
        throw fault("<\(tree.name)> has no end")
    }

    private mutating func character(_ byte: UInt8, into text: inout [UInt8]) throws(UnreadableText) {
        switch byte {
        case UInt8(ascii: "&"): try entity(into: &text)
        case 13:
            // A line end is one character, however it was written.
            place += 1
            if next != 10 { text.append(10) }
        default:
            text.append(byte)
            place += 1
        }
    }

    private mutating func entity(into text: inout [UInt8]) throws(UnreadableText) {
        let start = place + 1
        while let byte = next, byte != UInt8(ascii: ";"), place - start < 12 { place += 1 }
        guard next == UInt8(ascii: ";") else { throw fault("an entity has no end") }
        let name = String(decoding: bytes[start..<place], as: UTF8.self)
        place += 1
        switch name {
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "amp": text.append(UInt8(ascii: "&"))
        case "quot": text.append(UInt8(ascii: "\""))
        case "apos": text.append(UInt8(ascii: "'"))
        default:
            let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            guard name.hasPrefix("#"), let scalar = number.flatMap(Unicode.Scalar.init) else {
                throw fault("an unknown entity")
            }
            text += String(Character(scalar)).utf8
        }
    }
}
