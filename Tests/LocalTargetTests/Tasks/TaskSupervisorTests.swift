import Foundation
import Processes
import Stacks
import Synchronization
import TestKit
import Testing
import TrafficRules

@testable import LocalTarget

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stands for the load balancer: connects to each started task, and tells the supervisor.
private final class Traffic: TaskTraffic {
    struct State {
        var supervisor: TaskSupervisor?
        var checks: [String: Task<Void, Never>] = [:]
        var log: [String] = []
        var healthy: Set<String> = []
        /// What the next comparisons say; nil without a trial.
        var seen = CanaryComparison()
        var trial: (version: Int, part: Int)?
    }
    let state = Mutex(State())

    func taskStarted(_ endpoint: TaskEndpoint) {
        state.withLock { state in
            state.log.append("started \(endpoint.id)")
            state.checks[endpoint.id] = Task { await check(endpoint) }
        }
    }

    func drain(_ task: String) async { state.withLock { $0.log.append("drain \(task)") } }

    func taskEnded(_ task: String) {
        state.withLock { state in
            state.log.append("ended \(task)")
            state.healthy.remove(task)
            state.checks.removeValue(forKey: task)?.cancel()
        }
    }

    func beginTrial(of service: String, version: Int, part: Int) {
        state.withLock { $0.trial = (version, part) }
    }

    func comparison(of service: String) -> CanaryComparison? {
        state.withLock { $0.trial == nil ? nil : $0.seen }
    }

    func endTrial(of service: String) { state.withLock { $0.trial = nil } }

    private func check(_ endpoint: TaskEndpoint) async {
        while !Task.isCancelled {
            let supervisor = state.withLock { $0.supervisor }
            if connects(endpoint.port) {
                state.withLock { _ = $0.healthy.insert(endpoint.id) }
                return await supervisor?.taskBecameHealthy(endpoint.id) ?? ()
            }
            await supervisor?.taskBecameUnhealthy(endpoint.id, .connectionRefused)
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
    }

    private func connects(_ port: Int) -> Bool {
        #if os(Linux)
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

private struct Stage {
    let folder: URL
    /// What `server.py` holds.
    let server: String
    let traffic: Traffic
    let supervisor: TaskSupervisor
    let events: Events

    final class Events: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ event: TaskEvent) { lines.withLock { $0.append("\(event)") } }
        var all: [String] { lines.withLock { $0 } }
        func contains(_ text: String) -> Bool { all.contains { $0.contains(text) } }
    }
}

/// Runs `body` with a supervisor over a fresh folder that holds `server.py`, and stops everything afterwards.
private func withStage(
    cgroups: @escaping @Sendable () -> CgroupFacts = { CgroupFacts() }, _ body: (Stage) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        let server = """
            import os, signal, socket, sys, time
            if len(sys.argv) > 1: print("release", *sys.argv[1:], flush=True)
            listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
            print("listening", flush=True)
            def stop(*_):
                print("bye", flush=True)
                sys.exit(0)
            signal.signal(signal.SIGTERM, stop)
            while True: listener.accept()[0].close()
            """
        try Data(server.utf8).write(to: folder.appending(path: "server.py"))
        let traffic = Traffic()
        let events = Stage.Events()
        let supervisor = try TaskSupervisor(
            settings: .init(
                stackFolder: folder, manifestFolder: folder, logsFolder: folder.appending(path: "logs"),
                zones: ["a", "b"], environment: ProcessInfo.processInfo.environment, cgroups: cgroups),
            traffic: traffic,
            secrets: { names in
                let missing = names.filter { $0 != "SESSION_KEY" }
                guard missing.isEmpty else { throw MissingSecrets(names: missing) }
                return ["SESSION_KEY": Secret("s3cret")]
            }, watch: { events.add($0) })
        traffic.state.withLock { $0.supervisor = supervisor }
        let stage = Stage(folder: folder, server: server, traffic: traffic, supervisor: supervisor, events: events)
        do { try await body(stage) } catch {
            await supervisor.stop(graceful: false)
            throw error
        }
        await supervisor.stop(graceful: false)
        #expect(ProcessTree.descendants(of: getpid()).allSatisfy { pid in !stray(pid, folder) })
    }
}

