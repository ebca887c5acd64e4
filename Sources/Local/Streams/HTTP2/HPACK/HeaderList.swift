/// The fields of one decoded header block, in order, as one block of bytes. Emptied and filled anew for each block, so that
/// decoding allocates nothing once it is large enough.
package struct HeaderList {
    package struct Entry {
        var start: Int
        var nameLength: Int
        var valueLength: Int

        package var name: Range<Int> { start..<start + nameLength }
        package var value: Range<Int> { start + nameLength..<start + nameLength + valueLength }
    }

    /// As RFC 9113 §6.5.2 counts: names, values, and 32 for each field.
    package private(set) var size = 0
    package private(set) var bytes: [UInt8] = []
    package private(set) var entries: [Entry] = []
    private let limit: Int
    private let countLimit: Int

    package init(limit: Int, fieldCount: Int) {
        self.limit = limit
        countLimit = fieldCount
    }

    /// More than is allowed came; what was too much is not here.
    package var isTooLarge: Bool { size > limit || isTooMany }
    private var isTooMany = false

    /// So much that nobody reads on to keep the table: each byte of a block can stand for a field of 4 KiB.
    var isBeyondMeasure: Bool { size > 4 * limit }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        size = 0
        isTooMany = false
    }

    /// `bytes`: a name and its value.
    mutating func append(_ field: [UInt8], nameLength: Int) {
        guard account(field.count) else { return }
        entries.append(Entry(start: bytes.count, nameLength: nameLength, valueLength: field.count - nameLength))
        bytes.append(contentsOf: field)
    }

    private mutating func account(_ length: Int) -> Bool {
        size += length + 32
        if entries.count >= countLimit { isTooMany = true }
        return !isTooLarge
    }
}
