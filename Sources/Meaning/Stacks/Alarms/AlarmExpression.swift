/// Arithmetic over the figures of one period. Written as CloudWatch's metric math it goes to AWS; evaluated it says the same here.
package indirect enum AlarmExpression: Sendable, Hashable {
    /// By its id.
    case figure(String)
    case number(Double)
    /// How many connections a database server takes: AWS's number, or that of the server which is really there.
    case connectionLimit(Int)
    case product(AlarmExpression, AlarmExpression)
    case quotient(AlarmExpression, AlarmExpression)
    case sum(AlarmExpression, AlarmExpression)
    case difference(AlarmExpression, AlarmExpression)
    /// The second where the first has no data.
    case filled(AlarmExpression, Double)
    /// One of two, by whether a figure is above a number.
    case choice(AlarmExpression, above: Double, AlarmExpression, AlarmExpression)

    /// Source: "Using math expressions with CloudWatch metrics", read 2026-11.
    package var written: String {
        switch self {
        case .figure(let id): id
        case .number(let value): Self.text(value)
        case .connectionLimit(let count): "\(count)"
        case .product(let left, let right): "\(left.written) * \(right.written)"
        case .quotient(let left, let right): "\(left.written) / \(right.written)"
        case .sum(let left, let right): "(\(left.written) + \(right.written))"
        case .difference(let left, let right): "(\(left.written) - \(right.written))"
        case .filled(let value, let other): "FILL(\(value.written), \(Self.text(other)))"
        case .choice(let value, let limit, let yes, let no):
            "IF(\(value.written) > \(Self.text(limit)), \(yes.written), \(no.written))"
        }
    }

    /// Nil where a figure that is needed has no data, as in CloudWatch, and for what has no value, such as a division by 0.
    package func value(of figures: [String: Double], connectionLimit: Int? = nil) -> Double? {
        func value(_ part: AlarmExpression) -> Double? { part.value(of: figures, connectionLimit: connectionLimit) }
        switch self {
        case .figure(let id): return figures[id]
        case .number(let number): return number
        case .connectionLimit(let count): return Double(connectionLimit ?? count)
        case .product(let left, let right):
            guard let left = value(left), let right = value(right) else { return nil }
            return left * right
        case .quotient(let left, let right):
            guard let left = value(left), let right = value(right), right != 0 else { return nil }
            return left / right
        case .sum(let left, let right):
            guard let left = value(left), let right = value(right) else { return nil }
            return left + right
        case .difference(let left, let right):
            guard let left = value(left), let right = value(right) else { return nil }
            return left - right
        case .filled(let part, let other): return value(part) ?? other
        case .choice(let part, let limit, let yes, let no):
            guard let found = value(part) else { return nil }
            return found > limit ? value(yes) : value(no)
        }
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
