import AWSServices
import AWSWire
import Resources

extension ScheduleSettings {
    init(_ schedule: Scheduler.GetScheduleResponse) {
        let target = schedule.target
        self.init(
            name: Value(schedule.name ?? ""), group: Value(schedule.groupName ?? ""),
            expression: schedule.scheduleExpression ?? "",
            timezone: schedule.scheduleExpressionTimezone ?? "UTC", isEnabled: schedule.state == .enabled,
            isPunctual: schedule.flexibleTimeWindow?.mode == .off, retry: StartRetry(target?.retryPolicy),
            role: Value(target?.roleArn ?? ""), target: Value(target?.arn ?? ""))
    }
}

extension StartRetry {
    /// Scheduler's own numbers where nothing is said. Source: `RetryPolicy`, read 2026-11.
    fileprivate init(_ policy: Scheduler.RetryPolicy?) {
        self.init(
            attempts: policy?.maximumRetryAttempts ?? 185, longestDelay: policy?.maximumEventAgeInSeconds ?? 86_400)
    }
}

/// What is said to Scheduler about a schedule.
enum ScheduleCalls {
    /// `token` makes a repeated call the same call.
    static func create(_ schedule: ScheduleSettings, token: String) -> Scheduler.CreateScheduleRequest {
        Scheduler.CreateScheduleRequest(
            flexibleTimeWindow: window(schedule), name: schedule.name.text, scheduleExpression: schedule.expression,
            target: target(schedule), clientToken: token, groupName: schedule.group.text,
            scheduleExpressionTimezone: schedule.timezone, state: state(schedule))
    }

    static func update(_ schedule: ScheduleSettings) -> Scheduler.UpdateScheduleRequest {
        Scheduler.UpdateScheduleRequest(
            flexibleTimeWindow: window(schedule), name: schedule.name.text, scheduleExpression: schedule.expression,
            target: target(schedule), groupName: schedule.group.text, scheduleExpressionTimezone: schedule.timezone,
            state: state(schedule))
    }

    private static func window(_ schedule: ScheduleSettings) -> Scheduler.FlexibleTimeWindow {
        Scheduler.FlexibleTimeWindow(mode: schedule.isPunctual ? .off : .flexible)
    }

    private static func state(_ schedule: ScheduleSettings) -> Scheduler.ScheduleState {
        schedule.isEnabled ? .enabled : .disabled
    }

    private static func target(_ schedule: ScheduleSettings) -> Scheduler.Target {
        Scheduler.Target(
            arn: schedule.target.text, roleArn: schedule.role.text,
            retryPolicy: Scheduler.RetryPolicy(
                maximumEventAgeInSeconds: schedule.retry.longestDelay, maximumRetryAttempts: schedule.retry.attempts))
    }
}