private func stray(_ pid: pid_t, _ folder: URL) -> Bool {
    let environment = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))) ?? Data()
    return String(decoding: environment, as: UTF8.self).contains("TERRACE_STACK=\(folder.path(percentEncoded: false))")
}

private func service(
    _ name: String = "web", _ command: Command? = .words(["python3", "server.py"]), tasks: Int = 2
) -> Service {
    Service(name: name, command: command, tasks: tasks...10, stopTimeout: .seconds(10))
}

@Suite(.serialized, .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/stat")))
struct TaskSupervisorTests {
    @Test func tasksRunSpreadOverZonesAndStopGracefully() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service(tasks: 3)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let tasks = await stage.supervisor.status()[0].tasks
            #expect(tasks.map(\.zone) == ["a", "b", "a"])
            #expect(Set(tasks.map(\.port)).count == 3)
            #expect(tasks.allSatisfy { $0.state == .healthy && $0.restarts == 0 })
            #expect(await stage.supervisor.usage()["web.1"].map { $0.residentBytes > 1 << 20 } == true)
            await stage.supervisor.stop(graceful: true)
            #expect(
                Set(stage.traffic.state.withLock { $0.log }).isSuperset(of: [
                    "drain web.1", "drain web.2", "drain web.3",
                ]))
            let lines = LogReader(folder: stage.folder.appending(path: "logs")).lines()
            #expect(lines.filter { $0.text == "bye" }.map(\.task).sorted() == ["web.1", "web.2", "web.3"])
        }
    }

    @Test func killedTaskComesBackUnderANewName() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let pid = try #require(await stage.supervisor.status()[0].tasks[0].pid)
            kill(pid, SIGKILL)
            #expect(await eventually { stage.traffic.state.withLock { $0.healthy } == ["web.2", "web.3"] })
            let tasks = await stage.supervisor.status()[0].tasks
            #expect(tasks.first { $0.id == "web.3" }?.restarts == 1)
            #expect(stage.events.contains("web.1: ended with signal 9 (SIGKILL)"))
        }
    }

    @Test func changedServiceIsRolledNewBeforeOld() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            var changed = service()
            changed.environment = ["LOG_LEVEL": "debug"]
            await stage.supervisor.apply([changed])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let log = stage.traffic.state.withLock { $0.log }
            let starts = try #require(log.firstIndex(of: "started web.3"))
            let drains = try #require(log.firstIndex(of: "drain web.1"))
            #expect(starts < drains)
            #expect(Set(await stage.supervisor.status()[0].tasks.map(\.id)) == ["web.3", "web.4"])
        }
    }

    @Test func sameServicesChangeNothing() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1", "web.2"])
        }
    }

    @Test func countsGrowShrinkAndServicesLeave() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service(tasks: 1), service("api", tasks: 1)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.apply([service(tasks: 3)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.status().map(\.name) == ["web"])
            #expect(await stage.supervisor.status()[0].tasks.count == 3)
        }
    }

    @Test func missingProgramIsSaidAtOnce() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service("web", .words(["./guestbook"]))])
            let problems = await stage.supervisor.waitForOutcome()
            #expect(problems.first?.message.contains("cannot start ./guestbook: No such file or directory") == true)
            #expect(problems.first?.next?.hasPrefix("build it") == true)
        }
    }

    @Test func crashLoopIsSaidWithTheLastLine() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service("web", .shell("echo 'no table users' >&2; exit 3"), tasks: 1)])
            let problem = await stage.supervisor.waitForOutcome().first
            #expect(problem?.message.contains("crash loop, 3 failures in a row") == true)
            #expect(problem?.message.contains("exit code 3") == true)
            #expect(problem?.message.hasSuffix("before it was healthy: no table users") == true)
        }
    }

    @Test func taskThatIgnoresItsPortIsToldWhereItListens() async throws {
        try await withStage { stage in
            let text = "import socket,time; s=socket.create_server(('127.0.0.1',0)); time.sleep(600)"
            await stage.supervisor.apply([service("web", .words(["python3", "-c", text]), tasks: 1)])
            #expect(
                await eventually {
                    let reason = await stage.supervisor.status().first?.tasks.first?.reason
                    return reason?.contains("instead of its port") == true
                })
        }
    }

    @Test func stubbornTaskIsKilledAfterItsTimeout() async throws {
        try await withStage { stage in
            var stubborn = service(tasks: 1)
            stubborn.command = .words([
                "python3", "-c",
                "import os,signal,socket,time; signal.signal(15, signal.SIG_IGN); s=socket.create_server(('127.0.0.1',int(os.environ['PORT']))); time.sleep(600)",
            ])
            stubborn.stopTimeout = .milliseconds(300)
            await stage.supervisor.apply([stubborn])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.stop(graceful: true)
            #expect(stage.events.contains("stopped (signal 9 (SIGKILL))"))
        }
    }

    @Test func releaseRunsOnceBeforeTheFirstTask() async throws {
        try await withStage { stage in
            var web = service()
            web.release = .shell(
                "echo migrating; env | grep SECRET_OF_CALLER; test -n \"$SESSION_KEY\" && echo done > released")
            web.secrets = ["SESSION_KEY"]
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(
                FileManager.default.fileExists(
                    atPath: stage.folder.appending(path: "released").path(percentEncoded: false)))
            let events = stage.events.all
            let released = try #require(events.firstIndex { $0.hasPrefix("web.release: succeeded") })
            let started = try #require(events.firstIndex { $0.hasPrefix("web.1: started") })
            #expect(released < started)
            #expect(events.count { $0.hasPrefix("web.release: started") } == 1)
        }
    }

    @Test func newAccessToTheDatabaseIsNoNewRelease() async throws {
        try await withStage { stage in
            var web = service()
            web.release = .shell("echo migrating >> released")
            await stage.supervisor.apply([web], database: .init(password: Secret("old")))
            #expect(await stage.supervisor.waitForOutcome() == [])
            // What was built since is for a deployment.
            let program = stage.folder.appending(path: "server.py")
            try Data((String(contentsOf: program, encoding: .utf8) + "# built anew\n").utf8).write(to: program)
            await stage.supervisor.renew(.init(password: Secret("new")))
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(Set(await stage.supervisor.status()[0].tasks.map(\.id)) == ["web.3", "web.4"])
            #expect(stage.events.all.count { $0.hasPrefix("web.release: started") } == 1)
            #expect(await stage.supervisor.runningReleases() == ["web": 1])
            let environment = try await stage.supervisor.program(["env"], in: "web", task: 3).environment
            #expect(environment["PGPASSWORD"] == "new")
        }
    }

    @Test func otherSecretsOfTheSameReleaseDoNotRunItsCommandAgain() async throws {
        try await withStage { stage in
            var web = service()
            web.release = .shell("true")
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.apply([web], database: .init(password: Secret("new")))
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(Set(await stage.supervisor.status()[0].tasks.map(\.id)) == ["web.3", "web.4"])
            #expect(stage.events.all.count { $0.hasPrefix("web.release: started") } == 1)
            web.environment = ["LOG_LEVEL": "debug"]
            await stage.supervisor.apply([web], database: .init(password: Secret("new")))
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(stage.events.all.count { $0.hasPrefix("web.release: started") } == 2)
        }
    }

    @Test func limitsThatCannotBeEnforcedAreSaidOnceAndNothingElse() async throws {
        try await withStage { stage in
            var web = service()
            web.limits = TaskLimits(cpu: 256, memory: .mebibytes(512))
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let note = "limits are not enforced on this machine (cpu and memory): this system has no cgroups"
            #expect(await stage.supervisor.limitNote == note)
            #expect(await stage.supervisor.problems() == [])
            // Other limits are no reason for new tasks then.
            web.limits.memory = .mebibytes(1024)
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1", "web.2"])
            #expect(stage.events.all.filter { $0.contains("limits") } == ["tasks: \(note)"])
        }
    }

    @Test func withoutLimitsNobodyAsksForCgroups() async throws {
        let asked: @Sendable () -> CgroupFacts = {
            Issue.record("asked")
            return CgroupFacts()
        }
        try await withStage(cgroups: asked) { stage in
            await stage.supervisor.apply([service(tasks: 1)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.limitNote == nil)
        }
    }

    @Test func failedReleaseKeepsTheOldVersion() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            var broken = service()
            broken.release = .shell("echo 'relation exists' >&2; exit 1")
            await stage.supervisor.apply([broken])
            let problem = await stage.supervisor.waitForOutcome().first
            #expect(problem?.message == "the release command ended with exit code 1: relation exists")
            #expect(problem?.next?.hasPrefix("the old version goes on") == true)
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1", "web.2"])
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1", "web.2"])
        }
    }

    @Test func missingSecretIsSaidAndNothingStarts() async throws {
        try await withStage { stage in
            var web = service()
            web.secrets = ["SESSION_KEY", "STRIPE_KEY"]
            await stage.supervisor.apply([web])
            let problem = await stage.supervisor.waitForOutcome().first
            #expect(problem?.message == "the secret STRIPE_KEY has no value")
            #expect(await stage.supervisor.status()[0].tasks.isEmpty)
        }
    }

    @Test func shellThatStaysBetweenLetsItsServerFinish() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service("web", .shell("true && python3 server.py; true"), tasks: 1)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.stop(graceful: true)
            let lines = LogReader(folder: stage.folder.appending(path: "logs")).lines().map(\.text)
            #expect(lines.contains("bye"))
        }
    }

    @Test func workerWithoutRoutesIsNotOfferedToTheLoadBalancer() async throws {
        try await withStage { stage in
            var worker = service("worker", .words(["sleep", "600"]), tasks: 1)
            worker.routes = []
            await stage.supervisor.apply([worker])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(stage.traffic.state.withLock { $0.log }.isEmpty)
        }
    }
}

