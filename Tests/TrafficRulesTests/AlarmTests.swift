import Stacks
import Testing
import TrafficRules

/// CloudWatch's rules as its documentation tells them, and what becomes of figures over time.
struct AlarmTests {
    /// `0` within the threshold, `X` beyond it, `-` missing; the newest on the right.
    struct Row: Sendable, CustomStringConvertible {
        var points: String
        var breaches: Int
        var expected: [AlarmDefinition.Missing: AlarmState]
        var description: String { "\(points) with \(breaches) of 3" }

        init(
            _ points: String, _ breaches: Int, missing: AlarmState, ignore: AlarmState, breaching: AlarmState,
            notBreaching: AlarmState
        ) {
            self.points = points
            self.breaches = breaches
            expected = [
                .missing: missing, .ignore: ignore, .breaching: breaching, .notBreaching: notBreaching,
            ]
        }

        init(_ points: String, _ breaches: Int, _ state: AlarmState) {
            self.init(points, breaches, missing: state, ignore: state, breaching: state, notBreaching: state)
        }
    }

    /// The state that is retained where the rule says so.
    private static let before = AlarmState.insufficientData

    /// The two tables of "Configuring how CloudWatch alarms treat missing data", the states of young breaches from its
    /// earlier edition, and what follows.
    private static let rows = [
        Row("0-X-X", 3, .ok),
        Row("0----", 3, .ok),
        Row("-----", 3, missing: .insufficientData, ignore: before, breaching: .alarm, notBreaching: .ok),
        Row("0XX-X", 3, .alarm),
        Row("--X--", 3, missing: .alarm, ignore: before, breaching: .alarm, notBreaching: .ok),
        Row("----X", 3, missing: .insufficientData, ignore: before, breaching: .alarm, notBreaching: .ok),
        Row("---X-", 3, missing: .insufficientData, ignore: before, breaching: .alarm, notBreaching: .ok),
        Row("X----", 3, missing: .alarm, ignore: before, breaching: .alarm, notBreaching: .ok),
        Row("---X0", 3, .ok),
        Row("0-X-X", 2, .alarm),
        Row("00X0X", 2, .alarm),
        Row("0-X--", 2, missing: .ok, ignore: .ok, breaching: .alarm, notBreaching: .ok),
        Row("----0", 2, missing: .ok, ignore: .ok, breaching: .alarm, notBreaching: .ok),
        Row("---X-", 2, missing: .alarm, ignore: before, breaching: .alarm, notBreaching: .ok),
        Row("XX000", 2, .ok),
        Row("---XX", 2, .alarm),
        Row("XXXXX", 3, .alarm),
        Row("XX0XX", 3, .ok),
        Row("X", 1, missing: .alarm, ignore: .alarm, breaching: .alarm, notBreaching: .alarm),
        Row("", 1, missing: .insufficientData, ignore: before, breaching: .alarm, notBreaching: .ok),
        // Older than the range.
        Row("XXX-----", 3, missing: .insufficientData, ignore: before, breaching: .alarm, notBreaching: .ok),
    ]

    private static func definition(
        _ breaches: Int, of periods: Int = 3, _ missing: AlarmDefinition.Missing = .notBreaching,
        _ comparison: AlarmDefinition.Comparison = .above
    ) -> AlarmDefinition {
        AlarmDefinition(
            "slow", "it is slow", [.init(.taskLatency, .percentile(99))], comparison, 1, breaches: breaches,
            of: periods, missing: missing)
    }

    private static func values(_ points: String) -> [Double?] {
        points.map { $0 == "-" ? nil : $0 == "X" ? 2 : 0.5 }
    }

    @Test(arguments: rows, AlarmDefinition.Missing.allCases)
    func theTablesOfCloudWatchHold(row: Row, missing: AlarmDefinition.Missing) {
        let evaluation = AlarmEvaluation(Self.definition(row.breaches, missing))
        #expect(evaluation.state(after: Self.values(row.points), now: Self.before) == row.expected[missing])
    }

    @Test(arguments: AlarmState.allCases)
    func ignoredDataKeepsWhateverStateThereWas(state: AlarmState) {
        let evaluation = AlarmEvaluation(Self.definition(3, .ignore))
        #expect(evaluation.state(after: Self.values("-----"), now: state) == state)
        #expect(evaluation.state(after: Self.values("--X--"), now: state) == state)
    }

    @Test(arguments: [
        (AlarmDefinition.Comparison.above, [false, false, true]), (.atLeast, [false, true, true]),
        (.below, [true, false, false]), (.atMost, [true, true, false]),
    ])
    func aFigureIsBeyondTheThresholdByTheComparison(comparison: AlarmDefinition.Comparison, expected: [Bool]) {
        let definition = Self.definition(1, of: 1, .notBreaching, comparison)
        #expect([0.5, 1, 1.5].map(definition.isBreached) == expected)
    }

