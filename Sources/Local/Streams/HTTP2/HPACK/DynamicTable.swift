import NIOCore

/// The fields that a peer asked to remember, the newest first (RFC 7541 §2.3.2).
struct DynamicTable {
    struct Entry {
        /// Name and value behind each other.
        var bytes: [UInt8]
        var nameLength: Int

        /// RFC 7541 §4.1.
        var size: Int { bytes.count + 32 }
    }

    private var entries = CircularBuffer<Entry>()
    private var size = 0
    private var capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    subscript(offset: Int) -> Entry? { offset < entries.count ? entries[offset: offset] : nil }

    mutating func resize(_ capacity: Int) {
        self.capacity = capacity
        shrink(to: capacity)
    }

    /// What is larger than the table empties it (RFC 7541 §4.4).
    mutating func insert(_ field: [UInt8], nameLength: Int) {
        let entry = Entry(bytes: field, nameLength: nameLength)
        guard entry.size <= capacity else { return shrink(to: 0) }
        shrink(to: capacity - entry.size)
        entries.prepend(entry)
        size += entry.size
    }

    private mutating func shrink(to limit: Int) {
        while size > limit, let last = entries.popLast() { size -= last.size }
    }
}
