/// The fields of one message head, in order, in one block of bytes as HTTP/1 writes them, `name: value CR LF` again and again, with an
/// index beside it. Names are stored in lower case. Comparing needs no allocation per field, and writing is a copy of what
/// was not removed.
package struct HeaderFields: Sendable, Equatable {
    private struct Field: Sendable, Equatable {
        var start: UInt32
        var valueLength: UInt32
        var nameLength: UInt16
        /// Of the name; `FieldName.noKey` for a field that was removed.
        var key: UInt32

        var isRemoved: Bool { key == FieldName.noKey }
        var nameRange: Range<Int> { Int(start)..<Int(start) + Int(nameLength) }
        var valueRange: Range<Int> {
            let start = Int(start) + Int(nameLength) + HeaderFields.betweenBytes
            return start..<start + Int(valueLength)
        }
        var lineRange: Range<Int> { Int(start)..<valueRange.upperBound + HeaderFields.betweenBytes }
    }

    /// Of `: ` behind a name and of CR LF behind a value.
    private static let betweenBytes = 2

    private var bytes: [UInt8] = []
    private var fields: [Field] = []
    /// The bits (`FieldName.bit`) of all names that were ever added. Most questions are about a field that is not there, and so cost
    /// a comparison instead of a look at every field.
    private var seen: UInt64 = 0

    package init() {}

    /// - Parameter count: of names and values.
    package init(reservingBytes count: Int, fields fieldCount: Int) {
        bytes.reserveCapacity(count + fieldCount * 2 * Self.betweenBytes)
        fields.reserveCapacity(fieldCount)
    }

    /// Makes room for more of both, so that a head which is shared is copied once, and not for each of them.
    package mutating func makeRoom(bytes count: Int, fields fieldCount: Int) {
        bytes.reserveCapacity(bytes.count + count)
        fields.reserveCapacity(fields.count + fieldCount)
    }

    /// How many fields there are, repeated names counted.
    package var count: Int { fields.reduce(0) { $0 + ($1.isRemoved ? 0 : 1) } }

    // MARK: Adding

    /// Adds a field at the end. `name` is put in lower case; the caller has checked that it is a token and that the
    /// value has no CR, LF or NUL. Names are shorter than 64 KiB by the parsers' limits.
    package mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let start = bytes.count
        for byte in name { bytes.append(byte.lowercasedASCII) }
        add(nameFrom: start) { $0.append(contentsOf: value) }
    }

    /// As `append(name:value:)`, for parsers: one copy and no generic code between modules.
    package mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let start = bytes.count
        appendLine(name, value)
        let key = bytes.withUnsafeMutableBytes { bytes in
            let name = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + name.count])
            name.lowercaseASCII()
            return FieldName.key(of: UnsafeRawBufferPointer(name))
        }
        note(lineAt: start, nameLength: name.count, valueLength: value.count, key: key)
    }

    // One for each type: what is generic between modules runs byte by byte through witness tables.
    package mutating func append(_ name: FieldName, _ value: [UInt8]) {
        value.withUnsafeBytes { append(name, $0) }
    }
    package mutating func append(_ name: FieldName, _ value: ArraySlice<UInt8>) {
        value.withUnsafeBytes { append(name, $0) }
    }
    package mutating func append(_ name: FieldName, _ value: UnsafeRawBufferPointer) {
        let start = bytes.count
        name.bytes.withUnsafeBytes { appendLine($0, value) }
        note(lineAt: start, nameLength: name.bytes.count, valueLength: value.count, key: name.key)
    }
    package mutating func append(_ name: FieldName, _ value: String) {
        value.withBytes { append(name, $0) }
    }

    /// `name: value CR LF` in one piece, as it is given.
    private mutating func appendLine(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let length = name.count + value.count + 2 * Self.betweenBytes
        bytes.append(addingCapacity: length) { room in
            room.withUnsafeMutableBufferPointer { room, count in
                let line = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(room)[count..<count + length])
                line.copyMemory(from: name)
                line[name.count] = 58
                line[name.count + 1] = 32
                let valueStart = name.count + Self.betweenBytes
                UnsafeMutableRawBufferPointer(rebasing: line[valueStart...]).copyMemory(from: value)
                line[valueStart + value.count] = 13
                line[valueStart + value.count + 1] = 10
                count += length
            }
        }
    }

    private mutating func note(lineAt start: Int, nameLength: Int, valueLength: Int, key: UInt32) {
        seen |= FieldName.bit(of: key)
        fields.append(
            Field(
                start: UInt32(start), valueLength: UInt32(valueLength), nameLength: UInt16(nameLength), key: key))
    }

    /// Adds a field whose value `write` puts at the end of what it is given, and touches nothing before.
    mutating func add(_ name: FieldName, write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: name.bytes)
        add(nameFrom: start, key: name.key, write: write)
    }

    private mutating func add(nameFrom start: Int, key: UInt32? = nil, write: (inout [UInt8]) -> Void) {
        let nameEnd = bytes.count
        let key = key ?? bytes.withUnsafeBytes { FieldName.key(of: UnsafeRawBufferPointer(rebasing: $0[start...])) }
        bytes.append(58)
        bytes.append(32)
        write(&bytes)
        let valueLength = bytes.count - nameEnd - Self.betweenBytes
        bytes.append(13)
        bytes.append(10)
        note(lineAt: start, nameLength: nameEnd - start, valueLength: valueLength, key: key)
    }

    /// Puts what `write` appends behind all values of that name, as one field at the end.
    mutating func extend(_ name: FieldName, by write: (inout [UInt8]) -> Void) {
        let before = combined(name)
        if before != nil { removeAll(name) }
        add(name) { value in
            if let before, !before.isEmpty {
                value.append(contentsOf: before)
                value.append(contentsOf: [44, 32])
            }
            write(&value)
        }
    }

    // MARK: Removing

    /// Removes every field of that name; later appends of it count again.
    package mutating func removeAll(_ name: FieldName) {
        guard mayHave(name) else { return }
        for index in fields.indices where matches(fields[index], name) { fields[index].key = FieldName.noKey }
    }

    /// Removes every field that has one of these names.
    mutating func removeAll(_ names: FieldNames) {
        guard seen & names.bits != 0 else { return }
        for index in fields.indices where FieldName.bit(of: fields[index].key) & names.bits != 0 {
            if names.listed.contains(where: { matches(fields[index], $0) }) { fields[index].key = FieldName.noKey }
        }
    }

    /// Removes every field whose name the predicate accepts.
    package mutating func removeAll(where predicate: (ArraySlice<UInt8>) -> Bool) {
        for index in fields.indices where !fields[index].isRemoved && predicate(bytes[fields[index].nameRange]) {
            fields[index].key = FieldName.noKey
        }
    }

    /// Removes every field whose name has a byte that the predicate does not accept.
    mutating func removeNames(notOnlyOf isAccepted: (UInt8) -> Bool) {
        bytes.withUnsafeBytes { bytes in
            for index in fields.indices where !fields[index].isRemoved {
                if !bytes[fields[index].nameRange].allSatisfy(isAccepted) { fields[index].key = FieldName.noKey }
            }
        }
    }

    /// Replaces all fields of that name by one at the end.
    package mutating func set(_ name: FieldName, _ value: String) {
        removeAll(name)
        append(name, value)
    }

    package mutating func set(_ name: FieldName, bytes value: [UInt8]) {
        removeAll(name)
        append(name, value)
    }

    // MARK: Looking

    package func contains(_ name: FieldName) -> Bool { mayHave(name) && fields.contains { matches($0, name) } }

    /// How many fields of that name there are.
    package func count(of name: FieldName) -> Int {
        mayHave(name) ? fields.reduce(0) { $0 + (matches($1, name) ? 1 : 0) } : 0
    }

    private func mayHave(_ name: FieldName) -> Bool { seen & name.bit != 0 }

    /// False when there is none of them; true may be wrong, and what is asked then one by one.
    package func mayHave(anyOf names: FieldNames) -> Bool { seen & names.bits != 0 }

    /// The value of the first field of that name, without surrounding white space.
    package func first(_ name: FieldName) -> ArraySlice<UInt8>? {
        guard mayHave(name) else { return nil }
        for field in fields where matches(field, name) { return bytes[field.valueRange] }
        return nil
    }

    /// As `first`, decoded as UTF-8 with repairs: for logs and for values that are text by definition.
    package func string(_ name: FieldName) -> String? {
        first(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All values of that name, in order.
    package func values(_ name: FieldName) -> [ArraySlice<UInt8>] {
        guard mayHave(name) else { return [] }
        return fields.compactMap { matches($0, name) ? bytes[$0.valueRange] : nil }
    }

    /// Calls `body` for every value of that name, in order: what `values` would list, without the list.
    package func forEach(_ name: FieldName, _ body: (ArraySlice<UInt8>) -> Void) {
        guard mayHave(name) else { return }
        for field in fields where matches(field, name) { body(bytes[field.valueRange]) }
    }

    /// All values of that name joined by `, ` as RFC 9110 §5.2 combines them; nil when there is none.
    package func combined(_ name: FieldName) -> [UInt8]? {
        guard mayHave(name) else { return nil }
        var result: [UInt8]?
        for field in fields where matches(field, name) {
            if result == nil {
                result = Array(bytes[field.valueRange])
            } else {
                result?.append(contentsOf: [44, 32])
                result?.append(contentsOf: bytes[field.valueRange])
            }
        }
        return result
    }

    /// Calls `body` for every field: its name in lower case and its value.
    package func visit(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void) {
        for field in fields where !field.isRemoved { body(bytes[field.nameRange], bytes[field.valueRange]) }
    }

    /// Feeds every field in order, so that different fields feed different bytes.
    package func combine(into hasher: inout Hasher) {
        hasher.combine(count)
        for field in fields where !field.isRemoved {
            hasher.combine(field.nameLength)
            hasher.combine(field.valueLength)
        }
        visitLines { hasher.combine(bytes: $0) }
    }

    // MARK: Writing

    /// As `visit`, for writers: the bytes are good within the call only, and nothing is retained for it.
    package func visitBytes(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for field in fields where !field.isRemoved {
                body(
                    UnsafeRawBufferPointer(rebasing: bytes[field.nameRange]),
                    UnsafeRawBufferPointer(rebasing: bytes[field.valueRange]))
            }
        }
    }

    /// Calls `body` for every run of lines that stand together, each `name: value CR LF`; the bytes are good within the call only.
    package func visitLines(_ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var run = 0..<0
            for field in fields where !field.isRemoved {
                let line = field.lineRange
                if line.lowerBound == run.upperBound {
                    run = run.lowerBound..<line.upperBound
                } else {
                    if !run.isEmpty { body(UnsafeRawBufferPointer(rebasing: bytes[run])) }
                    run = line
                }
            }
            if !run.isEmpty { body(UnsafeRawBufferPointer(rebasing: bytes[run])) }
        }
    }

    /// Bytes that the block takes in memory, for the cache's account. No fewer than the lines have.
    package var byteCount: Int { bytes.count + fields.count * MemoryLayout<Field>.stride }

    private func matches(_ field: Field, _ name: FieldName) -> Bool {
        guard field.key == name.key, Int(field.nameLength) == name.bytes.count else { return false }
        var position = Int(field.start)
        for byte in name.bytes {
            if bytes[position] != byte { return false }
            position += 1
        }
        return true
    }

    package static func == (left: HeaderFields, right: HeaderFields) -> Bool {
        left.listed == right.listed
    }

    private var listed: [[UInt8]] {
        fields.lazy.filter { !$0.isRemoved }.map { Array(self.bytes[$0.lineRange]) }
    }
}

