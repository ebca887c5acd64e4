#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The generated text of a schema. One line is one thing, words are separated by spaces:
///
///     operation NAME METHOD URI INPUT OUTPUT [wrapper=] [root=] [ns=] [checksum] [unsigned] [page-in= page-out= page-more=]
///     structure NAME [payload=MEMBER] [union] [ns=]
///     .MEMBER SHAPE [in=] [out=] [uri|query|header|headers|status] [required] [flat] [token] [attribute] [bare-id] [time=] [ns=]
///     list NAME SHAPE item=NAME [ns=] [MIN..MAX]
///     map NAME KEY VALUE key=NAME value=NAME [MIN..MAX]
///     text|integer|long|double|flag|blob|time NAME [MIN..MAX] [secret] [time=] [enum=A|B] [pattern=to the end of the line]
///
/// Text, because a literal of this size in Swift's own syntax takes the compiler minutes and the program a megabyte of code.
/// It is cut when the first request is made to the service, and a shape is read when it is first asked for. It is ours: a fault in it
/// is a fault of the generator.
extension Schema {
    package convenience init(_ text: String) {
        let things = SchemaThings(text)
        var places: [Substring: Int] = [:]
        places.reserveCapacity(things.shapes.count)
        for (place, shape) in things.shapes.enumerated() { places[SchemaThings.name(of: shape)] = place }
        var operations: [String: OperationModel] = [:]
        for text in things.operations {
            let operation = OperationModel(SchemaWords(text), places)
            operations[operation.name] = operation
        }
        self.init(shapes: ShapeTable(texts: things.shapes, places: places), operations: operations)
    }
}

/// The text, cut where something begins: at each line that is not a member's.
private struct SchemaThings {
    /// A line each.
    var operations: [Substring] = []
    /// A line each, and those of its members.
    var shapes: [Substring] = []

    init(_ text: String) {
        var text = text
        let beginnings = text.withUTF8(Self.beginnings)
        for (begin, next) in zip(beginnings, beginnings.dropFirst() + [text.utf8.count + 1]) {
            let thing = text[
                text.utf8.index(text.startIndex, offsetBy: begin)..<text.utf8.index(text.startIndex, offsetBy: next - 1)
            ]
            if thing.hasPrefix("operation ") { operations.append(thing) } else { shapes.append(thing) }
        }
    }

    private static func beginnings(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
        guard let start = bytes.baseAddress else { return [] }
        var (found, line) = ([Int](), 0)
        while line < bytes.count {
            if bytes[line] != UInt8(ascii: ".") { found.append(line) }
            let end = memchr(start + line, CInt(UInt8(ascii: "\n")), bytes.count - line)
            line = end.map { UnsafeRawPointer(start).distance(to: $0) + 1 } ?? bytes.count
        }
        return found
    }

    /// The second word.
    static func name(of shape: Substring) -> Substring {
        let rest = shape.utf8.drop { $0 != UInt8(ascii: " ") }.dropFirst()
        return Substring(rest.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") })
    }
}

/// One line of the schema, cut at its spaces.
struct SchemaWords {
    let words: [Substring]
    /// The rest of the line behind `pattern=`, which may contain anything.
    let pattern: String?

    init(_ line: Substring) {
        if let cut = line.firstRange(of: " pattern=") {
            words = line[..<cut.lowerBound].split(separator: " ")
            pattern = String(line[cut.upperBound...])
        } else {
            words = line.split(separator: " ")
            pattern = nil
        }
    }

    var first: Substring { words.first ?? "" }

    func has(_ word: Substring) -> Bool { words.dropFirst(2).contains(word) }

    /// The value of `key=value`.
    subscript(key: String) -> String? {
        for word in words.dropFirst(2) where word.hasPrefix(key) && word.dropFirst(key.count).first == "=" {
            return String(word.dropFirst(key.count + 1))
        }
        return nil
    }

    var limits: Limits {
        guard let word = words.dropFirst(2).first(where: { $0.contains("..") && !$0.contains("=") }) else {
            return Limits()
        }
        let cut = word.firstRange(of: "..")
        return Limits(
            smallest: cut.flatMap { Double(word[..<$0.lowerBound]) },
            largest: cut.flatMap { Double(word[$0.upperBound...]) })
    }
}

extension TimeFormat {
    init?(modelName: String) {
        switch modelName {
        case "iso8601": self = .iso8601
        case "rfc822": self = .rfc822
        case "unixTimestamp": self = .unixTimestamp
        default: return nil
        }
    }
}

extension OperationModel {
    fileprivate init(_ line: SchemaWords, _ places: [Substring: Int]) {
        let words = line.words
        precondition(words.count >= 6, "the schema's line for \(line.first) is too short")
        self.init(
            name: String(words[1]), method: String(words[2]), uri: String(words[3]), input: places[words[4]],
            output: places[words[5]])
        resultWrapper = line["wrapper"]
        root = line["root"]
        namespace = line["ns"]
        needsChecksum = line.has("checksum")
        isUnsigned = line.has("unsigned")
        guard let inputs = line["page-in"], let outputs = line["page-out"] else { return }
        let paths = outputs.split(separator: ",").map { output in
            output.split(separator: "|").map { path($0) }
        }
        pages = PageModel(
            inputs: inputs.split(separator: ",").map(String.init), outputs: paths,
            more: line["page-more"].map { path(Substring($0)) })
    }
}

private func path(_ text: Substring) -> [String] { text.split(separator: ".").map(String.init) }

extension ShapeSchema {
    /// - Parameter text: its line, and those of its members.
    convenience init(_ text: Substring, _ places: [Substring: Int]) {
        let lines = text.split(separator: "\n").map(SchemaWords.init)
        if lines[0].first == "structure" {
            self.init(structure: lines[0], members: lines[1...], places)
        } else {
            self.init(lines[0], places)
        }
    }

    private convenience init(_ line: SchemaWords, _ places: [Substring: Int]) {
        func place(_ index: Int) -> Int {
            guard index < line.words.count, let place = places[line.words[index]] else {
                preconditionFailure("the schema's \(line.first) \(line.words[1]) has no shape at word \(index)")
            }
            return place
        }
        let kind: Kind
        switch line.first {
        case "text": kind = .text
        case "integer", "long": kind = .integer
        case "double": kind = .number
        case "flag": kind = .flag
        case "blob": kind = .blob
        case "time": kind = .time
        case "list": kind = .list(item: place(2), itemName: line["item"] ?? "member")
        case "map":
            kind = .map(
                key: place(2), value: place(3), keyName: line["key"] ?? "key", valueName: line["value"] ?? "value")
        default: preconditionFailure("the schema has an unknown word: \(line.first)")
        }
        self.init(
            name: String(line.words[1]), kind: kind, limits: line.limits, isSecret: line.has("secret"),
            timeFormat: line["time"].flatMap(TimeFormat.init(modelName:)),
            allowed: (line["enum"] ?? "").split(separator: "|").map { String($0).replacing("%20", with: " ") },
            pattern: line.pattern, namespace: line["ns"])
    }

    private convenience init(
        structure line: SchemaWords, members: ArraySlice<SchemaWords>, _ places: [Substring: Int]
    ) {
        let members = members.map { member in
            guard let place = places[member.words[1]] else {
                preconditionFailure("the schema's \(line.words[1])\(member.first) has no shape")
            }
            return MemberSchema(words: member, shape: place)
        }
        self.init(
            name: String(line.words[1]),
            kind: .structure(StructureSchema(members: members, payload: line["payload"], isUnion: line.has("union"))),
            namespace: line["ns"])
    }
}
