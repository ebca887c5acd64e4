/// A set of numbers. Spans are in order and neither overlap nor touch.
package struct SpanSet: Region {
    package private(set) var spans: [Span]

    package init() { spans = [] }

    package init(_ span: Span) { spans = [span] }

    package init(_ spans: [Span]) { self = SpanSet.union(of: spans.map { SpanSet($0) }) }

    package static let everyAddress = SpanSet(.everyAddress)
    package static let everyPort = SpanSet(.everyPort)

    package var isEmpty: Bool { spans.isEmpty }

    /// How many numbers there are.
    package var count: Int { spans.reduce(0) { $0 + Int($1.high) - Int($1.low) + 1 } }

    package func contains(_ number: UInt32) -> Bool { spans.contains { $0.contains(number) } }

    package func union(_ other: SpanSet) -> SpanSet {
        var result = SpanSet()
        result.spans.reserveCapacity(spans.count + other.spans.count)
        var (left, right) = (0, 0)
        while left < spans.count || right < other.spans.count {
            let takesLeft =
                right == other.spans.count || (left < spans.count && spans[left].low <= other.spans[right].low)
            result.append(takesLeft ? spans[left] : other.spans[right])
            if takesLeft { left += 1 } else { right += 1 }
        }
        return result
    }

    /// For a span that does not begin before the last one.
    private mutating func append(_ span: Span) {
        guard let last = spans.last, last.high == .max || last.high + 1 >= span.low else {
            spans.append(span)
            return
        }
        spans[spans.count - 1] = Span(last.low, max(last.high, span.high))
    }

    package func intersection(_ other: SpanSet) -> SpanSet {
        var result = SpanSet()
        var (left, right) = (0, 0)
        while left < spans.count, right < other.spans.count {
            if let both = spans[left].intersection(other.spans[right]) { result.spans.append(both) }
            if spans[left].high < other.spans[right].high { left += 1 } else { right += 1 }
        }
        return result
    }

    package func subtracting(_ other: SpanSet) -> SpanSet {
        var result = SpanSet()
        var right = 0
        for span in spans {
            while right < other.spans.count, other.spans[right].high < span.low { right += 1 }
            var low = span.low
            var index = right
            var isUsedUp = false
            while index < other.spans.count, other.spans[index].low <= span.high {
                let cut = other.spans[index]
                if cut.low > low { result.spans.append(Span(low, cut.low - 1)) }
                isUsedUp = cut.high >= span.high
                if isUsedUp { break }
                low = cut.high + 1
                index += 1
            }
            if !isUsedUp { result.spans.append(Span(low, span.high)) }
        }
        return result
    }
}
