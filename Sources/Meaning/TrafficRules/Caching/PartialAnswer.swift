/// The answer to a request for parts: its head, and what its body is made of.
package struct PartialAnswer: Sendable, Equatable {
    package enum Piece: Sendable, Equatable {
        case bytes([UInt8])
        /// Of the kept body.
        case range(ByteRange)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .range(let range): range.count
            }
        }
    }

    package var head: ResponseHead
    /// Empty for a 416.
    package var pieces: [Piece] = []

    package var length: Int { pieces.reduce(0) { $0 + $1.count } }
}

extension StoredResponse {
    /// The answer to a GET with `Range`: nil when the whole is to be sent. Conditions are to be asked first (§13.2.2).
    /// - Parameter boundary: between several parts; must not stand in the content, so it is to be random.
    package func part(
        for request: HeaderFields, length: Int, now: WallTime, boundary: @autoclosure () -> String
    ) -> PartialAnswer? {
        guard head.status == 200, allowsRange(request, now: now) else { return nil }
        switch ByteRange.decide(request, length: length) {
        case .whole: return nil
        case .unsatisfiable:
            var answer = ResponseHead(status: 416)
            answer.fields.append(.contentRange, "bytes */\(length)")
            if let date = head.fields.first(.date) { answer.fields.append(.date, date) }
            return PartialAnswer(head: answer)
        case .part(let range):
            var answer = head
            answer.status = 206
            answer.fields.set(.contentRange, range.field(of: length))
            answer.fields.set(.contentLength, "\(range.count)")
            return PartialAnswer(head: answer, pieces: [.range(range)])
        case .parts(let ranges):
            return parts(ranges, of: length, boundary: boundary())
        }
    }

    /// `multipart/byteranges` of RFC 9110 §14.6: each part says its own type and range, the head neither.
    private func parts(_ ranges: [ByteRange], of length: Int, boundary: String) -> PartialAnswer {
        var answer = PartialAnswer(head: head)
        answer.head.status = 206
        let type = head.fields.first(.contentType)
        for range in ranges {
            var lines = Array((answer.pieces.isEmpty ? "--\(boundary)\r\n" : "\r\n--\(boundary)\r\n").utf8)
            if let type { lines += Array("Content-Type: ".utf8) + type + [13, 10] }
            lines += Array("Content-Range: \(range.field(of: length))\r\n\r\n".utf8)
            answer.pieces += [.bytes(lines), .range(range)]
        }
        answer.pieces.append(.bytes(Array("\r\n--\(boundary)--\r\n".utf8)))
        answer.head.fields.removeAll(.contentRange)
        answer.head.fields.set(.contentType, "multipart/byteranges; boundary=\(boundary)")
        answer.head.fields.set(.contentLength, "\(answer.length)")
        return answer
    }

    /// `If-Range` holds when it is this very representation: a strong tag that is the same, or its exact date where that
    /// is a strong validator, which it is when it lies a minute before `Date` (§13.1.5, §8.8.2.2).
    private func allowsRange(_ request: HeaderFields, now: WallTime) -> Bool {
        guard let condition = request.first(.ifRange)?.trimmed else { return true }
        if condition.first == 34 || condition.starts(with: [87, 47]) {
            guard let own = head.fields.first(.etag) else { return false }
            return EntityTag(condition).matchesStrongly(EntityTag(own))
        }
        guard let told = HTTPDate.parse(condition, now: now),
            let own = head.fields.first(.lastModified).flatMap({ HTTPDate.parse($0, now: now) }),
            let date = head.fields.first(.date).flatMap({ HTTPDate.parse($0, now: now) })
        else { return false }
        return told == own && date.wholeSeconds - own.wholeSeconds >= 60
    }
}

extension ByteRange {
    fileprivate func field(of length: Int) -> String { "bytes \(offset)-\(end - 1)/\(length)" }
}
