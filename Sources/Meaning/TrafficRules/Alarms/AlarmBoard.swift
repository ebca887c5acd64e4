package import Stacks

/// All alarms of a stack: told readings as often as one likes, it cuts them into periods and says what has changed. No clock: instants come
/// in, as lengths of time since some beginning.
package struct AlarmBoard: Sendable, Equatable {
    /// What of the metrics the target measures; others say that they are not watched.
    private let isMeasured: @Sendable (AlarmMetric) -> Bool
    private var watches: [AlarmWatch] = []
    /// By the length of their periods in seconds.
    private var windows: [Int: AlarmWindow] = [:]
    /// How long a second of a definition's period takes; tests have shorter ones.
    private let second: Duration

    package init(
        second: Duration = .seconds(1), measured isMeasured: @escaping @Sendable (AlarmMetric) -> Bool = { _ in true }
    ) {
        self.second = second
        self.isMeasured = isMeasured
    }

    package static func == (left: AlarmBoard, right: AlarmBoard) -> Bool {
        left.watches == right.watches && left.windows == right.windows && left.second == right.second
    }

    /// In the order of the definitions.
    package var standings: [(watch: AlarmWatch, isMeasured: Bool)] {
        watches.map { ($0, isWatched($0.definition)) }
    }

    /// The manifest in force is another one. An alarm that has not changed keeps its state.
    package mutating func adopt(_ definitions: [AlarmDefinition], at now: Duration) {
        watches = definitions.map { definition in
            watches.first { $0.definition == definition } ?? AlarmWatch(definition, at: now)
        }
        let periods = Set(definitions.map(\.period))
        windows = windows.filter { periods.contains($0.key) }
    }

    /// - Parameter connectionLimit: of the database server that is really there.
    package mutating func observe(
        _ reading: AlarmReading, at now: Duration, connectionLimit: Int? = nil
    ) -> [AlarmTransition] {
        var transitions: [AlarmTransition] = []
        for period in Set(watches.map(\.definition.period)).sorted() {
            let length = second * period
            guard var window = windows[period] else {
                windows[period] = AlarmWindow(reading, at: now)
                continue
            }
            window.add(reading, at: now)
            windows[period] = window
            let elapsed = now - window.began
            guard elapsed >= length else { continue }
            // A machine that slept for several periods has data of the one that it woke up in alone.
            let slept = Int(elapsed / length) - 1
            transitions += close(window, period, slept: slept, at: now, connectionLimit)
            windows[period] = AlarmWindow(reading, at: now)
        }
        return transitions
    }

    private mutating func close(
        _ window: AlarmWindow, _ period: Int, slept: Int, at now: Duration, _ connectionLimit: Int?
    ) -> [AlarmTransition] {
        watches.indices.compactMap { index in
            let definition = watches[index].definition
            guard definition.period == period, isWatched(definition) else { return nil }
            var values: [String: Double] = [:]
            for figure in definition.figures {
                values[figure.id] = window.value(of: figure.metric, figure.statistic)
            }
            if slept > 0 { watches[index].slept(slept) }
            return watches[index].periodEnded(
                definition.value(of: values, connectionLimit: connectionLimit), at: now)
        }
    }

    private func isWatched(_ definition: AlarmDefinition) -> Bool {
        definition.figures.allSatisfy { isMeasured($0.metric) }
    }
}