/// New versions of a real service.
extension TaskSupervisorTests {
    @Test func versionThatCrashesIsGivenUpAndTheOldTasksNeverLeave() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let before = await stage.supervisor.status()[0].tasks.map(\.id)
            let broken = service("web", .shell("echo 'no table users' >&2; exit 3"))
            await stage.supervisor.apply([broken])
            let problem = await stage.supervisor.waitForOutcome().first
            #expect(
                problem?.message.hasPrefix("release 2 was given up: 3 of its tasks failed; the last one ended") == true)
            #expect(problem?.message.contains("exit code 3") == true)
            #expect(problem?.lines == ["no table users"])
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == before)
            #expect(
                stage.traffic.state.withLock { $0.log }.allSatisfy { line in !before.contains { line == "drain \($0)" }
                })
            let list = try #require(try await stage.supervisor.releaseLists().first)
            #expect(list.running == 1 && list.instead == 2)
            #expect(list.releases.map(\.outcome) == [.failed, .served])
            // Nobody but a deployment brings it back.
            await stage.supervisor.apply([broken])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(stage.events.contains("release 1 runs since 2 failed"))
        }
    }

    @Test func overwrittenProgramIsRolledBackFromItsCopyWithoutItsReleaseCommand() async throws {
        try await withStage { stage in
            var web = service()
            web.release = .shell("echo migrated >> released")
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let file = stage.folder.appending(path: "server.py")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacingOccurrences(of: "\"bye\"", with: "\"new bye\"").utf8).write(to: file)
            #expect(await stage.supervisor.outdated().map(\.reason) == ["its program was built anew"])
            await stage.supervisor.apply([web], deploying: ["web"])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.runningReleases() == ["web": 2])
            try await stage.supervisor.rollBack("web", to: nil)
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.runningReleases() == ["web": 1])
            await stage.supervisor.stop(graceful: true)
            let lines = LogReader(folder: stage.folder.appending(path: "logs")).lines()
            let byes = lines.filter { ["bye", "new bye"].contains($0.text) }.map { "\($0.task) \($0.text)" }
            #expect(
                byes.sorted() == [
                    "web.1 bye", "web.2 bye", "web.3 new bye", "web.4 new bye", "web.5 bye", "web.6 bye",
                ])
            let released = try String(contentsOf: stage.folder.appending(path: "released"), encoding: .utf8)
            #expect(released == "migrated\nmigrated\n")
        }
    }

    @Test func rollbackToWhatIsNotThereSaysWhatIs() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service()])
            #expect(await stage.supervisor.waitForOutcome() == [])
            for number in [nil, 1, 9] {
                await #expect(throws: Report.self) { try await stage.supervisor.rollBack("web", to: number) }
            }
            #expect(await stage.supervisor.runningReleases() == ["web": 1])
        }
    }

    @Test func canaryRunsBesideAllOldTasksAndTakesOverWhenItIsAsGood() async throws {
        try await withStage { stage in
            var web = service()
            web.deploy.canary = .init(share: 10, bake: .milliseconds(400))
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(stage.traffic.state.withLock { $0.trial } == nil)
            stage.traffic.state.withLock { $0.seen.new = .init(requests: 40, errors: 0) }
            web.environment = ["COLOUR": "green"]
            await stage.supervisor.apply([web])
            #expect(await eventually { stage.traffic.state.withLock { $0.trial?.part } == 22 })
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(stage.traffic.state.withLock { $0.trial } == nil)
            #expect(await stage.supervisor.runningReleases() == ["web": 2])
            #expect(stage.events.contains("the canary is as good as the old version: 0 of its 40 requests failed"))
        }
    }

    @Test func canaryThatFailsRequestsIsGivenUpAndNoOldTaskLeaves() async throws {
        try await withStage { stage in
            var web = service()
            web.deploy.canary = .init(share: 10, bake: .seconds(60))
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            stage.traffic.state.withLock { $0.seen.new = .init(requests: 40, errors: 20) }
            web.environment = ["COLOUR": "red"]
            await stage.supervisor.apply([web])
            let problem = await stage.supervisor.waitForOutcome().first
            #expect(problem?.message.contains("as a canary 20 of its 40 requests failed") == true)
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1", "web.2"])
            #expect(stage.traffic.state.withLock { $0.trial } == nil)
        }
    }

    @Test func anAlarmTakesACanaryBackAndLeavesWhatServesAlone() async throws {
        try await withStage { stage in
            var web = service()
            web.deploy.canary = .init(share: 10, bake: .seconds(60))
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.alarmWentOff("web", "alarm web-errors: too many fail")
            #expect(await stage.supervisor.runningReleases() == ["web": 1])
            web.environment = ["COLOUR": "red"]
            await stage.supervisor.apply([web])
            #expect(await eventually { stage.traffic.state.withLock { $0.trial } != nil })
            await stage.supervisor.alarmWentOff("web", "alarm web-errors: too many fail")
            let problem = await stage.supervisor.waitForOutcome().first
            #expect(problem?.message.contains("alarm web-errors: too many fail") == true)
            #expect(await stage.supervisor.runningReleases() == ["web": 1])
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1", "web.2"])
            #expect(stage.traffic.state.withLock { $0.trial } == nil)
        }
    }
}

