import AWSServices
import AWSWire
import Resources

/// One figure of CloudWatch's, minute by minute.
struct MetricQuestion: Sendable, Hashable {
    /// `AWS/ECS`
    var namespace: String
    var metric: String
    var dimensions: [String: String]
    /// `Sum`, `Average`, `p99`
    var statistic: String

    init(_ namespace: String, _ metric: String, _ dimensions: [String: String], _ statistic: String) {
        self.namespace = namespace
        self.metric = metric
        self.dimensions = dimensions
        self.statistic = statistic
    }

    /// CloudFront writes its figures into one region only.
    var place: Place { namespace == StackMetrics.edge ? .edge : .region }

    /// So many are asked for in one call. Source: GetMetricData, read 2026-11.
    static let batch = 500

    /// - Parameter window: seconds since 1970, whole minutes.
    static func request(_ questions: [MetricQuestion], in window: Range<Int>) -> CloudWatch.GetMetricDataRequest {
        CloudWatch.GetMetricDataRequest(
            metricDataQueries: questions.enumerated().map { index, question in
                CloudWatch.MetricDataQuery(
                    id: id(index),
                    metricStat: CloudWatch.MetricStat(
                        metric: CloudWatch.Metric(
                            namespace: question.namespace, metricName: question.metric,
                            dimensions: question.dimensions.sorted { $0.key < $1.key }.map {
                                CloudWatch.Dimension(name: $0.key, value: $0.value)
                            }),
                        period: MetricWindow.period, stat: question.statistic))
            },
            startTime: AWSWire.Moment(seconds: window.lowerBound), endTime: AWSWire.Moment(seconds: window.upperBound))
    }

    /// What an answer tells of these questions; a page may have a part of a figure.
    static func read(_ answer: CloudWatch.GetMetricDataResponse, of questions: [MetricQuestion]) -> MetricSeries {
        let byID = Dictionary(questions.enumerated().map { (id($0), $1) }) { first, _ in first }
        var series = MetricSeries()
        for result in answer.metricDataResults {
            guard let question = result.id.flatMap({ byID[$0] }) else { continue }
            for (moment, value) in zip(result.timestamps, result.values) {
                series.note(value, of: question, at: moment.seconds)
            }
        }
        return series
    }

    /// Begins with a small letter, as CloudWatch wants it.
    private static func id(_ index: Int) -> String { "m\(index)" }
}

/// Which minutes are asked for.
struct MetricWindow: Sendable, Equatable {
    /// Seconds of one interval.
    static let period = 60
    /// A minute counts when it has been over for so long: one that has just ended may still grow.
    private static let settling = 60
    /// So many minutes are drawn.
    static let drawn = 20
    /// A figure may come so many minutes late; what is older tells nothing of now.
    private static let lateness = 10

    /// Seconds since 1970, whole minutes.
    let range: Range<Int>
    /// Seconds, up to the end of the range: how old the newest figure may be.
    let reach = Self.lateness * Self.period

    init(now: Int) {
        let end = (now - Self.settling) / Self.period * Self.period
        range = end - (Self.drawn + Self.lateness) * Self.period..<end
    }
}

/// Figures by the minute in which they begin, in seconds since 1970.
struct MetricSeries: Sendable, Equatable {
    private var values: [MetricQuestion: [Int: Double]] = [:]

    init() {}

    mutating func note(_ value: Double, of question: MetricQuestion, at minute: Int) {
        values[question, default: [:]][minute] = value
    }

    mutating func merge(_ other: MetricSeries) {
        for (question, minutes) in other.values { values[question, default: [:]].merge(minutes) { $1 } }
    }

    func value(_ question: MetricQuestion, at minute: Int?) -> Double? {
        minute.flatMap { values[question]?[$0] }
    }

    /// The newest minute of which a namespace has anything; nil when it is older than the window reaches.
    func newest(in namespace: String, _ window: MetricWindow) -> Int? {
        let newest = values.filter { $0.key.namespace == namespace }.compactMap { $0.value.keys.max() }.max()
        return newest.flatMap { $0 >= window.range.upperBound - window.reach ? $0 : nil }
    }
}
