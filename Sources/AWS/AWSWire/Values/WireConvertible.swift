/// A Swift type that a member of a model can have.
package protocol WireConvertible: Sendable {
    /// Nil when the value is of another kind.
    init?(wire: WireValue)
    var wire: WireValue { get }
}

/// A list or a map, which may stand for its own absence.
package protocol WireCollection {
    static var none: Self { get }
}

/// A structure of a model. It holds nothing but its slots: 1200 of these cost little to compile, to copy and to carry.
package protocol WireShape: WireConvertible, Equatable, CustomStringConvertible {
    var slots: Slots { get set }
    init(slots: Slots)
}

extension WireShape {
    package init() { self.init(slots: Slots()) }

    package init?(wire: WireValue) {
        guard case .structure(let slots) = wire else { return nil }
        self.init(slots: slots)
    }

    package var wire: WireValue { .structure(slots) }

    package static func == (left: Self, right: Self) -> Bool { left.slots == right.slots }

    package var description: String { "\(Self.self)\(WireValue.structure(slots))" }
}

/// A request of a model: it knows its operation and what is answered.
package protocol WireRequest: WireShape {
    associatedtype Response: WireShape
    static var operation: OperationName { get }
}

/// The answer of an operation that says nothing.
package struct NoContent: WireShape {
    package var slots: Slots
    package init(slots: Slots) { self.slots = slots }
}

/// A word of a closed list in the model. A word that the model does not know is kept: services add words.
package protocol WireEnum: WireConvertible, RawRepresentable<String>, Hashable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    init(rawValue: String)
}

extension WireEnum {
    package init(stringLiteral value: String) { self.init(rawValue: value) }

    package init?(wire: WireValue) {
        guard case .text(let word) = wire else { return nil }
        self.init(rawValue: word)
    }

    package var wire: WireValue { .text(rawValue) }
    package var description: String { rawValue }
}

extension String: WireConvertible {
    package init?(wire: WireValue) {
        guard case .text(let text) = wire else { return nil }
        self = text
    }

    package var wire: WireValue { .text(self) }
}

extension Secret: WireConvertible {
    package init?(wire: WireValue) {
        switch wire {
        case .secret(let secret): self = secret
        case .text(let text): self = Secret(text)
        default: return nil
        }
    }

    package var wire: WireValue { .secret(self) }
}

extension Int: WireConvertible {
    package init?(wire: WireValue) {
        guard case .integer(let number) = wire else { return nil }
        self = number
    }

    package var wire: WireValue { .integer(self) }
}

extension Double: WireConvertible {
    package init?(wire: WireValue) {
        guard case .number(let number) = wire else { return nil }
        self = number
    }

    package var wire: WireValue { .number(self) }
}

extension Bool: WireConvertible {
    package init?(wire: WireValue) {
        guard case .flag(let flag) = wire else { return nil }
        self = flag
    }

    package var wire: WireValue { .flag(self) }
}

extension Moment: WireConvertible {
    package init?(wire: WireValue) {
        guard case .time(let moment) = wire else { return nil }
        self = moment
    }

    package var wire: WireValue { .time(self) }
}

/// Bytes without a meaning of their own; base64 on the wire.
package struct Blob: WireConvertible, Hashable {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init?(wire: WireValue) {
        guard case .blob(let bytes) = wire else { return nil }
        self.bytes = bytes
    }

    package var wire: WireValue { .blob(bytes) }
}

extension Array: WireConvertible where Element: WireConvertible {
    package init?(wire: WireValue) {
        guard case .list(let items) = wire else { return nil }
        self = items.compactMap(Element.init(wire:))
    }

    package var wire: WireValue { .list(map(\.wire)) }
}

extension Dictionary: WireConvertible where Key == String, Value: WireConvertible {
    package init?(wire: WireValue) {
        guard case .map(let entries) = wire else { return nil }
        self = entries.compactMapValues(Value.init(wire:))
    }

    package var wire: WireValue { .map(mapValues(\.wire)) }
}

extension Array: WireCollection {
    package static var none: [Element] { [] }
}

extension Dictionary: WireCollection {
    package static var none: [Key: Value] { [:] }
}
