import AWSServices
import Resources

/// What a look at a release's task says.
enum ReleaseRun: Equatable {
    /// What is being waited for.
    case underWay(String)
    case succeeded
    case failed(EndedTask)

    /// - Parameter container: the one that runs the command.
    init(_ task: ECS.Task, container: String) {
        guard task.lastStatus == "STOPPED" else {
            self = .underWay("its task is \((task.lastStatus ?? "on its way").lowercased())")
            return
        }
        let exit = task.containers.first { $0.name == container }?.exitCode
        self = exit == 0 ? .succeeded : .failed(EndedTask(task))
    }
}

/// What is to be done about a release, given the tasks that were started for it.
enum ReleaseStep: Equatable {
    /// One has succeeded.
    case done
    /// ARN of one that is under way.
    case await(String)
    /// The generation: another one for each task that has failed, so that a call whose answer is lost starts no second task.
    case start(generation: String)

    init(_ tasks: [ECS.Task], container: String) {
        let runs = tasks.map { (task: $0, run: ReleaseRun($0, container: container)) }
        if runs.contains(where: { $0.run == .succeeded }) {
            self = .done
        } else if let running = runs.first(where: { if case .underWay = $0.run { true } else { false } }) {
            self = .await(running.task.taskArn ?? "")
        } else {
            let failed = runs.compactMap { $0.task.taskArn }.sorted()
            self = .start(generation: failed.isEmpty ? "1" : failed.joined(separator: " "))
        }
    }
}