    @Test func aWatchSaysOnceThatItsStateChanged() {
        var watch = AlarmWatch(Self.definition(2, of: 3), at: .zero)
        var transcript: [String] = []
        for (minute, value) in [nil, 0.5, 2, 1.31, 3, nil, nil, 0.2, 0.2].enumerated() {
            guard let change = watch.periodEnded(value, at: .seconds(60 * (minute + 1))) else { continue }
            transcript.append("\(minute + 1) \(change.from.rawValue) \(change.to.rawValue) \(change.reason)")
        }
        #expect(
            transcript == [
                "1 INSUFFICIENT_DATA OK above 1 in 0 of the last 3 minutes, no data at last",
                "4 OK ALARM above 1 in 2 of the last 3 minutes, 1.31 at last",
                "9 ALARM OK above 1 in 0 of the last 3 minutes, 0.2 at last",
            ])
        #expect(watch.since == .seconds(540))
    }

    // MARK: Readings become figures

    private static let share = AlarmDefinition(
        "errors", "1 in 20 requests fails",
        [
            .init(.taskErrors, .sum, id: "errors"), .init(.requests, .sum, id: "requests"),
        ],
        expression: .choice(
            .figure("requests"), above: 20,
            .quotient(.product(.number(100), .filled(.figure("errors"), 0)), .figure("requests")), .number(0)),
        .atLeast, 5, breaches: 1, of: 1)

    @Test(
        arguments: [
            ([:], nil), (["requests": 100.0], 0.0), (["requests": 20, "errors": 20], 0),
            (["requests": 40, "errors": 3], 7.5), (["errors": 4], nil),
        ] as [([String: Double], Double?)])
    func theExpressionCountsAsCloudWatchDoes(figures: [String: Double], expected: Double?) {
        #expect(Self.share.value(of: figures) == expected)
    }

    @Test func theConnectionLimitIsTheServersOwnWhereItIsKnown() {
        let share = AlarmExpression.quotient(.product(.number(100), .figure("c")), .connectionLimit(400))
        #expect(share.written == "100 * c / 400")
        #expect(share.value(of: ["c": 80]) == 20)
        #expect(share.value(of: ["c": 80], connectionLimit: 100) == 80)
    }

    @Test func aBoardCutsReadingsIntoPeriods() {
        var board = AlarmBoard()
        board.adopt([Self.share], at: .zero)
        var transcript: [String] = []
        func read(_ seconds: Int, _ requests: Int, _ errors: Int) {
            let reading = AlarmReading(counts: [.requests: requests, .taskErrors: errors])
            for change in board.observe(reading, at: .seconds(seconds)) {
                transcript.append("\(seconds) \(change.to.rawValue) \(change.value.map { "\($0)" } ?? "-")")
            }
        }
        // Errors within one period, however the readings fall into it.
        read(0, 1000, 900)
        read(30, 1040, 900)
        read(60, 1100, 900)
        read(90, 1150, 910)
        read(119, 1190, 910)
        read(121, 1200, 910)
        // Without data the last figure that there was stands, for as long as CloudWatch looks back.
        read(181, 1200, 910)
        read(241, 1200, 910)
        read(301, 1200, 910)
        #expect(transcript == ["60 OK 0.0", "121 ALARM 10.0", "301 OK -"])
    }

    @Test func latenciesGaugesAndUsesAreOfTheirPeriodOnly() {
        var histogram = LatencyHistogram()
        for _ in 0..<100 { histogram.record(.seconds(8)) }
        let before = AlarmReading(
            latencies: [.taskLatency: histogram], gauges: [.databaseLag: 9000],
            uses: [.taskProcessor(service: "web"): ["web.1": .seconds(50), "web.2": .seconds(10)]])
        for _ in 0..<100 { histogram.record(.milliseconds(20)) }
        var window = AlarmWindow(before, at: .seconds(100))
        window.add(AlarmReading(gauges: [.databaseLag: 40]), at: .seconds(130))
        window.add(
            AlarmReading(
                latencies: [.taskLatency: histogram], gauges: [.databaseLag: 20],
                uses: [
                    // web.2 has ended, web.3 is new.
                    .taskProcessor(service: "web"): ["web.1": .seconds(80), "web.3": .seconds(60)]
                ]), at: .seconds(160))
        let slowest = window.value(of: .taskLatency, .percentile(99)) ?? 0
        #expect(slowest > 0.019 && slowest < 0.021)
        #expect(window.value(of: .databaseLag, .maximum) == 40)
        #expect(window.value(of: .databaseLag, .average) == 30)
        #expect(window.value(of: .databaseLag, .minimum) == 20)
        #expect(window.value(of: .taskProcessor(service: "web"), .average) == 50)
        #expect(window.value(of: .requests, .sum) == nil)
    }

    @Test func whatTheTargetCannotMeasureIsNotWatched() {
        var board = AlarmBoard { $0 != .databaseCapacity }
        let absent = AlarmDefinition(
            "capacity", "full", [.init(.databaseCapacity, .maximum)], .above, 90, breaches: 1, of: 1,
            missing: .breaching)
        board.adopt([Self.share, absent], at: .zero)
        #expect(board.standings.map(\.isMeasured) == [true, false])
        _ = board.observe(AlarmReading(), at: .zero)
        #expect(board.observe(AlarmReading(), at: .seconds(60)).map(\.definition.word) == ["errors"])
        #expect(board.standings.map(\.watch.state) == [.ok, .insufficientData])
    }

    @Test func anAlarmThatTheManifestLeavesAloneKeepsItsState() {
        var board = AlarmBoard()
        var loud = Self.share
        loud.word = "loud"
        board.adopt([Self.share, loud], at: .zero)
        _ = board.observe(AlarmReading(counts: [.requests: 0, .taskErrors: 0]), at: .zero)
        _ = board.observe(AlarmReading(counts: [.requests: 100, .taskErrors: 50]), at: .seconds(60))
        #expect(board.standings.map(\.watch.state) == [.alarm, .alarm])
        loud.threshold = 80
        board.adopt([Self.share, loud], at: .seconds(61))
        #expect(board.standings.map(\.watch.state) == [.alarm, .insufficientData])
    }
}
