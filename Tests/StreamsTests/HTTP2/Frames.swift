import NIOCore
import Streams

/// Frames as a test writes them, without the code that is tested.
struct Frame: Equatable, CustomStringConvertible {
    var kind: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    var description: String { "\(kind)/\(flags) on \(stream): \(payload.count) bytes" }

    var bytes: [UInt8] {
        let length = payload.count
        let head = [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), kind, flags]
        return head + Self.number(stream) + payload
    }

    static func number(_ value: UInt32) -> [UInt8] { (0..<4).reversed().map { UInt8(value >> ($0 * 8) & 255) } }

    static func data(_ stream: UInt32, _ payload: [UInt8] = [], flags: UInt8 = 0) -> Frame {
        Frame(kind: 0, flags: flags, stream: stream, payload: payload)
    }

    /// flags: 1 END_STREAM, 4 END_HEADERS, 8 PADDED, 32 PRIORITY
    static func headers(_ stream: UInt32, _ block: [UInt8] = Block.get, flags: UInt8 = 5) -> Frame {
        Frame(kind: 1, flags: flags, stream: stream, payload: block)
    }

    static func priority(_ stream: UInt32, on parent: UInt32 = 0) -> Frame {
        Frame(kind: 2, stream: stream, payload: number(parent) + [16])
    }

    static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> Frame {
        Frame(kind: 3, stream: stream, payload: number(code))
    }

    static func settings(_ values: [(UInt8, UInt32)] = []) -> Frame {
        Frame(kind: 4, payload: values.flatMap { [0, $0.0] + number($0.1) })
    }

    static let settingsAnswer = Frame(kind: 4, flags: 1)
    static func ping(_ data: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8], flags: UInt8 = 0) -> Frame {
        Frame(kind: 6, flags: flags, payload: data)
    }
    static func goAway(_ last: UInt32 = 0, _ code: UInt32 = 0) -> Frame {
        Frame(kind: 7, payload: number(last) + number(code))
    }
    static func window(_ stream: UInt32, _ increment: UInt32) -> Frame {
        Frame(kind: 8, stream: stream, payload: number(increment))
    }
    static func continuation(_ stream: UInt32, _ block: [UInt8], flags: UInt8 = 4) -> Frame {
        Frame(kind: 9, flags: flags, stream: stream, payload: block)
    }

    /// The whole frames in some bytes.
    static func all(in bytes: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let start = rest.startIndex
            let length = Int(rest[start]) << 16 | Int(rest[start + 1]) << 8 | Int(rest[start + 2])
            guard rest.count >= 9 + length else { break }
            let stream = rest[(start + 5)..<(start + 9)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            frames.append(
                Frame(
                    kind: rest[start + 3], flags: rest[start + 4], stream: stream,
                    payload: Array(rest[(start + 9)..<(start + 9 + length)])))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// A client's first bytes.
    static let hello = preface + Frame.settings().bytes
}

/// Header blocks by HPACK's static table alone.
enum Block {
    static let method: [UInt8] = [0x82]
    static let scheme: [UInt8] = [0x87]
    static let path: [UInt8] = [0x84]
    static let authority = named(1, "localhost")
    static let get = method + scheme + path + authority
    static let post: [UInt8] = [0x83] + scheme + path + authority

    /// A literal whose name has an index below 15.
    static func named(_ index: UInt8, _ value: String) -> [UInt8] { [index] + string(value) }
    static func literal(_ name: String, _ value: String) -> [UInt8] { [0] + string(name) + string(value) }
    static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
