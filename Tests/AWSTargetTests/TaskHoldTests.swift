import AWSServices
import AWSWire
import Resources
import Testing

@testable import AWSTarget

/// What Application Auto Scaling is told of a hold, and how it is read back.
struct TaskHoldTests {
    private static let service = "service/shop/shop-web"
    private static let now = 1_796_004_000

    private static func target(_ least: Int, _ most: Int, hold: TaskHold? = nil) -> ScalableTargetSettings {
        ScalableTargetSettings(service: Value(service), min: least, max: most, hold: hold)
    }

    private static func action(
        _ schedule: String, name: String = "hold-shop-web", of service: String = service
    ) -> ApplicationAutoScaling.ScheduledAction {
        var action = ApplicationAutoScaling.ScheduledAction(slots: Slots())
        (action.scheduledActionName, action.resourceId, action.schedule) = (name, service, schedule)
        action.scalableTargetAction = ApplicationAutoScaling.ScalableTargetAction(minCapacity: 2, maxCapacity: 10)
        return action
    }

    @Test func anActionBringsTheBoundsBackToTheSecond() {
        let call = TaskHoldCalls.put(Self.service, until: Self.now, then: (2, 10))
        #expect(call.schedule == "at(2026-11-30T02:00:00)" && call.scheduledActionName == "hold-shop-web")
        #expect(call.scalableTargetAction?.minCapacity == 2 && call.scalableTargetAction?.maxCapacity == 10)
        #expect(call.resourceId == Self.service && call.startTime == nil && call.timezone == nil)
        let held = TaskHoldCalls.held(Self.target(3, 3), by: [Self.action(call.schedule ?? "")], at: Self.now - 1)
        #expect(held == Self.target(2, 10, hold: TaskHold(tasks: 3, until: Self.now)))
    }

    @Test(arguments: [
        // Due now, or long ago; of somebody else, of another service; one that recurs; nonsense.
        [action("at(2026-11-30T02:00:00)")], [action("at(2020-01-01T00:00:00)")],
        [action("at(2030-01-01T00:00:00)", name: "night")],
        [action("at(2030-01-01T00:00:00)", of: "service/shop/shop-worker")], [action("rate(1 hour)")], [action("at()")],
        [],
    ])
    func anythingElseHoldsNothing(actions: [ApplicationAutoScaling.ScheduledAction]) {
        #expect(TaskHoldCalls.held(Self.target(3, 3), by: actions, at: Self.now) == Self.target(3, 3))
    }

    /// Only half of it was said, or the reset's second half was not.
    @Test func whatHasAChoiceIsNotHeld() {
        let actions = [Self.action("at(2030-01-01T00:00:00)")]
        #expect(TaskHoldCalls.held(Self.target(2, 10), by: actions, at: Self.now) == Self.target(2, 10))
    }
}
