/// Cuts a stream of bytes into lines. Holds at most one line of `limit` bytes, whatever arrives.
struct LineSplitter: Sendable {
    /// Longest line that is kept; what follows is dropped and counted. 16 KiB is what container engines keep.
    static let limit = 16 << 10

    private var partial: [UInt8] = []
    private var dropped = 0

    /// Calls `line` for every complete line in `bytes`, without its end.
    mutating func take(_ bytes: UnsafeRawBufferPointer, line: ([UInt8]) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            hold(rest[..<end])
            flush(line: line, evenEmpty: true)
            rest = rest[(end + 1)...]
        }
        hold(rest)
    }

    /// The stream has ended: what has no line end yet is a line.
    mutating func finish(line: ([UInt8]) -> Void) { flush(line: line, evenEmpty: false) }

    private mutating func hold(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let room = LineSplitter.limit - partial.count
        partial += bytes.prefix(room)
        dropped += max(0, bytes.count - room)
    }

    private mutating func flush(line: ([UInt8]) -> Void, evenEmpty: Bool) {
        guard evenEmpty || !partial.isEmpty else { return }
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        if dropped > 0 { partial += " … \(dropped) bytes cut".utf8 }
        line(partial)
        partial.removeAll(keepingCapacity: true)
        dropped = 0
    }
}
