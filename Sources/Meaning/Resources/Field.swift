/// One setting of a resource as a plan compares and shows it.
package struct Field: Sendable, Equatable {
    /// What has to happen when the setting differs.
    package enum OnChange: Sendable, Equatable {
        case update
        /// AWS cannot change it in place; the reason completes "must be replaced: …".
        case replace(String)
        /// Decided when the resource is made and from then on somebody else's, such as a service's desired count.
        case onlyAtCreation
    }

    /// `cidr`, `deletion-protection`: the manifest's word where it has one.
    package var name: String
    package var value: FieldValue
    package var onChange: OnChange

    package init(_ name: String, _ value: FieldValue, _ onChange: OnChange = .update) {
        self.name = name
        self.value = value
        self.onChange = onChange
    }

    package init(_ name: String, _ value: some FieldConvertible, _ onChange: OnChange = .update) {
        self.init(name, value.fieldValue, onChange)
    }

    /// For a list whose order means nothing.
    package init(_ name: String, set values: [some FieldConvertible], _ onChange: OnChange = .update) {
        self.init(name, .set(values.map(\.fieldValue)), onChange)
    }
}

/// A setting's value in a form that every kind of resource shares.
package indirect enum FieldValue: Sendable, Hashable {
    case none
    case text(Value)
    /// Compared like a text, shown as `•••`.
    case secret(Value)
    /// A server's version: one that exists is as good as the desired one when it is not older and of the same major version,
    /// because AWS installs minor versions by itself. `isPinned` is false where the manifest names no minor version: then
    /// any minor version will do.
    case version(Value, isPinned: Bool)
    case number(Int)
    case decimal(Double)
    case flag(Bool)
    /// Order counts.
    case list([FieldValue])
    /// Order does not count.
    case set([FieldValue])
    case map([String: FieldValue])
}

/// What can be compared as a field.
package protocol FieldConvertible: Sendable {
    var fieldValue: FieldValue { get }
}

extension String: FieldConvertible {
    package var fieldValue: FieldValue { .text(Value(self)) }
}

extension Int: FieldConvertible {
    package var fieldValue: FieldValue { .number(self) }
}

extension Double: FieldConvertible {
    package var fieldValue: FieldValue { .decimal(self) }
}

extension Bool: FieldConvertible {
    package var fieldValue: FieldValue { .flag(self) }
}

extension Value: FieldConvertible {
    package var fieldValue: FieldValue { .text(self) }
}

extension Optional: FieldConvertible where Wrapped: FieldConvertible {
    package var fieldValue: FieldValue { map(\.fieldValue) ?? .none }
}

/// An array counts as a list; `Field(_:set:)` is for what has no order.
extension Array: FieldConvertible where Element: FieldConvertible {
    package var fieldValue: FieldValue { .list(map(\.fieldValue)) }
}

extension Dictionary: FieldConvertible where Key == String, Value: FieldConvertible {
    package var fieldValue: FieldValue { .map(mapValues(\.fieldValue)) }
}
