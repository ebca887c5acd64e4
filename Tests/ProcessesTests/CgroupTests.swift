import Foundation
import TestKit
import Testing

@testable import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

private typealias Level = CgroupFacts.Level

private func level(
    _ folder: String, _ controllers: [CgroupController] = [.cpu, .memory], processes: [pid_t] = [], isTop: Bool = false,
    isWritable: Bool = false
) -> Level {
    Level(
        folder: folder, controllers: controllers, passedOn: [], processes: processes, isTop: isTop,
        isWritable: isWritable)
}

private func facts(_ levels: [Level], ofVersion1: [CgroupController] = [], readOnly: Bool = false) -> CgroupFacts {
    CgroupFacts(
        mount: .init(folder: "/sys/fs/cgroup", root: "/", isReadOnly: readOnly), ofVersion1: ofVersion1, levels: levels)
}

struct CgroupFactsTests {
    static let plain = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    static let hybrid = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """

    private func folders(_ mountInfo: String, _ memberships: String) -> [String] {
        CgroupFacts(mountInfo: mountInfo, memberships: memberships) { level($0) }.levels.map(\.folder)
    }

    @Test func levelsLeadFromTheOwnCgroupToTheTop() {
        #expect(
            folders(Self.plain, "0::/user.slice/shop.scope\n") == [
                "/sys/fs/cgroup/user.slice/shop.scope", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup",
            ])
        #expect(folders(Self.plain, "0::/\n") == ["/sys/fs/cgroup"])
    }

    @Test func containersCgroupIsNotLookedForBelowItself() {
        let mount = "30 23 0:26 /docker/1a /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n"
        #expect(folders(mount, "0::/docker/1a/web\n") == ["/sys/fs/cgroup/web", "/sys/fs/cgroup"])
        // Seen from outside of what the mount shows.
        #expect(folders(mount, "0::/docker/1ab\n") == ["/sys/fs/cgroup"])
        #expect(folders(Self.plain, "0::/../other\n") == ["/sys/fs/cgroup"])
        #expect(CgroupFacts(mountInfo: mount, memberships: "") { level($0) }.mount?.isReadOnly == true)
    }

    @Test func hybridMachineTellsWhatVersion1Holds() {
        let facts = CgroupFacts(mountInfo: Self.hybrid, memberships: "3:memory:/a\n0::/\n") { level($0, []) }
        #expect(facts.mount == .init(folder: "/sys/fs/cgroup/unified", root: "/", isReadOnly: false))
        #expect(facts.ofVersion1 == [.cpu, .memory])
    }

    @Test func oldMachineHasNoMount() {
        let lines = Self.hybrid.split(separator: "\n").dropLast().joined(separator: "\n")
        let facts = CgroupFacts(mountInfo: lines, memberships: "3:memory:/a\n") { level($0) }
        #expect(facts == CgroupFacts(ofVersion1: [.cpu, .memory]))
    }
}

struct CgroupChoiceTests {
    private static let own: Set<pid_t> = [100, 99]

    private func place(_ facts: CgroupFacts) -> String {
        switch CgroupChoice(facts, own: Self.own) {
        case .place(let folder, let controllers, let leaving):
            "\(folder) \(controllers.map(\.rawValue)) leaving \(leaving)"
        case .nowhere(let reason, let next): reason + (next == nil ? "" : " – next")
        }
    }

    @Test func rootTakesTheTop() {
        let session = level("/sys/fs/cgroup/user.slice/session", processes: [7, 100], isWritable: true)
        let top = level("/sys/fs/cgroup", processes: [1, 2], isTop: true, isWritable: true)
        #expect(place(facts([session, top])) == #"/sys/fs/cgroup ["cpu", "memory"] leaving []"#)
    }

    @Test func userTakesTheNearestFreeOneOfTheirs() {
        let scope = level("/u/app.slice/terrace.scope", processes: [100], isWritable: true)
        let slice = level("/u/app.slice", [.memory], isWritable: true)
        let top = level("/", processes: [1], isTop: true)
        #expect(place(facts([scope, slice, top])) == #"/u/app.slice ["memory"] leaving []"#)
    }

    @Test func serviceWithItsOwnCgroupLeavesItForItsTasks() {
        let service = level("/system.slice/shop", processes: [99, 100], isWritable: true)
        #expect(
            place(facts([service, level("/system.slice")]))
                == #"/system.slice/shop ["cpu", "memory"] leaving [99, 100]"#)
    }

    @Test func strangersInTheOnlyCgroupAreNotMoved() {
        let shared = level("/c", processes: [1, 100], isWritable: true)
        #expect(place(facts([shared])) == "other processes are in the cgroup /c – next")
        // A cgroup above the own one is somebody else's to clear.
        let above = level("/c", processes: [100], isWritable: true)
        #expect(
            place(facts([level("/c/own", processes: [100]), above])) == "other processes are in the cgroup /c – next")
    }

    @Test func everyRefusalHasItsReason() {
        #expect(place(CgroupFacts()) == "this system has no cgroups")
        #expect(place(CgroupFacts(ofVersion1: [.cpu, .memory])) == "this machine has cgroups of version 1 only")
        let empty = level("/u", [], isTop: true, isWritable: true)
        #expect(
            place(facts([empty], ofVersion1: [.cpu, .memory]))
                == "cgroups of version 1 hold cpu and memory on this machine")
        #expect(place(facts([level("/s")], readOnly: true)) == "/sys/fs/cgroup is mounted read-only")
        #expect(place(facts([level("/s")])) == "this user may not make cgroups here – next")
        #expect(
            place(facts([level("/s", [], isWritable: true)]))
                == "cpu and memory are not delegated to the cgroups of this user – next")
    }
}

/// A cgroup in which this user may make others; nil where the machine has none.
private let writable = CgroupFacts.current().levels.first(where: \.isWritable)?.folder

struct CgroupTests {
    #if os(Linux)
        @Test func childThatCannotJoinItsCgroupIsNotStarted() {
            let request = ChildProcess.Request(executable: "/bin/true", environment: [:], cgroup: "/nowhere")
            #expect {
                try ChildProcess.spawn(request)
            } throws: { error in
                (error as? SpawnError)?.isRefusedCgroup == true
                    && "\(error)" == "cannot put /bin/true into its cgroup: No such file or directory"
            }
        }
    #endif

    @Test func valuesAreReadByTheirWholeName() async throws {
        try await withTemporaryFolder { folder in
            try Data("oom 1\noom_kill 3\noom_group_kill 0\n".utf8).write(to: folder.appending(path: "memory.events"))
            let cgroup = Cgroup(folder.path(percentEncoded: false))
            #expect(cgroup.value("oom_kill", of: "memory.events") == 3)
            #expect(cgroup.value("oom_group", of: "memory.events") == nil)
            #expect(cgroup.value("oom_kill", of: "nothing") == nil)
        }
    }

    /// A session of its own is how a daemon leaves its parent; a cgroup it does not leave.
    @Test(.enabled(if: writable != nil)) func nothingThatAChildStartsIsOutsideOfItsCgroup() async throws {
        let cgroup = Cgroup(try #require(writable)).below("terrace-test-\(UUID().uuidString)")
        try cgroup.make()
        defer { _ = cgroup.remove() }
        let child = try ChildProcess.spawn(
            .init(
                executable: "/bin/sh", arguments: ["-c", "setsid sleep 600 & exec sleep 600"],
                environment: ["PATH": "/usr/bin:/bin"], cgroup: cgroup.folder))
        // `setsid` has made the session before it becomes what it starts.
        let isAsleep = { (pid: Int32) in
            (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) == "sleep\n"
        }
        #expect(await eventually { cgroup.processes.count == 2 && cgroup.processes.allSatisfy(isAsleep) })
        #expect(cgroup.processes.contains(child.pid))
        #expect(!cgroup.remove())
        child.send(SIGKILL)
        _ = await child.waitForExit()
        #expect(cgroup.processes.count == 1)
        #expect(cgroup.value("usage_usec", of: "cpu.stat") != nil)
        cgroup.kill()
        #expect(await eventually { cgroup.remove() })
        #expect(!cgroup.exists)
    }

    @Test(.enabled(if: writable != nil)) func cgroupGoesWithThoseBelowIt() throws {
        let cgroup = Cgroup(try #require(writable)).below("terrace-test-\(UUID().uuidString)")
        try cgroup.make()
        try cgroup.below("web.1").make()
        try cgroup.below("web.1").below("inner").make()
        #expect(cgroup.remove() && !cgroup.exists)
        // Who is gone already is no failure.
        #expect(cgroup.remove())
    }
}