/// How many, and once.
extension TaskSupervisorTests {
    @Test func scaledServiceKeepsItsNumberOverAnApply() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service(tasks: 1)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            await stage.supervisor.scale("web", to: 3)
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.status()[0].tasks.count == 3)
            await stage.supervisor.apply([service(tasks: 1)])
            await stage.supervisor.scale("web", to: 2)
            #expect(await stage.supervisor.waitForOutcome() == [])
            #expect(await stage.supervisor.status()[0].tasks.count == 2)
        }
    }

    @Test func oneOffTaskHasTheServicesEnvironmentAndTellsItsLinesAndItsEnd() async throws {
        try await withStage { stage in
            var web = service(tasks: 1)
            web.environment = ["COLOUR": "green"]
            web.secrets = ["SESSION_KEY"]
            await stage.supervisor.apply([web])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let lines = Mutex<[String]>([])
            let text = "echo $COLOUR $SESSION_KEY $TERRACE_TASK; echo beside >&2; exit 3"
            let end = try await stage.supervisor.run("web", ["sh", "-c", text]) { line in
                lines.withLock { $0.append("\(line.stream.rawValue) \(line.text)") }
            }
            #expect(end == TaskEnd(.code(3)))
            #expect(lines.withLock { Set($0) } == ["out green s3cret web.run-1", "err beside"])
            #expect(await stage.supervisor.status()[0].tasks.map(\.id) == ["web.1"])
        }
    }

    @Test func oneOffTaskEndsWithItsCaller() async throws {
        try await withStage { stage in
            await stage.supervisor.apply([service(tasks: 1)])
            #expect(await stage.supervisor.waitForOutcome() == [])
            let run = Task { try await stage.supervisor.run("web", ["sleep", "600"]) { _ in } }
            #expect(await eventually { stage.events.contains("web.run-1: started") })
            run.cancel()
            let end = try await run.value
            #expect(end == TaskEnd(.signal(15)))
            await #expect(throws: Report.self) {
                _ = try await stage.supervisor.run("web", ["./absent"], each: { _ in })
            }
        }
    }
}

