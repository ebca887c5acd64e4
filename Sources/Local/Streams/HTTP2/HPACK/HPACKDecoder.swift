/// Why a header block cannot be read; the whole connection is lost with it (RFC 7541 §2.2).
package struct HPACKFault: Error, Equatable {
    package var reason: String
}

/// HPACK's receiving side, RFC 7541. Nothing that a peer sends makes it keep more than `tableLimit` and one field.
package struct HPACKDecoder {
    /// SETTINGS_HEADER_TABLE_SIZE as we leave it.
    static let tableLimit = 4096

    private var table = DynamicTable(capacity: Self.tableLimit)
    /// Name and value of the literal that is being read.
    private var field: [UInt8] = []

    package init() {}

    /// Decodes one whole block. The table follows also when the list is full, within measure.
    package mutating func decode(_ block: UnsafeRawBufferPointer, into list: inout HeaderList) throws(HPACKFault) {
        var reader = HPACKReader(block)
        var mayResize = true
        while let first = reader.peek {
            if first & 0x80 != 0 {
                try indexed(try reader.integer(prefix: 7), &list)
            } else if first & 0x40 != 0 {
                try literal(&reader, prefix: 6, isKept: true, &list)
            } else if first & 0x20 != 0 {
                // RFC 7541 §4.2: only before the first field.
                guard mayResize else { throw HPACKFault(reason: "a table size within a header block") }
                let size = try reader.integer(prefix: 5)
                guard size <= Self.tableLimit else { throw HPACKFault(reason: "a table size beyond its limit") }
                table.resize(size)
                continue
            } else {
                try literal(&reader, prefix: 4, isKept: false, &list)
            }
            mayResize = false
            if list.isBeyondMeasure { throw HPACKFault(reason: "a header list far beyond its limit") }
        }
    }

    private func indexed(_ index: Int, _ list: inout HeaderList) throws(HPACKFault) {
        guard index > 0 else { throw HPACKFault(reason: "the index 0") }
        if index <= StaticTable.count {
            let entry = StaticTable.entries[index - 1]
            list.append(entry.bytes, nameLength: entry.nameLength)
        } else {
            guard let entry = table[index - StaticTable.count - 1] else { throw HPACKFault(reason: "an unknown index") }
            list.append(entry.bytes, nameLength: entry.nameLength)
        }
    }

    private mutating func literal(
        _ reader: inout HPACKReader, prefix: Int, isKept: Bool, _ list: inout HeaderList
    ) throws(HPACKFault) {
        field.removeAll(keepingCapacity: true)
        let index = try reader.integer(prefix: prefix)
        if index == 0 {
            try reader.string(appendingTo: &field)
        } else if index <= StaticTable.count {
            let entry = StaticTable.entries[index - 1]
            field.append(contentsOf: entry.bytes[..<entry.nameLength])
        } else {
            guard let entry = table[index - StaticTable.count - 1] else { throw HPACKFault(reason: "an unknown index") }
            field.append(contentsOf: entry.bytes[..<entry.nameLength])
        }
        let nameLength = field.count
        try reader.string(appendingTo: &field)
        list.append(field, nameLength: nameLength)
        if isKept { table.insert(field, nameLength: nameLength) }
    }
}

/// HPACK's integers and strings (RFC 7541 §5).
struct HPACKReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// At most four bytes after the first: more than 2^28 is no length and no index.
    mutating func integer(prefix: Int) throws(HPACKFault) -> Int {
        guard position < bytes.count else { throw HPACKFault(reason: "a block that ends early") }
        let most = 1 << prefix - 1
        var value = Int(bytes[position]) & most
        position += 1
        guard value == most else { return value }
        var shift = 0
        while true {
            guard position < bytes.count else { throw HPACKFault(reason: "a block that ends early") }
            let byte = bytes[position]
            position += 1
            guard shift < 28 else { throw HPACKFault(reason: "an integer that is too large") }
            value += Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    mutating func string(appendingTo result: inout [UInt8]) throws(HPACKFault) {
        let isCoded = (peek ?? 0) & 0x80 != 0
        let length = try integer(prefix: 7)
        guard length <= bytes.count - position else { throw HPACKFault(reason: "a string beyond its block") }
        let string = UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
        position += length
        guard isCoded else { return result.append(contentsOf: string) }
        guard HuffmanCode.decode(string, appendingTo: &result) else { throw HPACKFault(reason: "a wrong Huffman code") }
    }
}
