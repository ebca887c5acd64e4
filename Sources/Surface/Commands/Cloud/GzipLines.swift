import CZlib
import Stacks

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Lines of a compressed text that have one of some words. The text is held a piece at a time: a log is ten times what its file is.
struct GzipLines {
    /// A line beyond this is none of a log's. Bytes.
    private static let longestLine = 1 << 20

    private static let newline = UInt8(ascii: "\n")

    private let words: [[UInt8]]
    private var rest: [UInt8] = []
    private var found: [String] = []

    /// In their order.
    ///
    /// - Throws: a report when the bytes are not what gzip writes, or end in its middle.
    static func having(_ words: [String], in bytes: [UInt8]) throws(Report) -> [String] {
        var lines = GzipLines(words: words.map { Array($0.utf8) })
        guard !bytes.isEmpty else { return [] }
        guard let inflater = Inflater() else { throw Report("no memory to read a compressed log") }
        try inflater.unpack(bytes) { lines.take($0) }
        lines.take([newline])
        return lines.found
    }

    private init(words: [[UInt8]]) { self.words = words }

    private mutating func take(_ piece: [UInt8]) {
        rest += piece
        guard let end = rest.lastIndex(of: Self.newline) else {
            if rest.count > Self.longestLine { rest = [] }
            return
        }
        search(rest[..<end])
        rest.removeFirst(end + 1)
    }

    private mutating func search(_ text: ArraySlice<UInt8>) {
        var lines: [Int: Int] = [:]
        for word in words {
            var start = text.startIndex
            while let place = Self.place(of: word, in: text[start...]) {
                let begin = text[..<place].lastIndex(of: Self.newline).map { $0 + 1 } ?? text.startIndex
                let end = text[place...].firstIndex(of: Self.newline) ?? text.endIndex
                lines[begin] = end
                start = end
            }
        }
        found += lines.sorted { $0.key < $1.key }.map { String(decoding: text[$0.key..<$0.value], as: UTF8.self) }
    }

    /// The C library finds the word's first letter, which it knows how to do fast: there may be gigabytes.
    private static func place(of word: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        text.withUnsafeBytes { text in
            word.withUnsafeBytes { word -> Int? in
                guard let all = text.baseAddress, let wanted = word.baseAddress, text.count >= word.count else {
                    return nil
                }
                var start = 0
                let last = text.count - word.count
                while start <= last, let found = memchr(all + start, Int32(word[0]), last - start + 1) {
                    let place = UnsafeRawPointer(found) - all
                    if memcmp(all + place, wanted, word.count) == 0 { return place }
                    start = place + 1
                }
                return nil
            }
        }.map { text.startIndex + $0 }
    }
}

/// zlib's decompressor, for one text that may be several codings one behind the other, as gzip allows.
private final class Inflater {
    private static let step = 256 << 10
    /// Bits of the window, and 16 for the format of gzip. Source: zlib.h, `inflateInit2`.
    private static let window: Int32 = 15 + 16

    /// zlib keeps the stream's address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when there is no memory for it.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, Self.window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func unpack(_ bytes: [UInt8], each: ([UInt8]) -> Void) throws(Report) {
        var (bytes, isWhole) = (bytes, false)
        bytes.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            defer { stream.pointee.next_in = nil }
            isWhole = unpackAll(each)
        }
        guard isWhole else { throw Report("it is no text that gzip has written, or not all of one") }
    }

    /// False where zlib gives up.
    private func unpackAll(_ each: ([UInt8]) -> Void) -> Bool {
        var room = [UInt8](repeating: 0, count: Self.step)
        var outcome = Z_OK
        while stream.pointee.avail_in > 0 || outcome == Z_OK {
            if outcome == Z_STREAM_END, inflateReset(stream) != Z_OK { return false }
            outcome = room.withUnsafeMutableBufferPointer { bytes in
                stream.pointee.next_out = bytes.baseAddress
                stream.pointee.avail_out = UInt32(bytes.count)
                return inflate(stream, Z_NO_FLUSH)
            }
            guard outcome == Z_OK || outcome == Z_STREAM_END else { return false }
            each(Array(room.prefix(room.count - Int(stream.pointee.avail_out))))
        }
        return outcome == Z_STREAM_END
    }
}