extension TaskSupervisorTests {
    /// What the kernel does, where it has cgroups of version 2; `make limits-test` brings such a kernel.
    @Suite(.serialized, .enabled(if: LimitingMachine.folder != nil)) struct Limits {
        /// Takes memory at one go, much faster than anybody looks.
        private static let eater = "x = bytes([1]) * (900 << 20)"

        @Test func commandBeyondItsMemoryIsKilledAndSaysSo() async throws {
            try await withStage(cgroups: CgroupFacts.current) { stage in
                var web = service(tasks: 1)
                web.limits = TaskLimits(memory: .mebibytes(512))
                await stage.supervisor.apply([web])
                #expect(await stage.supervisor.waitForOutcome() == [])
                let end = try await stage.supervisor.run("web", ["python3", "-c", Self.eater]) { _ in }
                #expect(end == TaskEnd(.signal(9), overrun: "was killed for using more than its 512 MiB"))
                #expect(stage.events.contains("web.run-1: was killed for using more than its 512 MiB"))
                #expect(try await stage.supervisor.run("web", ["true"]) { _ in } == TaskEnd(.code(0)))
            }
        }

        @Test func taskThatGoesOnWithoutAChildSaysWhatKilledIt() async throws {
            try await withStage(cgroups: CgroupFacts.current) { stage in
                let child = "import subprocess, sys; subprocess.run([sys.executable, '-c', '\(Self.eater)'])"
                try Data("\(child)\n\(stage.server)".utf8).write(to: stage.folder.appending(path: "server.py"))
                var web = service(tasks: 1)
                web.limits = TaskLimits(memory: .mebibytes(512))
                await stage.supervisor.apply([web])
                #expect(await stage.supervisor.waitForOutcome() == [])
                let task = await stage.supervisor.status()[0].tasks[0]
                #expect(task.state == .healthy && task.restarts == 0)
                #expect(task.reason == "a process of it was killed for using more than its 512 MiB")
                for _ in 1...2 { await stage.supervisor.noteMemoryKills() }
                let told = "web.1: goes on, but a process of it was killed for using more than its 512 MiB"
                #expect(stage.events.all.count { $0 == told } == 1)
            }
        }

        @Test func taskIsStoppedForTheRestOfAPeriodThatItHasUsedUp()
            async throws
        {
            try await withStage(cgroups: CgroupFacts.current) { stage in
                var web = service("burner", .words(["python3", "-c", "while True: pass"]), tasks: 1)
                web.routes = []
                web.limits = TaskLimits(cpu: 256)
                await stage.supervisor.apply([web])
                #expect(await stage.supervisor.waitForOutcome() == [])
                let record = stage.folder.appending(path: "cgroup")
                let folder = try String(contentsOf: record, encoding: .utf8).trimmingCharacters(in: .newlines)
                let task = Cgroup(folder).below("burner.1")
                #expect(task.read("cpu.max") == "25000 100000\n")
                #expect(await eventually { (task.value("nr_throttled", of: "cpu.stat") ?? 0) > 3 })
                await stage.supervisor.stop(graceful: true)
                #expect(!Cgroup(folder).exists)
                #expect(!FileManager.default.fileExists(atPath: record.path(percentEncoded: false)))
            }
        }
    }
}
