/// How bytes are compressed, told by the first of them.
enum Packing: String {
    case none, gzip, zstd, bzip2, xz

    /// So many bytes tell.
    static let head = 6

    init(head: [UInt8]) {
        let beginnings: [(Packing, [UInt8])] = [
            (.gzip, [0x1F, 0x8B]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.bzip2, Array("BZh".utf8)),
            (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        ]
        self = beginnings.first { head.starts(with: $0.1) }?.0 ?? .none
    }

    var unpacker: String {
        switch self {
        case .none: "cat"
        case .gzip: "gunzip"
        case .zstd: "unzstd"
        case .bzip2: "bunzip2"
        case .xz: "unxz"
        }
    }

    /// A layer so compressed; nil for what the image format has no name for.
    /// Source: OCI image specification 1.1, "image layer filesystem changeset", read 2026-11.
    var layerType: String? {
        switch self {
        case .none: MediaType.layer
        case .gzip: "\(MediaType.layer)+gzip"
        case .zstd: "\(MediaType.layer)+zstd"
        case .bzip2, .xz: nil
        }
    }
}
