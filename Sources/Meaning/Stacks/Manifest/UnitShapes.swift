/// Durations and amounts of memory: a number with its unit.
extension Shape where Value == Duration {
    /// `step` is the smallest part that AWS can keep.
    static func duration(_ range: ClosedRange<Duration>, step: Duration = .seconds(1)) -> Shape {
        let allowed = "\(range.lowerBound.written) to \(range.upperBound.written)"
        return anyDuration.refusing(allowed: stepWords(step).map { "\(allowed), \($0)" } ?? allowed) { value in
            if !range.contains(value) { return "\(value.written) is out of range" }
            return value.milliseconds % step.milliseconds == 0 ? nil : "\(value.written) is too fine"
        }
    }

    static func duration(among durations: [Duration]) -> Shape {
        anyDuration.refusing(allowed: durations.map(\.written).joined(separator: ", ")) { value in
            durations.contains(value) ? nil : "\(value.written) is not one of them"
        }
    }

    private static func stepWords(_ step: Duration) -> String? {
        switch step {
        case .seconds(1): "whole seconds"
        case .seconds(86_400): "whole days"
        default: nil
        }
    }

    private static var anyDuration: Shape {
        let units = "ms, s, m, h or d, such as 10s or 5m"
        var shape = Shape(schema: .object([("type", .text("string")), ("pattern", .text("^[0-9]+ ?(ms|s|m|h|d)$"))])) {
            found, report in
            guard let text = found.text else {
                report.error(
                    found, "found \(found.value.described)", allowed: "a number with one of the units \(units)")
                return nil
            }
            switch Duration.reading(text) {
            case .success(let value): return value
            case .failure(.noUnit):
                report.error(
                    found, "\(text) has no unit", allowed: "one of the units \(units)", nearest: "\(text)s")
            case .failure(.tooMuch):
                report.error(found, "\(Excerpt.quoted(text)) is too long", allowed: "at most 36500d")
            case .failure(.notANumber), .failure(.unknownUnit):
                report.error(
                    found, "\(found.value.described) is not a duration",
                    allowed: "a number with one of the units \(units)")
            }
            return nil
        }
        shape.literal = { .text($0.written) }
        return shape
    }
}

extension Shape where Value == ByteCount {
    /// MiB as a number, or a number with a unit.
    static var memory: Shape {
        let allowed = "MiB as a number, or a text such as 512 MiB or 2 GiB"
        let units: JSON = .object([("type", .text("string")), ("pattern", .text("^[0-9]+(\\.[0-9]+)? ?[MmGg]i?[Bb]$"))])
        let number: JSON = .object([("type", .text("integer")), ("minimum", .number(512))])
        var shape = Shape(schema: .object([("anyOf", .list([number, units]))])) { found, report in
            guard let text = found.text else {
                report.error(found, "found \(found.value.described)", allowed: allowed)
                return nil
            }
            if let value = ByteCount(manifest: text) { return value }
            report.error(found, "\(found.value.described) is not an amount of memory", allowed: allowed)
            return nil
        }
        shape.literal = { .number($0.bytes >> 20) }
        return shape
    }
}
