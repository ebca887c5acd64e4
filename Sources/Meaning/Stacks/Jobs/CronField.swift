/// One of a schedule's five fields.
enum CronField: Int, CaseIterable, Sendable {
    case minute, hour, day, month, weekday

    var word: String { ["minute", "hour", "day of the month", "month", "day of the week"][rawValue] }

    /// Both 0 and 7 are Sunday.
    var range: ClosedRange<Int> { [0...59, 0...23, 1...31, 1...12, 0...7][rawValue] }

    /// What the field means as a whole.
    var every: CronSet { CronSet(self == .weekday ? 0...6 : range) }

    /// In the order of their numbers.
    private var names: [String] {
        switch self {
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        default: []
        }
    }

    var allowed: String {
        let example = names.isEmpty ? "" : ", \(names.first ?? "")-\(names.last ?? "")"
        return "\(range.lowerBound) to \(range.upperBound)\(example), * for every one, 1-5, 1,3 or */2"
    }
}

/// What is wrong with a part of a schedule.
struct CronMistake: Error, Equatable {
    var message: String
    var allowed: String
    var nearest: String?
}

// Reading.
extension CronField {
    /// `*`, `5`, `1-5`, `*/15`, `10-50/20`, `MON-FRI`, and lists of those.
    func read(_ text: Substring) throws(CronMistake) -> CronSet {
        var set = CronSet()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) { set.formUnion(try readPart(part)) }
        // Sunday has two numbers.
        if self == .weekday, set.contains(7) { set.replace(7, with: 0) }
        return set
    }

    private func readPart(_ part: Substring) throws(CronMistake) -> CronSet {
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let base = halves.first ?? ""
        guard halves.count == 2 else { return CronSet(try readRange(base)) }
        guard let step = CronField.number(halves[1]), (1...range.upperBound).contains(step) else {
            throw mistake(
                "\(Excerpt.quoted(String(part))) has no step", allowed: "a step from 1 to \(range.upperBound)")
        }
        guard base == "*" || base.contains("-") else {
            throw mistake(
                "\(Excerpt.quoted(String(part))) has a step without a range",
                nearest: number(base).map { "\($0)-\(range.upperBound)/\(step)" })
        }
        return CronSet(try readRange(base), step: step)
    }

    private func readRange(_ text: Substring) throws(CronMistake) -> ClosedRange<Int> {
        if text == "*" { return self == .weekday ? 0...6 : range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = number(ends.first ?? ""), ends.count == 2 else {
            let only = try one(text)
            return only...only
        }
        guard var last = number(ends[1]) else { throw unknown(ends[1]) }
        // `FRI-SUN` goes on to the end of the week.
        if self == .weekday, last == 0, first > 0 { last = 7 }
        guard first <= last else {
            throw mistake(
                "\(Excerpt.quoted(String(text))) runs backwards",
                nearest: "\(first)-\(self == .weekday ? 6 : range.upperBound),\(range.lowerBound)-\(last)")
        }
        return first...last
    }

    private func one(_ text: Substring) throws(CronMistake) -> Int {
        guard let number = number(text) else { throw unknown(text) }
        return number
    }

    private func unknown(_ text: Substring) -> CronMistake {
        mistake(
            text.isEmpty ? "the \(word) is missing" : "\(Excerpt.quoted(String(text))) is no \(word)",
            nearest: Nearest.word(to: String(text), in: names))
    }

    private func number(_ text: Substring) -> Int? {
        if let index = names.firstIndex(of: text.uppercased()) { return index + (self == .month ? 1 : 0) }
        guard let number = CronField.number(text), range.contains(number) else { return nil }
        return number
    }

    private static func number(_ text: Substring) -> Int? {
        (1...2).contains(text.utf8.count) && text.utf8.allSatisfy(\.isDigit) ? Int(text) : nil
    }

    private func mistake(_ message: String, allowed: String? = nil, nearest: String? = nil) -> CronMistake {
        CronMistake(message: message, allowed: "\(word): \(allowed ?? self.allowed)", nearest: nearest)
    }
}
