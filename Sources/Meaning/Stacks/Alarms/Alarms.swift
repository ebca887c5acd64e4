/// Whom alarms are told, and what the manifest changes about them.
package struct Alarms: Sendable, Equatable {
    /// Mail addresses, https URLs, or http URLs of this machine.
    package var notify: [String]
    /// By the alarm's word: `errors`, `web-cpu`.
    package var changes: [String: AlarmChange]
    /// Who takes the mails of this machine; on AWS it is SNS.
    package var mail: MailServer?

    package init(notify: [String] = [], changes: [String: AlarmChange] = [:], mail: MailServer? = nil) {
        self.notify = notify
        self.changes = changes
        self.mail = mail
    }
}

/// What the manifest says about one alarm; nil leaves it as it is.
package enum AlarmChange: Sendable, Equatable {
    case off
    case set(threshold: Double?, breaches: Int?, periods: Int?)
}
