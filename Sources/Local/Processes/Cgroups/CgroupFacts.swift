package import CPlatform

/// What limits a cgroup's processes.
package enum CgroupController: String, Sendable, CaseIterable { case cpu, memory }

/// What the kernel shows of control groups to this process, at one moment.
package struct CgroupFacts: Sendable, Equatable {
    /// Where the hierarchy of version 2 can be seen.
    package struct Mount: Sendable, Equatable {
        package var folder: String
        /// Which cgroup of the hierarchy is there: not `/` in a container that sees no more than its own.
        package var root: String
        package var isReadOnly: Bool
    }

    /// One cgroup.
    package struct Level: Sendable, Equatable {
        package var folder: String
        /// What it may pass on to those below.
        package var controllers: [CgroupController]
        /// What it passes on already.
        package var passedOn: [CgroupController]
        package var processes: [pid_t]
        /// The top of the whole machine, the only one that may hold processes and divide itself.
        package var isTop: Bool
        /// Whether this user may make others in it, move processes out of it and say what it passes on.
        package var isWritable: Bool
    }

    /// nil: none.
    package var mount: Mount?
    /// What a hierarchy of version 1 holds: a controller is in one hierarchy only.
    package var ofVersion1: [CgroupController]
    /// This process's own, then what that is in, up to the mount's folder.
    package var levels: [Level]

    package init(mount: Mount? = nil, ofVersion1: [CgroupController] = [], levels: [Level] = []) {
        self.mount = mount
        self.ofVersion1 = ofVersion1
        self.levels = levels
    }
}

// The texts of /proc. Source: proc_pid_mountinfo(5), cgroups(7).
extension CgroupFacts {
    /// - Parameters:
    ///   - mountInfo: `/proc/self/mountinfo`
    ///   - memberships: `/proc/self/cgroup`
    ///   - look: reads one level; nil where there is none.
    init(mountInfo: String, memberships: String, look: (String) -> Level?) {
        let lines = mountInfo.split(separator: "\n").compactMap { MountLine($0) }
        let older = lines.filter { $0.type == "cgroup" }.flatMap(\.superOptions)
        let found = lines.first { $0.type == "cgroup2" }.map {
            Mount(folder: $0.folder, root: $0.root, isReadOnly: $0.isReadOnly)
        }
        self.init(
            mount: found, ofVersion1: CgroupController.allCases.filter { older.contains($0.rawValue) },
            levels: found.map { CgroupFacts.folders(in: $0, own: CgroupFacts.ownPath(memberships)).compactMap(look) }
                ?? [])
    }

    /// The line `0::/system.slice/shop.service`.
    private static func ownPath(_ memberships: String) -> String {
        memberships.split(separator: "\n").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? "/"
    }

    /// From the own one up.
    private static func folders(in mount: Mount, own path: String) -> [String] {
        let root = mount.root == "/" ? "" : mount.root
        // One that the mount does not show is none of ours to divide.
        guard path == root || path.hasPrefix(root + "/") else { return [mount.folder] }
        let names = path.dropFirst(root.count).split(separator: "/")
        guard !names.contains("..") else { return [mount.folder] }
        return (0...names.count).reversed().map {
            ([mount.folder] + names[..<$0].map(String.init)).joined(separator: "/")
        }
    }
}

private struct MountLine {
    let root: String
    let folder: String
    let isReadOnly: Bool
    let type: Substring
    let superOptions: [String]

    /// `36 31 0:29 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate`
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count >= dash + 4 else { return nil }
        root = String(words[3])
        folder = String(words[4])
        type = words[dash + 1]
        superOptions = words[dash + 3].split(separator: ",").map(String.init)
        isReadOnly = words[5].split(separator: ",").contains("ro") || superOptions.contains("ro")
    }
}
