import TrafficRules

/// Finds the lines of a message head and takes its field lines apart, strictly by RFC 9112: a line ends with CRLF and
/// nothing else, no folding, no white space before the colon, only token characters in names.
struct HeadLines {
    private(set) var lineEnds: [Int] = []
    private var scanned = 0
    private var lineStart = 0

    enum Scan: Equatable {
        case needsMore
        /// The head's length, its empty line included.
        case complete(Int)
        case refused(MessageRefusal)
    }

    /// Looks at the bytes that came since the last call; `bytes` starts at the head's first byte.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, limits: HTTP1Limits, isRequest: Bool) -> Scan {
        while scanned < bytes.count {
            guard let lineFeed = Ascii.lineFeed(in: bytes, from: scanned) else {
                scanned = bytes.count
                break
            }
            // In this order, so that a head is refused for the same reason however its bytes come.
            if let refusal = tooLong(lineFeed - lineStart - 1, limits, isRequest) { return .refused(refusal) }
            if lineFeed >= limits.head { return .refused(.headTooLarge) }
            guard lineFeed > lineStart, bytes[lineFeed - 1] == Ascii.carriageReturn else {
                return .refused(MessageRefusal(400, "a line ends without CR"))
            }
            let lineEnd = lineFeed - 1
            scanned = lineFeed + 1
            if lineEnd == lineStart {
                // RFC 9112 §2.2: an empty line before the request line is ignored.
                if isRequest, lineEnds.isEmpty {
                    lineStart = scanned
                    lineEnds.append(-1)
                    continue
                }
                if isRequest, lineEnds == [-1] { return .refused(MessageRefusal(400, "several empty lines")) }
                return .complete(scanned)
            }
            lineEnds.append(lineEnd)
            lineStart = scanned
            if lineEnds.count > limits.fieldCount + 2 { return .refused(.headTooLarge) }
        }
        if let refusal = tooLong(bytes.count - lineStart - 1, limits, isRequest) { return .refused(refusal) }
        return bytes.count > limits.head ? .refused(.headTooLarge) : .needsMore
    }

    mutating func reset() {
        lineEnds.removeAll(keepingCapacity: true)
        scanned = 0
        lineStart = 0
    }

    /// Trailers are a head without its first line: one is thought to have ended just before them.
    mutating func resetForTrailers() {
        reset()
        lineEnds.append(-2)
    }

    /// The range of the first line.
    var startLine: Range<Int> {
        lineEnds[0] == -1 ? 2..<lineEnds[1] : 0..<lineEnds[0]
    }

    /// Takes the field lines apart.
    func fields(of bytes: UnsafeRawBufferPointer) throws(MessageRefusal) -> HeaderFields {
        let first = lineEnds[0] == -1 ? 2 : 1
        var fields = HeaderFields(reservingBytes: bytes.count + Self.added, fields: lineEnds.count + 8)
        guard lineEnds.count > first else { return fields }
        for index in first..<lineEnds.count {
            let line = lineEnds[index - 1] + 2..<lineEnds[index]
            try append(line, of: bytes, to: &fields)
        }
        return fields
    }

    /// Bytes of names and values that a head gets on its way: `Via`, the request's id, who the client is, what the cache did.
    private static let added = 256

    private func tooLong(_ length: Int, _ limits: HTTP1Limits, _ isRequest: Bool) -> MessageRefusal? {
        let isStartLine = lineEnds.last ?? -1 == -1
        if isStartLine && isRequest {
            return length > limits.requestLine ? MessageRefusal(414, "the request line is too long") : nil
        }
        return length > limits.field ? .headTooLarge : nil
    }

    private func append(
        _ line: Range<Int>, of bytes: UnsafeRawBufferPointer, to fields: inout HeaderFields
    ) throws(MessageRefusal) {
        var colon = line.lowerBound
        while colon < line.upperBound, Ascii.isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == Ascii.colon else {
            throw MessageRefusal(400, "a field line without a proper name")
        }
        var (start, end) = (colon + 1, line.upperBound)
        while start < end, Ascii.isBlank(bytes[start]) { start += 1 }
        while end > start, Ascii.isBlank(bytes[end - 1]) { end -= 1 }
        let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        guard Ascii.isFieldContent(value) else {
            throw MessageRefusal(400, "a control character in a field value")
        }
        fields.append(name: UnsafeRawBufferPointer(rebasing: bytes[line.lowerBound..<colon]), value: value)
    }
}

extension MessageRefusal {
    static let headTooLarge = MessageRefusal(431, "the head is too large")
}
