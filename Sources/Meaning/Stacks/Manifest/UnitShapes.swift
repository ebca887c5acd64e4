/// Durations and amounts of memory: a number with its unit.
extension Shape where Value == Duration {
    /// `step` is the smallest part that AWS can keep.
    static func duration(_ range: ClosedRange<Duration>, step: Duration = .seconds(1)) -> Shape {
        let allowed = "\(range.lowerBound.written) to \(range.upperBound.written)"
        return any(fitting: range.contains).refusing(allowed: stepWords(step).map { "\(allowed), \($0)" } ?? allowed) {
            if !range.contains($0) { return "is out of range" }
            return $0.milliseconds % step.milliseconds == 0 ? nil : "is too fine"
        }
    }

    static func duration(among durations: [Duration]) -> Shape {
        any(fitting: durations.contains).refusing(allowed: durations.map(\.written).joined(separator: ", ")) {
            durations.contains($0) ? nil : "is not one of them"
        }
    }

    private static func stepWords(_ step: Duration) -> String? {
        switch step {
        case .seconds(1): "whole seconds"
        case .seconds(86_400): "whole days"
        default: nil
        }
    }

    /// `fits` tells which unit a number without one was probably meant in.
    private static func any(fitting fits: @escaping @Sendable (Duration) -> Bool) -> Shape {
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
                    found, "\(Excerpt.path(text)) has no unit", allowed: "one of the units \(units)",
                    nearest: nearest(to: text, fits))
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

extension Shape where Value == Duration {
    private static func nearest(to number: String, _ fits: (Duration) -> Bool) -> String? {
        ["s", "m", "h", "d"].map { number + $0 }.first { (try? Duration.reading($0).get()).map(fits) ?? false }
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

extension Shape where Value == ByteCount {
    /// Bytes with a unit, from 1 KiB to 1 TiB. KB, MB, GB mean KiB, MiB, GiB, as everywhere in the manifest.
    static var size: Shape {
        let allowed = "a number with a unit from 1 KiB to 1 TiB, such as 64 KiB or 10 MiB"
        let pattern = "^[0-9]+(\\.[0-9]+)? ?[KkMmGgTt]i?[Bb]$"
        var shape = Shape(schema: .object([("type", .text("string")), ("pattern", .text(pattern))])) { found, report in
            guard let size = found.text.flatMap(ByteCount.init(size:)) else {
                report.error(found, "\(found.value.described) is not a size", allowed: allowed)
                return nil
            }
            return size
        }
        shape.literal = { .text($0.description) }
        return shape
    }
}