/// A field name in lower case.
package struct FieldName: Sendable, Hashable {
    package let bytes: [UInt8]
    /// Names of different keys are different: one comparison instead of one for each byte.
    let key: UInt32
    /// One of 64, by the key.
    let bit: UInt64

    /// The key of no name: none is empty.
    static let noKey: UInt32 = 0

    /// `name` is put in lower case.
    package init(_ name: String) {
        bytes = Array(name.lowercased().utf8)
        key = bytes.withUnsafeBytes { Self.key(of: $0) }
        bit = Self.bit(of: key)
    }

    /// The upper bits of a product by the golden ratio (D. Knuth, "The Art of Computer Programming", volume 3, 6.4) depend on all of the key.
    static func bit(of key: UInt32) -> UInt64 { 1 << UInt64((key &* 0x9e37_79b1) >> 26) }

    /// Made of the length and three of the bytes, which tell the usual names apart.
    static func key(of name: UnsafeRawBufferPointer) -> UInt32 {
        guard let first = name.first, let last = name.last else { return noKey }
        let middle = name[name.count / 2]
        return UInt32(truncatingIfNeeded: name.count & 255) << 24 | UInt32(first) << 16 | UInt32(middle) << 8
            | UInt32(last)
    }

    package static let accept = FieldName("accept")
    package static let age = FieldName("age")
    package static let authorization = FieldName("authorization")
    package static let cacheControl = FieldName("cache-control")
    package static let connection = FieldName("connection")
    package static let contentLength = FieldName("content-length")
    package static let contentRange = FieldName("content-range")
    package static let contentType = FieldName("content-type")
    package static let cookie = FieldName("cookie")
    package static let date = FieldName("date")
    package static let etag = FieldName("etag")
    package static let expect = FieldName("expect")
    package static let expires = FieldName("expires")
    package static let host = FieldName("host")
    package static let ifMatch = FieldName("if-match")
    package static let ifModifiedSince = FieldName("if-modified-since")
    package static let ifNoneMatch = FieldName("if-none-match")
    package static let ifRange = FieldName("if-range")
    package static let ifUnmodifiedSince = FieldName("if-unmodified-since")
    package static let keepAlive = FieldName("keep-alive")
    package static let lastModified = FieldName("last-modified")
    package static let location = FieldName("location")
    package static let pragma = FieldName("pragma")
    package static let proxyConnection = FieldName("proxy-connection")
    package static let range = FieldName("range")
    package static let retryAfter = FieldName("retry-after")
    package static let server = FieldName("server")
    package static let setCookie = FieldName("set-cookie")
    package static let te = FieldName("te")
    package static let trailer = FieldName("trailer")
    package static let transferEncoding = FieldName("transfer-encoding")
    package static let upgrade = FieldName("upgrade")
    package static let userAgent = FieldName("user-agent")
    package static let vary = FieldName("vary")
    package static let via = FieldName("via")
    package static let xAmznTraceID = FieldName("x-amzn-trace-id")
    package static let xCache = FieldName("x-cache")
    package static let xForwardedFor = FieldName("x-forwarded-for")
    package static let xForwardedPort = FieldName("x-forwarded-port")
    package static let xForwardedProto = FieldName("x-forwarded-proto")
    package static let xRequestID = FieldName("x-request-id")
}

/// Several names, to be looked for together.
package struct FieldNames: Sendable {
    let listed: [FieldName]
    /// Of all of them.
    let bits: UInt64

    package init(_ names: [FieldName]) {
        listed = names
        bits = names.reduce(0) { $0 | $1.bit }
    }
}
