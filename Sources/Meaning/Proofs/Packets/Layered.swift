/// A set of points with one dimension more than `Inner`: spans in order, each with what holds for every number in it.
/// Neighbours that touch and hold the same are one, and nothing holds the empty set.
package struct Layered<Inner: Region>: Region {
    package struct Layer: Sendable, Hashable {
        package let span: Span
        package let inner: Inner
    }

    package private(set) var layers: [Layer]

    package init() { layers = [] }

    package init(_ span: Span, _ inner: Inner) {
        layers = inner.isEmpty ? [] : [Layer(span: span, inner: inner)]
    }

    package init(_ spans: SpanSet, _ inner: Inner) {
        layers = inner.isEmpty ? [] : spans.spans.map { Layer(span: $0, inner: inner) }
    }

    package var isEmpty: Bool { layers.isEmpty }

    /// What holds at a number.
    package subscript(_ number: UInt32) -> Inner { layers.first { $0.span.contains(number) }?.inner ?? Inner() }

    package func union(_ other: Self) -> Self {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return merged(with: other) { left, right in
            switch (left, right) {
            case (let left?, let right?): left.union(right)
            case (let left?, nil): left
            case (nil, let right): right
            }
        }
    }

    package func intersection(_ other: Self) -> Self {
        var result = Self()
        var (left, right) = (0, 0)
        while left < layers.count, right < other.layers.count {
            let (mine, others) = (layers[left], other.layers[right])
            if let both = mine.span.intersection(others.span) {
                result.append(both, mine.inner.intersection(others.inner))
            }
            if mine.span.high < others.span.high { left += 1 } else { right += 1 }
        }
        return result
    }

    package func subtracting(_ other: Self) -> Self {
        if isEmpty || other.isEmpty { return self }
        return merged(with: other) { left, right in
            switch (left, right) {
            case (let left?, let right?): left.subtracting(right)
            case (let left, nil): left
            case (nil, _): nil
            }
        }
    }

    /// Walks over both from left to right and asks what shall hold wherever either of them says something.
    private func merged(with other: Self, _ combine: (Inner?, Inner?) -> Inner?) -> Self {
        var result = Self()
        result.layers.reserveCapacity(layers.count + other.layers.count)
        var left = Walk(layers)
        var right = Walk(other.layers)
        while let start = [left.start, right.start].compactMap({ $0 }).min() {
            let (mine, others) = (left.holds(at: start), right.holds(at: start))
            let end = min(left.end(from: start), right.end(from: start))
            if let inner = combine(mine, others) { result.append(Span(start, end), inner) }
            left.pass(end)
            right.pass(end)
        }
        return result
    }

    /// For a span behind the last one.
    private mutating func append(_ span: Span, _ inner: Inner) {
        if inner.isEmpty { return }
        if let last = layers.last, last.span.high + 1 == span.low, last.inner == inner {
            layers[layers.count - 1] = Layer(span: Span(last.span.low, span.high), inner: inner)
        } else {
            layers.append(Layer(span: span, inner: inner))
        }
    }

    /// A place in a list of layers.
    private struct Walk {
        let layers: [Layer]
        var index = 0
        /// Everything below has been passed; nil once the last number was.
        var low: UInt32? = 0

        init(_ layers: [Layer]) { self.layers = layers }

        /// The next number at which something holds.
        var start: UInt32? {
            guard let low, index < layers.count else { return nil }
            return max(low, layers[index].span.low)
        }

        func holds(at number: UInt32) -> Inner? {
            guard index < layers.count, layers[index].span.contains(number) else { return nil }
            return layers[index].inner
        }

        /// The last number for which the same holds as at `number`.
        func end(from number: UInt32) -> UInt32 {
            guard index < layers.count else { return .max }
            let span = layers[index].span
            return span.low > number ? span.low - 1 : span.high
        }

        mutating func pass(_ end: UInt32) {
            low = end == .max ? nil : end + 1
            while index < layers.count, layers[index].span.high <= end { index += 1 }
        }
    }
}
