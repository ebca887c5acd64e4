import NIOCore
import TrafficRules

/// HPACK's sending side, without a table of its own: names from the static table, values as they are. A block then
/// depends on nothing that was sent before, costs a copy, and a peer's table size is of no matter: the first block of
/// a connection says that the table is empty (RFC 7541 §4.2).
enum HeaderBlock {
    /// Dynamic table size update to 0.
    private static let emptyTable: UInt8 = 0x20
    /// Literal field never indexed: what must not end in a table between (RFC 7541 §7.1.3).
    private static let neverIndexed: UInt8 = 0x10

    /// The most that `write` needs for these fields beside `reserve` bytes.
    static func bound(_ fields: HeaderFields) -> Int { fields.byteCount + fields.count * 12 + reserve }
    /// Table size, `:status`, and a `date` of our own.
    private static let reserve = 64

    /// These fields alone.
    static func encoded(_ fields: HeaderFields) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bound(fields)) { room, count in
            var writer = Writer(UnsafeMutableRawBufferPointer(room))
            writer.fields(fields)
            count = writer.position
        }
    }

    struct Writer {
        private let bytes: UnsafeMutableRawBufferPointer
        private(set) var position = 0

        init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

        mutating func startConnection() { put(emptyTable) }

        mutating func status(_ status: Int) {
            if let index = StaticTable.index(ofStatus: status) { return put(0x80 | index) }
            put(8)
            put(3)
            for divisor in [100, 10, 1] as [Int] { put(48 + UInt8(truncatingIfNeeded: status / divisor % 10)) }
        }

        /// Connection-specific fields have no place in HTTP/2 (RFC 9113 §8.2.2) and are left out.
        mutating func fields(_ fields: HeaderFields) {
            fields.visitBytes { name, value in
                if !ConnectionSpecific.contains(name) { field(name, value) }
            }
        }

        /// What `encoded` gave.
        mutating func fields(encoded block: [UInt8]) { block.withUnsafeBytes { copy($0) } }

        mutating func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
            if let index = StaticTable.index(of: name) {
                integer(Int(index), prefix: 4, first: index == 55 || index == 23 ? neverIndexed : 0)
            } else {
                put(0)
                string(name)
            }
            string(value)
        }

        /// A literal whose name is at `index` of the static table.
        mutating func field(index: UInt8, _ value: some Sequence<UInt8>, count: Int) {
            integer(Int(index), prefix: 4, first: 0)
            integer(count, prefix: 7, first: 0)
            for byte in value { put(byte) }
        }

        /// `content-length` and `date`, where the head does not say them.
        mutating func framing(length: Int?, date: [UInt8]?) {
            if let length { field(index: 28, String(length).utf8, count: String(length).utf8.count) }
            if let date { field(index: 33, date, count: date.count) }
        }

        mutating func indexed(_ index: UInt8) { put(0x80 | index) }

        private mutating func string(_ string: UnsafeRawBufferPointer) {
            integer(string.count, prefix: 7, first: 0)
            copy(string)
        }

        private mutating func copy(_ string: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: bytes[position...]).copyMemory(from: string)
            position += string.count
        }

        private mutating func integer(_ value: Int, prefix: Int, first: UInt8) {
            let most = 1 << prefix - 1
            if value < most { return put(first | UInt8(truncatingIfNeeded: value)) }
            put(first | UInt8(truncatingIfNeeded: most))
            var rest = value - most
            while rest >= 128 {
                put(UInt8(truncatingIfNeeded: rest & 0x7f | 0x80))
                rest >>= 7
            }
            put(UInt8(truncatingIfNeeded: rest))
        }

        private mutating func put(_ byte: UInt8) {
            bytes[position] = byte
            position += 1
        }
    }
}

/// Fields that speak about an HTTP/1 connection.
enum ConnectionSpecific {
    private static let names = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]
        .map { Array($0.utf8) }

    static func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 7, 10, 16, 17: names.contains { $0.elementsEqual(name) }
        default: false
        }
    }
}
