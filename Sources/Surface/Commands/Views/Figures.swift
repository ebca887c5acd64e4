import Foundation

/// Numbers as people read them.
enum Figures {
    /// `12 345`
    static func count(_ value: Int) -> String {
        var digits = Array(String(abs(value)))
        for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(" ", at: position) }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// Two digits that count: `0.8 ms`, `12 ms`, `1.2 s`; `-` for nothing measured.
    static func latency(seconds: Double) -> String {
        guard seconds > 0, seconds.isFinite else { return "-" }
        let milliseconds = seconds * 1000
        if milliseconds < 0.95 { return "\(rounded(milliseconds, 2)) ms" }
        if milliseconds < 9.95 { return "\(rounded(milliseconds, 1)) ms" }
        if milliseconds < 999.5 { return "\(Int(milliseconds.rounded())) ms" }
        return seconds < 9.95 ? "\(rounded(seconds, 1)) s" : "\(Int(min(seconds, 1e9).rounded())) s"
    }

    /// `0 requests/s`, `6.8 requests/s`, `1 204 requests/s`
    static func rate(perSecond: Double) -> String {
        let shown =
            perSecond > 0 && perSecond < 9.95 ? rounded(perSecond, 1) : count(Int(min(perSecond, 1e12).rounded()))
        return "\(shown) requests/s"
    }

    /// `83 %`; `-` before there is anything to compare.
    static func share(_ value: Double?) -> String {
        value.map { "\(Int(($0 * 100).rounded())) %" } ?? "-"
    }

    /// The two largest units: `4 s`, `12 min`, `2 h 14 min`, `3 d 2 h`.
    static func age(seconds: Double) -> String {
        let total = Int(max(0, min(seconds, 1e12)))
        let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
        if days > 0 { return hours > 0 ? "\(days) d \(hours) h" : "\(days) d" }
        if hours > 0 { return minutes > 0 ? "\(hours) h \(minutes) min" : "\(hours) h" }
        return minutes > 0 ? "\(minutes) min" : "\(total) s"
    }

    /// `1 task`, `2 tasks`
    static func number(_ count: Int, _ word: String) -> String {
        "\(Figures.count(count)) \(word)\(count == 1 ? "" : "s")"
    }

    /// `14:50:01`
    static func clock(_ time: Date, _ zone: TimeZone) -> String {
        let seconds = Int(time.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: time)
        let day = ((seconds % 86_400) + 86_400) % 86_400
        return [day / 3600, day / 60 % 60, day % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    private static func rounded(_ value: Double, _ places: Int) -> String {
        let scale = places == 1 ? 10 : 100
        let units = Int((value * Double(scale)).rounded())
        let fraction = String(units % scale)
        return "\(units / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}

extension Figures {
    /// `0.4 s`, `58 s`, `1 min 2 s`, `1 h 4 min`
    static func elapsed(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded())
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = Int((duration / .seconds(1)).rounded())
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}
