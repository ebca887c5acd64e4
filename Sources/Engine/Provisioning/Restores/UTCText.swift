import Stacks

/// `2026-11-29T06:12:00Z`: a moment as tags and reports have it.
package enum UTCText {
    /// - Parameter seconds: since 1970.
    package static func text(_ seconds: Int) -> String {
        let second = ((seconds % 86_400) + 86_400) % 86_400
        let date = CivilDate(daysSinceEpoch: (seconds - second) / 86_400)
        let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        return "\(day)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    /// Nil for what `text` does not write.
    package static func seconds(_ text: String) -> Int? {
        let numbers = text.split { "-T:Z".contains($0) }.map { Int($0) }
        guard numbers.count == 6, case let known = numbers.compactMap({ $0 }), known.count == 6 else { return nil }
        let day = CivilDate(year: known[0], month: known[1], day: known[2]).daysSinceEpoch
        let seconds = day * 86_400 + known[3] * 3600 + known[4] * 60 + known[5]
        return self.text(seconds) == text ? seconds : nil
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
