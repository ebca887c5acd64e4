/// The fields of one message head, in order, in one block of bytes: `name`, `value`, `name`, `value`, … with an index
/// beside it. Names are stored in lower case; comparing and re-serialising need no allocation per field.
package struct HeaderFields: Sendable, Equatable {
    private struct Field: Sendable, Equatable {
        var nameStart: UInt32
        var nameLength: UInt16
        var valueLength: UInt32
        var isRemoved = false

        var nameRange: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameLength) }
        var valueRange: Range<Int> { nameRange.upperBound..<nameRange.upperBound + Int(valueLength) }
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []

    package init() {}

    package init(reservingBytes count: Int, fields fieldCount: Int) {
        bytes.reserveCapacity(count)
        fields.reserveCapacity(fieldCount)
    }

    /// How many fields there are, repeated names counted.
    package var count: Int { fields.reduce(0) { $0 + ($1.isRemoved ? 0 : 1) } }

    /// Adds a field at the end. `name` is put in lower case; the caller has checked that it is a token and that the
    /// value has no CR, LF or NUL. Names are shorter than 64 KiB by the parsers' limits.
    package mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let start = bytes.count
        for byte in name { bytes.append(byte &- 65 < 26 ? byte | 32 : byte) }
        let nameEnd = bytes.count
        bytes.append(contentsOf: value)
        fields.append(
            Field(
                nameStart: UInt32(start), nameLength: UInt16(nameEnd - start),
                valueLength: UInt32(bytes.count - nameEnd)))
    }

    /// As `append(name:value:)`, for parsers: one copy and no generic code between modules.
    package mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        for index in start..<bytes.count where bytes[index] &- 65 < 26 { bytes[index] |= 32 }
        bytes.append(contentsOf: value)
        fields.append(
            Field(nameStart: UInt32(start), nameLength: UInt16(name.count), valueLength: UInt32(value.count)))
    }

    // One for each type: what is generic between modules runs byte by byte through witness tables.
    package mutating func append(_ name: FieldName, _ value: [UInt8]) { add(name, value) }
    package mutating func append(_ name: FieldName, _ value: ArraySlice<UInt8>) { add(name, value) }
    package mutating func append(_ name: FieldName, _ value: String) { add(name, value.utf8) }

    private mutating func add(_ name: FieldName, _ value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name.bytes)
        let nameEnd = bytes.count
        bytes.append(contentsOf: value)
        fields.append(
            Field(
                nameStart: UInt32(start), nameLength: UInt16(nameEnd - start),
                valueLength: UInt32(bytes.count - nameEnd)))
    }

    /// Removes every field of that name; later appends of it count again.
    package mutating func removeAll(_ name: FieldName) {
        for index in fields.indices where matches(fields[index], name) { fields[index].isRemoved = true }
    }

    /// Removes every field whose name the predicate accepts.
    package mutating func removeAll(where predicate: (ArraySlice<UInt8>) -> Bool) {
        for index in fields.indices where !fields[index].isRemoved && predicate(bytes[fields[index].nameRange]) {
            fields[index].isRemoved = true
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

    package func contains(_ name: FieldName) -> Bool { fields.contains { matches($0, name) } }

    /// The value of the first field of that name, without surrounding white space.
    package func first(_ name: FieldName) -> ArraySlice<UInt8>? {
        for field in fields where matches(field, name) { return bytes[field.valueRange] }
        return nil
    }

    /// As `first`, decoded as UTF-8 with repairs: for logs and for values that are text by definition.
    package func string(_ name: FieldName) -> String? {
        first(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All values of that name, in order.
    package func values(_ name: FieldName) -> [ArraySlice<UInt8>] {
        fields.compactMap { matches($0, name) ? bytes[$0.valueRange] : nil }
    }

    /// All values of that name joined by `, ` as RFC 9110 §5.2 combines them; nil when there is none.
    package func combined(_ name: FieldName) -> [UInt8]? {
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
        if fields.contains(where: \.isRemoved) {
            visit { name, value in
                name.withUnsafeBytes { hasher.combine(bytes: $0) }
                value.withUnsafeBytes { hasher.combine(bytes: $0) }
            }
        } else {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

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

    /// Bytes that the block takes in memory, for the cache's account.
    package var byteCount: Int { bytes.count + fields.count * MemoryLayout<Field>.stride }

    private func matches(_ field: Field, _ name: FieldName) -> Bool {
        guard !field.isRemoved, Int(field.nameLength) == name.bytes.count else { return false }
        var position = Int(field.nameStart)
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
        fields.lazy.filter { !$0.isRemoved }.map { Array(self.bytes[$0.nameRange]) + [58] + self.bytes[$0.valueRange] }
    }
}

/// A field name in lower case.
package struct FieldName: Sendable, Hashable {
    package let bytes: [UInt8]

    /// `name` is put in lower case.
    package init(_ name: String) { bytes = Array(name.lowercased().utf8) }

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
