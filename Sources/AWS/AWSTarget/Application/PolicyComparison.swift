import Resources

extension PolicyDocument {
    /// Whether it says the same, in whatever order; AWS keeps none.
    func says(_ other: PolicyDocument) -> Bool { fieldValue.says(other.fieldValue) }
}

extension FieldValue {
    func says(_ other: FieldValue) -> Bool { ordered == other.ordered }

    /// Sets in one order.
    fileprivate var ordered: FieldValue {
        switch self {
        case .none, .text, .secret, .version, .number, .decimal, .flag: self
        case .list(let items): .list(items.map(\.ordered))
        case .set(let items): .list(Set(items.map(\.ordered)).sorted { "\($0)" < "\($1)" })
        case .map(let items): .map(items.mapValues(\.ordered))
        }
    }
}
