/// HPACK's 61 fields that both sides know. Source: RFC 7541 appendix A, read 2026-11.
enum StaticTable {
    struct Entry {
        /// Name and value behind each other.
        let bytes: [UInt8]
        let nameLength: Int

        init(_ name: some StringProtocol, _ value: String) {
            bytes = Array(name.utf8) + value.utf8
            nameLength = name.utf8.count
        }

        func isNamed(_ name: UnsafeRawBufferPointer) -> Bool {
            nameLength == name.count
                && bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[..<nameLength]).elementsEqual(name) }
        }
    }

    static let count = 61
    /// At index 0: the entry of index 1.
    static let entries: [Entry] =
        pseudo
        + fields.split(separator: " ").map { name in
            Entry(name, name == "accept-encoding" ? "gzip, deflate" : "")
        }

    private static let pseudo: [Entry] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"),
    ].map { Entry($0.0, $0.1) }

    private static let fields = """
        accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow \
        authorization cache-control content-disposition content-encoding content-language content-length \
        content-location content-range content-type cookie date etag expect expires from host if-match \
        if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards \
        proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie \
        strict-transport-security transfer-encoding user-agent vary via www-authenticate
        """

    /// The index of `:status` for the statuses that have one.
    static func index(ofStatus status: Int) -> UInt8? {
        switch status {
        case 200: 8
        case 204: 9
        case 206: 10
        case 304: 11
        case 400: 12
        case 404: 13
        case 500: 14
        default: nil
        }
    }

    /// The index of a field's name; nil when it must be written out. Pseudo-header fields are not looked for.
    static func index(of name: UnsafeRawBufferPointer) -> UInt8? {
        guard let slot = slot(name) else { return nil }
        for index in slots[slot] where entries[Int(index) - 1].isNamed(name) { return index }
        return nil
    }

    private static let slots: [[UInt8]] = {
        var slots = [[UInt8]](repeating: [], count: 64)
        for index in 14..<count {
            entries[index].bytes.withUnsafeBytes { bytes in
                if let slot = slot(UnsafeRawBufferPointer(rebasing: bytes[..<entries[index].nameLength])) {
                    slots[slot].append(UInt8(index + 1))
                }
            }
        }
        return slots
    }()

    private static func slot(_ name: UnsafeRawBufferPointer) -> Int? {
        guard let first = name.first, let last = name.last else { return nil }
        return (Int(first) &* 7 &+ Int(last) &* 3 &+ name.count) & 63
    }
}
