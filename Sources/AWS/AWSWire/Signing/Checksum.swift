/// CRC-32 as in IEEE 802.3, which S3 takes as a body's checksum.
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func crc32(_ bytes: [UInt8]) -> [UInt8] {
        let sum = ~bytes.reduce(UInt32.max) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 255)] }
        return [UInt8(sum >> 24), UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255)]
    }
}

extension OutgoingCall {
    /// For the operations whose model demands one.
    package mutating func addChecksum() {
        setHeader("x-amz-sdk-checksum-algorithm", "CRC32")
        setHeader("x-amz-checksum-crc32", Base64.encode(Checksum.crc32(body)))
    }
}
