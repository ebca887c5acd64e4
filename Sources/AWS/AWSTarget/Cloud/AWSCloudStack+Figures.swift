import AWSServices
import AWSWire
package import Provisioning
package import Resources
import Stacks

// How busy a stack is, by CloudWatch.
extension AWSCloudStack {
    package func figures(of world: World) async throws -> CloudFigures {
        try await reportingRefusals("look how busy the stack is") {
            let metrics = StackMetrics(world)
            let window = MetricWindow(now: connection.now().seconds)
            async let services = services(of: world)
            async let servers = servers(of: world)
            async let alarms = alarms(of: world)
            let series = try await series(metrics.questions, in: window, work)
            let found = try await alarms
            let vitals = CloudVitals(
                services: try await services, servers: try await servers,
                alarms: found.compactMap { CloudVitals.Alarm($0, $1) })
            return metrics.figures(
                series, window: window, vitals: vitals, alarms: found.map { CloudFigures.Alarm($0, $1) })
        }
    }

    /// One call where everything is asked of one region, two elsewhere; more for more than 500 figures.
    private func series(
        _ questions: [MetricQuestion], in window: MetricWindow, _ work: Work
    ) async throws -> MetricSeries {
        let places = Dictionary(grouping: questions) { connection.region(of: $0.place) }
        let batches = places.values.flatMap { $0.batches(of: MetricQuestion.batch) }
        let answers = try await batches.concurrentMap { batch in
            var (series, request) = (MetricSeries(), MetricQuestion.request(batch, in: window.range))
            repeat {
                let answer = try await work.call(request, in: batch.contains { $0.place == .edge } ? .edge : .region)
                series.merge(MetricQuestion.read(answer, of: batch))
                request.nextToken = answer.nextToken
            } while request.nextToken != nil
            return series
        }
        return answers.reduce(into: MetricSeries()) { $0.merge($1) }
    }
}

extension CloudFigures.Alarm {
    fileprivate init(_ word: String, _ alarm: CloudWatch.MetricAlarm) {
        let since = alarm.stateTransitionedTimestamp ?? alarm.stateUpdatedTimestamp
        self.init(
            word: word, summary: alarm.alarmDescription ?? "",
            state: alarm.stateValue.flatMap { State(rawValue: $0.rawValue) } ?? .insufficientData,
            reason: alarm.stateReason ?? "", since: since?.seconds)
    }
}
