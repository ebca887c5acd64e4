import AWSServices
import AWSWire
package import Provisioning
package import Resources

extension AWSCloudStack {
    package func logPage(
        of group: String, in place: Place, from start: Int, after mark: String?
    ) async throws -> CloudLogPage? {
        try await reportingRefusals("read the log \(group)") {
            let request = Logs.FilterLogEventsRequest(logGroupName: group, startTime: start, nextToken: mark)
            guard let answer = try await work.callIfThere(request, in: place) else { return nil }
            let lines = answer.events.map { event in
                CloudLogLine(
                    id: event.eventId ?? "", time: event.timestamp ?? start,
                    // The `awslogs` driver writes to `prefix/container/task`.
                    task: event.logStreamName?.split(separator: "/").last.map(String.init) ?? "",
                    text: event.message ?? "")
            }
            return CloudLogPage(lines: lines, mark: answer.nextToken)
        }
    }
}
