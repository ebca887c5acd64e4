package import TrafficRules

package import struct Foundation.Date

/// One alarm as it stands on this machine.
package struct AlarmStatus: Codable, Sendable, Equatable {
    /// `errors`, `web-cpu`: the key in the manifest's `alarms: { rules: … }`.
    package var name: String
    /// What has happened when it is in alarm.
    package var summary: String
    /// nil when this machine has nothing to measure; `reason` says why.
    package var state: AlarmState?
    /// `at least 5 in 3 of the last 5 minutes, 12.5 at last`
    package var reason: String
    package var since: Date?

    package init(name: String, summary: String, state: AlarmState?, reason: String, since: Date? = nil) {
        self.name = name
        self.summary = summary
        self.state = state
        self.reason = reason
        self.since = since
    }
}

/// Somebody who is told of alarms, as far as it goes.
package struct NoticeStatus: Codable, Sendable, Equatable {
    /// `ops@example.com`, `https://hooks.example.com/…`, `smtp.example.com:587`
    package var name: String
    /// Why the last notice did not arrive, or why none ever will; nil when all is well.
    package var problem: String?

    package init(name: String, problem: String? = nil) {
        self.name = name
        self.problem = problem
    }
}
