import Foundation
import LocalTarget
import TrafficRules

/// Alarms on a screen: each that is in alarm, and the others in one line.
struct AlarmLines {
    var style: TextStyle
    var width: Int
    var now: Date

    func lines(_ alarms: [AlarmStatus], _ receivers: [NoticeStatus] = []) -> [String] {
        guard !alarms.isEmpty else { return [] }
        return alarms.filter { $0.state == .alarm }.flatMap(alarm) + receivers.flatMap(untold)
            + summary(alarms).wrapped(to: width).map(style.dim)
    }

    private func untold(_ receiver: NoticeStatus) -> [String] {
        guard let problem = receiver.problem else { return [] }
        return "not told: \(receiver.name): \(problem)".printable.wrapped(to: width).map { style.paint($0, .yellow) }
    }

    private func alarm(_ alarm: AlarmStatus) -> [String] {
        let age = alarm.since.map { " for \(Figures.age(seconds: now.timeIntervalSince($0)))" } ?? ""
        let first = "ALARM \(alarm.name)\(age): \(alarm.summary)".wrapped(to: width - 2)
        return first.enumerated().map { style.paint(($0 == 0 ? "! " : "  ") + $1, .red) }
            + alarm.reason.wrapped(to: width - 4).map { "    \($0)" }
    }

    private func summary(_ alarms: [AlarmStatus]) -> String {
        let counts = AlarmState.allCases.compactMap { state -> String? in
            let count = alarms.count { $0.state == state }
            return count > 0 ? "\(count) \(state.words)" : nil
        }
        let absent = alarms.filter { $0.state == nil }.map(\.name)
        let rest = absent.isEmpty ? "" : "; this machine cannot watch \(absent.joined(separator: ", "))"
        return "alarms \(counts.joined(separator: ", "))\(rest)"
    }
}

extension AlarmState {
    /// As people say it.
    var words: String {
        switch self {
        case .ok: "ok"
        case .alarm: "in alarm"
        case .insufficientData: "without data yet"
        }
    }
}
