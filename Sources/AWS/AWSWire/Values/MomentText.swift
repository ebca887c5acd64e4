/// How a service writes a point in time.
package enum TimeFormat: String, Sendable {
    case iso8601
    case rfc822
    case unixTimestamp
}

extension Moment {
    private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    package func text(_ format: TimeFormat) -> String {
        switch format {
        case .iso8601: iso8601
        case .rfc822: rfc822
        case .unixTimestamp: unixTimestamp
        }
    }

    /// `2026-11-24T18:05:00Z`, with milliseconds only when there are some.
    package var iso8601: String {
        let time = CalendarTime(self)
        let date = "\(digits(time.year, 4))-\(digits(time.month, 2))-\(digits(time.day, 2))"
        let clock = "\(digits(time.hour, 2)):\(digits(time.minute, 2)):\(digits(time.second, 2))"
        return time.millisecond == 0 ? "\(date)T\(clock)Z" : "\(date)T\(clock).\(digits(time.millisecond, 3))Z"
    }

    /// `20261124T180500Z`: the form that signatures use.
    package var compact: String {
        let time = CalendarTime(self)
        let date = digits(time.year, 4) + digits(time.month, 2) + digits(time.day, 2)
        return "\(date)T\(digits(time.hour, 2))\(digits(time.minute, 2))\(digits(time.second, 2))Z"
    }

    /// `Tue, 24 Nov 2026 18:05:00 GMT`.
    package var rfc822: String {
        let time = CalendarTime(self)
        let date = "\(digits(time.day, 2)) \(Self.monthNames[time.month - 1]) \(digits(time.year, 4))"
        let clock = "\(digits(time.hour, 2)):\(digits(time.minute, 2)):\(digits(time.second, 2))"
        return "\(Self.dayNames[time.weekday]), \(date) \(clock) GMT"
    }

    /// Seconds, with a fraction only when there is one.
    package var unixTimestamp: String {
        milliseconds % 1000 == 0 ? String(seconds) : String(Double(milliseconds) / 1000)
    }

    /// Any of the three forms; nil for other text.
    package init?(_ text: String) {
        if let number = Double(text) {
            self.init(unixSeconds: number)
        } else if text.contains(",") {
            self.init(rfc822: text)
        } else {
            self.init(iso8601: text)
        }
    }

    /// Nil beyond what a calendar can say.
    package init?(unixSeconds: Double) {
        guard unixSeconds.isFinite, abs(unixSeconds) < 1e12 else { return nil }
        self.init(milliseconds: Int((unixSeconds * 1000).rounded()))
    }

    private init?(rfc822 text: String) {
        let words = text.split { $0 == " " || $0 == "," }
        guard words.count >= 5, let day = Int(words[1]), let year = Int(words[3]),
            let month = Self.monthNames.firstIndex(of: String(words[2]))
        else { return nil }
        self.init(year: year, month: month + 1, day: day, clock: words[4])
    }

    /// `2026-11-24T18:05:00Z`, with a fraction or an offset, too; a date alone is its midnight.
    private init?(iso8601 text: String) {
        let halves = text.split(separator: "T", maxSplits: 1)
        guard let first = halves.first else { return nil }
        let date = first.split(separator: "-").map { Int($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2] else { return nil }
        guard halves.count == 2 else {
            self.init(year: year, month: month, day: day, clock: "00:00:00")
            return
        }
        var clock = halves[1]
        var offset = 0
        if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let parts = clock[clock.index(after: sign)...].split(separator: ":").compactMap { Int($0) }
            guard let hours = parts.first else { return nil }
            let minutes =
                parts.count == 2 ? hours * 60 + parts[1] : hours > 99 ? hours / 100 * 60 + hours % 100 : hours * 60
            offset = clock[sign] == "-" ? -minutes : minutes
            clock = clock[..<sign]
        } else if clock.hasSuffix("Z") {
            clock = clock.dropLast()
        }
        self.init(year: year, month: month, day: day, clock: clock)
        milliseconds -= offset * 60_000
    }

    private init?(year: Int, month: Int, day: Int, clock: Substring) {
        let parts = clock.split(separator: ":")
        guard parts.count == 3, let hour = Int(parts[0]), let minute = Int(parts[1]), let second = Double(parts[2]),
            (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...24).contains(hour),
            (0...59).contains(minute), second >= 0, second < 61
        else { return nil }
        let days = CalendarTime.days(year: year, month: month, day: day)
        self.init(
            milliseconds: (days * 86_400 + hour * 3600 + minute * 60) * 1000 + Int((second * 1000).rounded(.down)))
    }
}

private func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
