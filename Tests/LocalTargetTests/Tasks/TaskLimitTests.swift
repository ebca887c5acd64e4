import Foundation
import Processes
import Stacks
import TestKit
import Testing

@testable import LocalTarget

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A cgroup in which this user may make others; nil where the machine has none.
private let writable = CgroupFacts.current().levels.first(where: \.isWritable)?.folder

struct TaskLimitTests {
    @Test(arguments: [(256, "25000 100000"), (512, "50000 100000"), (1024, "100000 100000"), (4096, "400000 100000")])
    func processorShareIsWrittenAsTimeOfAPeriod(cpu: Int, text: String) {
        let files = TaskLimits(cpu: cpu).files
        #expect(files.map(\.name) == ["cpu.max"])
        #expect(files.map(\.text) == [text])
    }

    @Test func memoryIsWrittenInBytes() {
        let files = TaskLimits(memory: .mebibytes(512)).files
        #expect(files.map(\.name) == ["memory.max"])
        #expect(files.map(\.text) == ["536870912"])
        #expect(TaskLimits().files.isEmpty)
    }

    @Test func onlyWhatTheControllersLimitIsEnforced() {
        let limits = TaskLimits(cpu: 512, memory: .mebibytes(1024))
        #expect(limits.within([.memory]) == TaskLimits(memory: .mebibytes(1024)))
        #expect(limits.within([.cpu, .memory]) == limits)
        #expect(limits.within([]).isEmpty)
    }

    @Test func taskThatWasKilledForItsMemoryIsToldSo() {
        let killed = Diagnosis.ended(
            .signal(9), after: .seconds(3), wasHealthy: true, tail: ["loading"], exceeded: .mebibytes(512))
        #expect(killed.message == "was killed for using more than its 512 MiB after 3 s")
        #expect(killed.next?.contains("memory:") == true)
        let shell = Diagnosis.ended(
            .code(137), after: .seconds(3), wasHealthy: false, tail: [], exceeded: .mebibytes(512))
        #expect(shell.message == "was killed for using more than its 512 MiB after 3 s before it was healthy")
        let parent = Diagnosis.ended(
            .code(1), after: .seconds(3), wasHealthy: true, tail: ["worker lost"], exceeded: .gibibytes(1))
        #expect(
            parent.message
                == "ended with exit code 1, a process of it having been killed for using more than its 1 GiB after 3 s")
        #expect(
            Diagnosis.text(MemoryOverrun(kills: 1, limit: .mebibytes(512)))
                == "a process of it was killed for using more than its 512 MiB")
        #expect(
            Diagnosis.text(MemoryOverrun(kills: 3, limit: .gibibytes(1))).hasPrefix("3 processes of it were killed"))
        #expect(
            TaskSupervisor.releaseFailure(
                .signal(9), .mebibytes(512), took: .seconds(1), tail: [], keepsOld: true
            ).message.hasPrefix("the release command was killed for using more than its 512 MiB"))
    }
}

struct TaskCgroupsTests {
    @Test func refusalIsPassedOnWithItsNextStep() {
        #expect(throws: LimitsRefused(reason: "because", next: "do that")) {
            try TaskCgroups.open(
                record: "/nowhere/cgroup", stackFolder: "/shop", .nowhere(reason: "because", next: "do that"))
        }
    }

    @Test func controllerThatTheKernelDoesNotPassOnIsARefusal() async throws {
        try await withTemporaryFolder { folder in
            let base = folder.path(percentEncoded: false)
            let name = TaskCgroups.name(of: "/shop")
            // No control group: there is no cgroup.subtree_control.
            #expect(throws: LimitsRefused.self) {
                try TaskCgroups.open(
                    record: "\(base)/cgroup", stackFolder: "/shop",
                    .place(folder: base, controllers: [.cpu], leaving: []))
            }
            #expect(!FileManager.default.fileExists(atPath: "\(base)/\(name)"))
        }
    }

    @Test func stacksOfOneMachineDoNotMeet() {
        #expect(TaskCgroups.name(of: "/a/.terrace/") != TaskCgroups.name(of: "/b/.terrace/"))
        #expect(TaskCgroups.name(of: "/a/.terrace/").count == "terrace-".count + 16)
    }

    @Test func folderOfAnotherNameIsNotRemoved() async throws {
        try await withTemporaryFolder { folder in
            let record = folder.appending(path: "record").path(percentEncoded: false)
            let other = folder.appending(path: "terrace-other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
            try Data().write(to: other.appending(path: "cgroup.procs"))
            try Data("\(other.path(percentEncoded: false))\n".utf8).write(to: URL(filePath: record))
            await TaskCgroups.removeRecorded(record, stackFolder: "/shop")
            #expect(FileManager.default.fileExists(atPath: other.path(percentEncoded: false)))
        }
    }

    /// As in a service of systemd, whose only cgroup the supervisor is in when it starts.
    @Test(.enabled(if: LimitingMachine.folder != nil)) func whoMadeRoomComesBackWhenTheTasksHaveEnded() async throws {
        try await withTemporaryFolder { folder in
            let top = Cgroup(try #require(LimitingMachine.folder))
            try top.write("+cpu +memory", to: "cgroup.subtree_control")
            let service = top.below("terrace-test-\(UUID().uuidString)")
            try service.make()
            let child = try ChildProcess.spawn(
                .init(
                    executable: "/bin/sleep", arguments: ["600"], environment: ["PATH": "/usr/bin:/bin"],
                    cgroup: service.folder))
            let cgroups = try TaskCgroups.open(
                record: folder.appending(path: "cgroup").path(percentEncoded: false), stackFolder: "/shop",
                .place(folder: service.folder, controllers: [.cpu, .memory], leaving: [child.pid]))
            #expect(service.processes.isEmpty && service.below("terrace-supervisor").processes == [child.pid])
            #expect(await TaskCgroups.remove(cgroups.stack))
            try cgroups.giveBack()
            #expect(service.processes == [child.pid] && !service.below("terrace-supervisor").exists)
            #expect(service.read("cgroup.subtree_control")?.contains("cpu") == false)
            service.kill()
            _ = await child.waitForExit()
            #expect(await eventually { service.remove() })
        }
    }

    /// What a supervisor that was killed has left: its tasks' cgroups, and a process that left its session.
    @Test(.enabled(if: writable != nil)) func leftoversEndWithTheirCgroups() async throws {
        try await withTemporaryFolder { folder in
            let record = folder.appending(path: "cgroup").path(percentEncoded: false)
            let stackFolder = folder.path(percentEncoded: false)
            let stack = Cgroup(try #require(writable)).below(TaskCgroups.name(of: stackFolder))
            try stack.make()
            try Data("\(stack.folder)\n".utf8).write(to: URL(filePath: record))
            let task = try TaskCgroups(stack: stack, controllers: []).begin("web.1", TaskLimits(cpu: 256))
            #expect(task.limits.isEmpty && task.memoryKills == 0)
            let child = try ChildProcess.spawn(
                .init(
                    executable: "/bin/sh", arguments: ["-c", "setsid sleep 600 & exec sleep 600"],
                    environment: ["PATH": "/usr/bin:/bin"], cgroup: task.cgroup.folder))
            #expect(await eventually { task.cgroup.processes.count == 2 })
            await TaskCgroups.removeRecorded(record, stackFolder: stackFolder)
            #expect(!stack.exists)
            #expect(!FileManager.default.fileExists(atPath: record))
            #expect(await child.waitForExit() == .signal(9))
        }
    }
}
