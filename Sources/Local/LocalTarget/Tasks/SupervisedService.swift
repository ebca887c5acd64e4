import Foundation
import Processes
import Stacks

/// Everything about a service that needs new tasks when it changes. The rest (count, routes, health) changes in place.
struct ServiceVersion: Sendable, Equatable {
    let command: Command?
    let release: Command?
    let environment: TaskEnvironment
    /// Whether the load balancer has to know its tasks.
    let takesRequests: Bool
    /// The program's file as it is now, so that a new build is a new version.
    let program: FileStamp?

    init(_ service: Service, environment: TaskEnvironment, folder: URL) {
        command = service.command
        release = service.release
        self.environment = environment
        takesRequests = !service.routes.isEmpty
        let path = environment.values(task: "", zone: "", port: 0)
        program = service.command.flatMap { command in
            guard let invocation = try? Invocation(command, folder: folder, environment: path) else { return nil }
            return FileStamp(invocation.program ?? invocation.executable)
        }
    }
}

/// Tells two builds of one file apart.
struct FileStamp: Sendable, Equatable {
    let size: Int
    let modified: Date

    init?(_ path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        self.size = size
        self.modified = modified
    }
}

/// One service under supervision: what is wanted, what runs.
struct SupervisedService: Sendable {
    var service: Service
    var group: TaskGroup
    /// The version asked for last, and its number. It runs once its release command has succeeded.
    var target: ServiceVersion?
    var targetNumber = 0
    /// The number whose release command has succeeded.
    var releasedNumber = 0
    var isReleasing = false
    var releaseFailure: TaskFailure?
    /// Secrets that are missing and the like: nothing new is started.
    var setupFailure: TaskFailure?
    /// The version of which tasks are started now.
    var current: ServiceVersion?
    private var currentNumber = 0
    private var lastNumber = 0
    /// Versions of which tasks may still run, by number: the way back to one of them needs no new tasks.
    private var adopted: [Int: ServiceVersion] = [:]
    /// By number.
    var running: [Int: RunningTask] = [:]
    /// When those that wait for their next start have ended.
    private(set) var endedAt: [Int: Date] = [:]
    /// Started for the release command; ended with the stack.
    var releaseChild: ChildProcess?
    /// Wakes the supervisor when the group has to decide again.
    var alarm: Task<Void, Never>?

    init(_ service: Service, zones: [String]) {
        self.service = service
        group = TaskGroup(zones: zones)
    }

    /// Sets what shall run next. What runs now is no new version; a release that failed is one, so that it is tried again.
    mutating func aim(at version: ServiceVersion) {
        if version == current {
            (target, targetNumber) = (version, currentNumber)
        } else if let number = running(version) {
            (target, targetNumber) = (version, number)
        } else if version != target || releaseFailure != nil {
            lastNumber += 1
            (target, targetNumber) = (version, lastNumber)
        }
        releaseFailure = nil
    }

    var needsRelease: Bool {
        target?.release != nil && targetNumber != currentNumber && targetNumber != releasedNumber
            && adopted[targetNumber] == nil
    }

    private func running(_ version: ServiceVersion) -> Int? {
        adopted.first { number, each in
            each == version && group.members.contains { $0.version == number && !$0.isStopping }
        }?.key
    }

    mutating func runTarget() {
        current = target
        currentNumber = targetNumber
        adopted[currentNumber] = current
        adopted = adopted.filter { number, _ in
            number == currentNumber || group.members.contains { $0.version == number }
        }
    }

    mutating func ended(_ number: Int, at date: Date) {
        running[number] = nil
        endedAt[number] = date
    }

    mutating func forgetEnded() {
        guard !endedAt.isEmpty else { return }
        endedAt = endedAt.filter { group.member($0.key) != nil }
    }

    /// Nothing of it runs any more.
    var isGone: Bool { group.members.isEmpty && !isReleasing }

    /// Without a version that may run, there is nothing to count.
    mutating func want(count: Int) {
        group.want(version: currentNumber, count: current == nil ? 0 : count, grace: service.health.grace)
    }

    /// As the manifest asks, or about to be without anyone's doing.
    var isSteady: Bool {
        group.isSteady && !isReleasing && releaseFailure == nil && setupFailure == nil && currentNumber == targetNumber
    }
}

/// One process of a service.
struct RunningTask: Sendable {
    let child: ChildProcess
    let port: Int
    let startedAt: Date
    let startedInstant: ContinuousClock.Instant
    let output: TaskOutput
}
