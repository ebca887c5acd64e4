import AWSServices
import AWSWire
import Resources

/// A hold, as Application Auto Scaling carries it out: both bounds are the number, and an action that is scheduled once brings the
/// others back.
enum TaskHoldCalls {
    /// `hold-shop-web`: one service has one, and the next takes its place.
    static func name(_ service: String) -> String {
        "hold-\(service.split(separator: "/").last ?? "")"
    }

    /// Comes before the bounds are narrowed: whatever happens in between, nothing stays narrow.
    ///
    /// - Parameter until: seconds since 1970.
    static func put(
        _ service: String, until: Int, then bounds: (min: Int, max: Int)
    ) -> ApplicationAutoScaling.PutScheduledActionRequest {
        ApplicationAutoScaling.PutScheduledActionRequest(
            serviceNamespace: "ecs", scheduledActionName: name(service), resourceId: service,
            scalableDimension: ScalingCalls.dimension,
            schedule: "at(\(AWSWire.Moment(seconds: until).iso8601.dropLast()))",
            scalableTargetAction: ApplicationAutoScaling.ScalableTargetAction(
                minCapacity: bounds.min, maxCapacity: bounds.max))
    }

    static func delete(_ service: String) -> ApplicationAutoScaling.DeleteScheduledActionRequest {
        ApplicationAutoScaling.DeleteScheduledActionRequest(
            serviceNamespace: "ecs", scheduledActionName: name(service), resourceId: service,
            scalableDimension: ScalingCalls.dimension)
    }

    /// When an action is due, in seconds since 1970; nil for one that recurs.
    private static func time(_ action: ApplicationAutoScaling.ScheduledAction) -> Int? {
        guard let text = action.schedule, text.hasPrefix("at("), text.hasSuffix(")") else { return nil }
        return AWSWire.Moment("\(text.dropFirst("at(".count).dropLast())Z")?.seconds
    }

    /// The target while it is held: with the bounds that come back. One whose time has passed may be listed for a while and
    /// holds nothing.
    static func held(
        _ target: ScalableTargetSettings, by actions: [ApplicationAutoScaling.ScheduledAction], at now: Int
    ) -> ScalableTargetSettings {
        let service = target.service.text
        let action = actions.first { $0.resourceId == service && $0.scheduledActionName == name(service) }
        guard target.min == target.max, let action, let until = time(action), until > now,
            let min = action.scalableTargetAction?.minCapacity, let max = action.scalableTargetAction?.maxCapacity
        else { return target }
        var held = target
        (held.min, held.max, held.hold) = (min, max, TaskHold(tasks: target.min, until: until))
        return held
    }
}
