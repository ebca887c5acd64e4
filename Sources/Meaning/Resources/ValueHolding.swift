/// What holds `Value`s. One walk through them serves for what a resource refers to and for filling in what is known.
package protocol ValueHolding {
    mutating func visitValues(_ visit: (inout Value) -> Void)
}

extension Value: ValueHolding {
    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&self) }
}

extension Optional: ValueHolding where Wrapped: ValueHolding {
    package mutating func visitValues(_ visit: (inout Value) -> Void) { self?.visitValues(visit) }
}

extension Array: ValueHolding where Element: ValueHolding {
    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        for index in indices { self[index].visitValues(visit) }
    }
}

extension Dictionary: ValueHolding where Value: ValueHolding {
    package mutating func visitValues(_ visit: (inout Resources.Value) -> Void) {
        for key in keys { self[key]?.visitValues(visit) }
    }
}

extension ValueHolding {
    /// Every value, in no particular order.
    package var values: [Value] {
        var found: [Value] = []
        var copy = self
        copy.visitValues { found.append($0) }
        return found
    }

    /// Everything that is known put in its place; what is not stays as it is.
    package func resolved(knowing facts: KnownFacts) -> Self {
        var copy = self
        copy.visitValues { $0 = facts.filling($0) }
        return copy
    }
}
