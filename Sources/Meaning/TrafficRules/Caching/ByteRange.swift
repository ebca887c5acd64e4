/// The part of a representation that a client asks for, RFC 9110 §14.
package struct ByteRange: Sendable, Equatable {
    /// What becomes of a request with `Range` for content of `length` bytes.
    package enum Outcome: Sendable, Equatable {
        /// The field counts as absent: the whole is sent with 200.
        case whole
        case part(ByteRange)
        /// In the order in which they were asked for.
        case parts([ByteRange])
        /// 416
        case unsatisfiable
    }

    /// More ranges in one request are an attack and not a wish (RFC 9110 §17.15; CVE-2011-3192): it gets the whole. A PDF reader
    /// asks for up to a dozen.
    static let mostRanges = 16
    /// What a part costs beside its bytes, roughly (§15.3.7.2): ranges that are closer become one.
    static let overhead = 80

    package var offset: Int
    package var count: Int

    package init(offset: Int, count: Int) { (self.offset, self.count) = (offset, count) }

    package var end: Int { offset + count }

    /// Another unit and what is malformed count as absent, which §14.2 leaves to the server.
    package static func decide(_ fields: HeaderFields, length: Int) -> Outcome {
        let values = fields.values(.range)
        guard values.count == 1, let value = values.first, value.count >= 7,
            value.prefix(6).equalsIgnoringCase("bytes=")
        else { return .whole }
        var (asked, isMalformed) = (0, false)
        var ranges: [ByteRange] = []
        forEachListElement(of: value.dropFirst(6)) { spec in
            asked += 1
            guard asked <= mostRanges, !isMalformed else { return }
            switch one(spec, length: length) {
            case .whole, .parts: isMalformed = true
            case .part(let range): add(range, to: &ranges)
            case .unsatisfiable: break
            }
        }
        guard asked > 0, asked <= mostRanges, !isMalformed else { return .whole }
        guard ranges.count > 1 else { return ranges.first.map { .part($0) } ?? .unsatisfiable }
        return ranges.reduce(0) { $0 + $1.count + overhead } < length ? .parts(ranges) : .whole
    }

    private static func one(_ spec: ArraySlice<UInt8>, length: Int) -> Outcome {
        guard let dash = spec.firstIndex(of: 45) else { return .whole }
        let (from, to) = (spec[..<dash], spec[(dash + 1)...])
        if from.isEmpty {
            guard let suffix = to.decimal(limit: .max / 16) else { return .whole }
            guard suffix > 0, length > 0 else { return .unsatisfiable }
            let count = min(suffix, length)
            return .part(ByteRange(offset: length - count, count: count))
        }
        guard let first = from.decimal(limit: .max / 16) else { return .whole }
        var last = length - 1
        if !to.isEmpty {
            guard let told = to.decimal(limit: .max / 16), told >= first else { return .whole }
            last = min(last, told)
        }
        return first < length ? .part(ByteRange(offset: first, count: last - first + 1)) : .unsatisfiable
    }

    /// Joins what overlaps or nearly touches; the joined one stands where the first of them stood.
    private static func add(_ range: ByteRange, to ranges: inout [ByteRange]) {
        var (joined, place) = (range, ranges.count)
        // What is joined may come near to others.
        while let index = ranges.firstIndex(where: joined.isNear) {
            let other = ranges.remove(at: index)
            let (start, end) = (min(joined.offset, other.offset), max(joined.end, other.end))
            joined = ByteRange(offset: start, count: end - start)
            place = min(place, index)
        }
        ranges.insert(joined, at: min(place, ranges.count))
    }

    private func isNear(_ other: ByteRange) -> Bool {
        offset <= other.end + Self.overhead && other.offset <= end + Self.overhead
    }
}
