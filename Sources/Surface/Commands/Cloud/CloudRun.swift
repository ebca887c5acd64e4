import ArgumentParser
import Provisioning
import Resources
import Stacks

/// `run --on aws`: one task of the service's version with a command of its own, its lines as CloudWatch has them, and its exit
/// code. A signal stops the task, and so does its timeout where it has one.
struct CloudRun: Sendable {
    var request: CloudRequest
    var service: String
    var words: [String]
    /// From the moment when ECS was asked for the task; nil for as long as it takes.
    var timeout: Duration?

    /// Between two looks. Fargate takes about half a minute to start a task.
    private static let interval = Duration.seconds(1)
    /// Looks after the task's end, for lines that CloudWatch has a moment later.
    private static let lastLooks = 3

    func callAsFunction() async throws {
        try await request.open { session in
            let found = try CloudService(service, try await CloudLook.take(session), session.stack)
            let surroundings = Surroundings.current
            let task = try await session.cloud.startTask(
                of: found.observed, container: found.name, running: words)
            surroundings.errors("started the task \(task.name) of \(found.name)\n")
            let deadline = timeout.map { session.time.elapsed() + $0 }
            let (end, isTimedOut) = try await whileAsked(session, task) {
                try await follow(task, until: deadline, session)
            }
            // As timeout(1) says it.
            if isTimedOut { throw ExitCode(124) }
            switch end.exitCode {
            case 0: return
            case let code?: throw ExitCode(Int32(code))
            case nil:
                throw Report(
                    "the task \(task.name) of \(found.name) ended without running the command: \(end.reason)",
                    next: "`terrace status --on aws` says how the service's own tasks are")
            }
        }
    }

    private func whileAsked(
        _ session: CloudSession, _ task: CloudTask,
        _ body: @escaping @Sendable () async throws -> (CloudTaskLook.End, isTimedOut: Bool)
    ) async throws -> (CloudTaskLook.End, isTimedOut: Bool) {
        let work = Task(operation: body)
        let signals = StopSignals()
        signals.handle { _ in work.cancel() }
        do {
            return try await work.value
        } catch {
            guard signals.wasAsked else { throw error }
            try await session.cloud.stop(task)
            Surroundings.current.errors("the task \(task.name) was asked to end\n")
            throw ExitCode(130)
        }
    }

    private func follow(
        _ task: CloudTask, until deadline: Duration?, _ session: CloudSession
    ) async throws -> (CloudTaskLook.End, isTimedOut: Bool) {
        let surroundings = Surroundings.current
        var (mark, state, isTimedOut) = (String?.none, "", false)
        var left = CloudRun.lastLooks
        while true {
            try Task.checkCancellation()
            let look = try await session.cloud.look(at: task, after: mark)
            mark = look.mark
            for line in look.lines { surroundings.output(line + "\n") }
            if look.state != state, look.end == nil { surroundings.errors("it is \(look.state)\n") }
            state = look.state
            if let end = look.end {
                left -= 1
                if left == 0 { return (end, isTimedOut) }
            } else if !isTimedOut, let deadline, session.time.elapsed() >= deadline {
                isTimedOut = true
                try await session.cloud.stop(task)
                surroundings.errors("the task \(task.name) is ended after its timeout of \(timeout?.written ?? "")\n")
            }
            try await session.time.sleep(CloudRun.interval)
        }
    }
}
