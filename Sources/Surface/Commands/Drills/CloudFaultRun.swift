import Drills
import Provisioning
import Resources
import Stacks

/// What a drill does to a stack on AWS, and how long.
struct CloudFaultRun {
    let course: DrillCourse
    let session: CloudSession
    let look: CloudLook

    private var world: World { look.world }

    /// Between two looks for tasks that came back to a lost zone.
    private static let interval = Duration.seconds(5)

    func callAsFunction() async throws -> FaultOutcome {
        switch course.name {
        case .task: try await once(.task)
        case .writer: try await once(.writer)
        case .reader: try await once(.reader)
        case .zone: try await loseZone()
        case .rotation: try await rotate()
        case .badDeploy: try await CloudBadDeploy(course: course, session: session, world: world)()
        case .restore: try await CloudRestoreDrill(course: course, session: session, look: look)()
        default: throw Report("the drill \(course.name.rawValue) is for this machine", state: "nothing was broken")
        }
    }

    /// AWS ends connections with notice where it can, so nothing that is under way is excused.
    private func once(_ fault: CloudFault) async throws -> FaultOutcome {
        var outcome = FaultOutcome(began: .now, done: .now, over: .now, isGentle: true)
        let injection = try await session.cloud.inject(fault, in: world)
        note(injection, &outcome)
        (outcome.done, outcome.over) = (.now, .now)
        try await Task.sleep(for: course.hold)
        return outcome
    }

    /// The drill holds the lease under which that is done.
    private func rotate() async throws -> FaultOutcome {
        var outcome = FaultOutcome(began: .now, done: .now, over: .now, isGentle: true)
        let user = try await CloudRotate(session: session, told: course.progress)()
        (outcome.done, outcome.over) = (.now, .now)
        note(CloudInjection(what: ["the application logs in as \(user)"]), &outcome)
        try await Task.sleep(for: course.hold)
        return outcome
    }

    /// What ECS starts there anew is stopped again, for as long as the zone is to be lost.
    private func loseZone() async throws -> FaultOutcome {
        var outcome = FaultOutcome(began: .now, done: .now, over: .now, isGentle: true)
        let first = try await session.cloud.inject(.zone(nil), in: world)
        note(first, &outcome)
        outcome.done = .now
        let end = ContinuousClock.now + course.hold
        while ContinuousClock.now < end {
            try await Task.sleep(for: min(Self.interval, max(.zero, end - .now)))
            guard ContinuousClock.now < end else { break }
            note(try await session.cloud.inject(.zone(first.zone), in: world), &outcome)
        }
        outcome.over = .now
        outcome.own.append((outcome.over, "tasks may run in \(first.zone ?? "every zone") again"))
        return outcome
    }

    private func note(_ injection: CloudInjection, _ outcome: inout FaultOutcome) {
        for line in injection.what {
            course.progress(line)
            outcome.own.append((.now, line))
        }
    }
}
