package import CPlatform
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One child, from its start to its end. A thread of its own forks it and waits for it, for two reasons: an exit is
/// noticed in microseconds, and Linux ties the parent-death signal to the forking thread, which must live as long.
package final class ChildProcess: Sendable {
    package struct Request: Sendable {
        /// An absolute path.
        package var executable: String
        /// Without the program's own name.
        package var arguments: [String]
        /// The whole environment of the child; nothing is inherited.
        package var environment: [String: String]
        package var directory: String?
        /// Descriptors that the child gets as its input, output and error; nil: `/dev/null`. The caller closes its own
        /// copies.
        package var standardInput: CInt?
        package var standardOutput: CInt?
        package var standardError: CInt?
        package var user: UserIdentity?
        /// The folder of the cgroup that the child is in from before its program begins; nil: this process's own. Linux only.
        package var cgroup: String?
        /// It stays in this process's session and group, so that the terminal is its as well: for a program in front of a
        /// user. What it leaves behind is not ended with it.
        package var sharesTerminal: Bool
        /// Sent to the child when this process dies in whatever way; Linux only.
        package var parentDeathSignal: CInt
        /// How long those that the child leaves behind in its group may take to end after SIGTERM, before SIGKILL. The child
        /// counts as running until then. Zero: SIGKILL at once. Needed when a shell stands before the real program.
        package var leftoverTimeout: Duration

        package init(
            executable: String, arguments: [String] = [], environment: [String: String], directory: String? = nil,
            standardInput: CInt? = nil, standardOutput: CInt? = nil, standardError: CInt? = nil,
            user: UserIdentity? = nil, cgroup: String? = nil, sharesTerminal: Bool = false,
            parentDeathSignal: CInt = SIGKILL, leftoverTimeout: Duration = .zero
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
            self.standardInput = standardInput
            self.standardOutput = standardOutput
            self.standardError = standardError
            self.user = user
            self.cgroup = cgroup
            self.sharesTerminal = sharesTerminal
            self.parentDeathSignal = parentDeathSignal
            self.leftoverTimeout = leftoverTimeout
        }
    }

    /// How a child ended.
    package enum Exit: Sendable, Equatable, CustomStringConvertible {
        case code(Int)
        case signal(Int)

        /// From the status word of `waitpid`.
        init(status: CInt) {
            let signal = Int(status & 0x7f)
            self = signal == 0 ? .code(Int(status >> 8 & 0xff)) : .signal(signal)
        }

        package var description: String {
            switch self {
            case .code(let code): "exit code \(code)"
            case .signal(let number): "signal \(number) (\(signalName(number)))"
            }
        }
    }

    private struct State {
        var exit: Exit?
        var waiters: [@Sendable (Exit) -> Void] = []
    }

    /// Also the id of the child's own session and process group, unless it shares this one's.
    package let pid: pid_t
    private let hasOwnGroup: Bool
    private let state = Mutex(State())

    private init(pid: pid_t, hasOwnGroup: Bool) {
        self.pid = pid
        self.hasOwnGroup = hasOwnGroup
    }

    /// Starts the child. Returns when `exec` has succeeded; throws `SpawnError` when any step before it fails. Takes a
    /// few milliseconds, in which the calling thread waits.
    package static func spawn(_ request: Request) throws(SpawnError) -> ChildProcess {
        let handoff = Handoff()
        let code = startThread {
            switch fork(request) {
            case .failure(let error):
                handoff.deliver(.failure(error))
            case .success(let pid):
                let child = ChildProcess(pid: pid, hasOwnGroup: !request.sharesTerminal)
                handoff.deliver(.success(child))
                child.waitAndReap(leftoverTimeout: request.leftoverTimeout)
            }
        }
        guard code == 0 else {
            throw SpawnError(
                executable: request.executable, directory: request.directory,
                step: CInt(terrace_spawn_step_thread.rawValue), code: code)
        }
        return try handoff.receive().get()
    }

    /// nil while it runs.
    package var exit: Exit? { state.withLock { $0.exit } }

    /// Calls `body` once, on the child's own thread or at once when it has ended already. It must not block.
    package func whenExited(_ body: @escaping @Sendable (Exit) -> Void) {
        let past = state.withLock { state -> Exit? in
            if state.exit == nil { state.waiters.append(body) }
            return state.exit
        }
        if let past { body(past) }
    }

    /// Waits for the end; not ended by cancellation, for a child may not be forgotten.
    package func waitForExit() async -> Exit {
        await withCheckedContinuation { continuation in whenExited { continuation.resume(returning: $0) } }
    }

    /// Sends a signal to the child alone. Does nothing when it has ended: the pid may be somebody else's by then.
    package func send(_ signal: CInt) {
        state.withLock { if $0.exit == nil { kill(pid, signal) } }
    }

    /// Sends a signal to every process of the child's group; to the child alone when it shares this one's.
    package func sendToGroup(_ signal: CInt) {
        state.withLock { if $0.exit == nil { kill(hasOwnGroup ? -pid : pid, signal) } }
    }

    private func waitAndReap(leftoverTimeout: Duration) {
        let failure = terrace_wait_without_reaping(pid)
        precondition(failure == 0, "child \(pid) was reaped by somebody else: \(failure)")
        // What the child left behind in its group ends with it. The pid is still ours: it is not reaped yet.
        if hasOwnGroup {
            if leftoverTimeout > .zero { stopLeftovers(within: leftoverTimeout) }
            kill(-pid, SIGKILL)
        }
        let (exit, waiters) = state.withLock { state in
            var status: CInt = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let exit = Exit(status: status)
            state.exit = exit
            defer { state.waiters = [] }
            return (exit, state.waiters)
        }
        for waiter in waiters { waiter(exit) }
    }

    private func stopLeftovers(within limit: Duration) {
        let deadline = ContinuousClock.now + limit
        var asked = false
        while ContinuousClock.now < deadline, ProcessTable.current().hasRunningMembers(ofGroup: pid) {
            if !asked { kill(-pid, SIGTERM) }
            asked = true
            usleep(10_000)
        }
    }

    private static func fork(_ request: Request) -> Result<pid_t, SpawnError> {
        var raw = terrace_spawn_request()
        let arguments = CStrings([request.executable] + request.arguments)
        let environment = CStrings(request.environment.map { "\($0)=\($1)" }.sorted())
        let cgroup = CStrings(request.cgroup.map { ["\($0)/cgroup.procs"] } ?? [])
        raw.standard_input = request.standardInput ?? -1
        raw.keeps_session = request.sharesTerminal ? 1 : 0
        raw.standard_output = request.standardOutput ?? -1
        raw.standard_error = request.standardError ?? -1
        raw.parent_death_signal = request.parentDeathSignal
        var pid: pid_t = 0
        var step: CInt = 0
        let groups = request.user?.groups ?? []
        let error = groups.withUnsafeBufferPointer { groups in
            if let user = request.user {
                raw.changes_user = 1
                raw.user = user.user
                raw.group = user.group
                raw.groups = groups.baseAddress
                raw.group_count = CInt(groups.count)
            }
            return request.executable.withCString { path in
                raw.path = path
                return arguments.withPointers { argumentPointers in
                    environment.withPointers { environmentPointers in
                        cgroup.withPointers { cgroupPointers in
                            raw.arguments = argumentPointers
                            raw.environment = environmentPointers
                            raw.cgroup_processes = cgroupPointers.pointee.map { UnsafePointer($0) }
                            guard let directory = request.directory else { return terrace_spawn(&raw, &pid, &step) }
                            return directory.withCString {
                                raw.directory = $0
                                return terrace_spawn(&raw, &pid, &step)
                            }
                        }
                    }
                }
            }
        }
        guard error == 0 else {
            return .failure(
                SpawnError(executable: request.executable, directory: request.directory, step: step, code: error))
        }
        return .success(pid)
    }

    /// Passes one result from the forking thread to the caller.
    private final class Handoff: Sendable {
        private let result = Mutex<Result<ChildProcess, SpawnError>?>(nil)
        private let delivered = DispatchSemaphore(value: 0)

        func deliver(_ value: Result<ChildProcess, SpawnError>) {
            result.withLock { $0 = value }
            delivered.signal()
        }

        func receive() -> Result<ChildProcess, SpawnError> {
            delivered.wait()
            guard let value = result.withLock({ $0 }) else { preconditionFailure("handoff without a value") }
            return value
        }
    }
}
