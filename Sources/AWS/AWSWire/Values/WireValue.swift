/// A value of a service's model before or after the wire: what the four protocols write and read. A closed tree, so that each
/// protocol exists once, as an interpreter of the schema, and not as code generated for every shape.
package enum WireValue: Sendable, Equatable {
    case text(String)
    case secret(Secret)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case blob([UInt8])
    case time(Moment)
    case list([WireValue])
    case map([String: WireValue])
    case structure(Slots)
}

/// The members of one structure, by their place in the schema; a member that is not set takes no part.
package struct Slots: Sendable {
    private var values: [WireValue?] = []

    package init() {}

    /// Nil beyond the end: a structure grows only as far as its last member that is set.
    package func value(_ index: Int) -> WireValue? { index < values.count ? values[index] : nil }

    package mutating func put(_ value: WireValue?, at index: Int) {
        if index >= values.count {
            guard value != nil else { return }
            values.append(contentsOf: repeatElement(nil, count: index + 1 - values.count))
        }
        values[index] = value
    }

    package subscript<Value: WireConvertible>(index: Int) -> Value? {
        get { value(index).flatMap(Value.init(wire:)) }
        set { put(newValue?.wire, at: index) }
    }

    /// For lists and maps of what is only received: absent and empty mean the same there.
    package subscript<Value: WireConvertible & WireCollection>(each index: Int) -> Value {
        get { self[index] ?? Value.none }
        set { put(newValue.wire, at: index) }
    }
}

extension Slots: Equatable {
    /// A member that was set and removed again equals one that never was.
    package static func == (left: Slots, right: Slots) -> Bool {
        (0..<max(left.values.count, right.values.count)).allSatisfy { left.value($0) == right.value($0) }
    }
}
