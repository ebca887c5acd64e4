import Foundation

/// Values of one kind from repeated runs.
struct Series {
    var values: [Double] = []

    var minimum: Double { values.min() ?? .nan }
    var maximum: Double { values.max() ?? .nan }
    var median: Double {
        let sorted = values.sorted()
        guard let middle = sorted.dropFirst(sorted.count / 2).first else { return .nan }
        return sorted.count.isMultiple(of: 2) ? (sorted[sorted.count / 2 - 1] + middle) / 2 : middle
    }

    /// `min / median / max`
    func text(digits: Int, unit: String) -> String {
        let numbers = [minimum, median, maximum].map { $0.text(digits: digits) }
        return "\(numbers[0]) / **\(numbers[1])** / \(numbers[2]) \(unit)"
    }
}

extension Double {
    func text(digits: Int) -> String { String(format: "%.\(digits)f", self) }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var milliseconds: Double { seconds * 1000 }
}
