/// What a task may use on this machine: the sizes that the manifest writes down. Fargate's defaults are no limits here, or an
/// application would be slow on a developer's machine without anybody having asked for it.
package struct TaskLimits: Sendable, Equatable {
    /// 1024 = one processor; nil: as much as there is.
    package var cpu: Int?
    package var memory: ByteCount?

    package init(cpu: Int? = nil, memory: ByteCount? = nil) {
        self.cpu = cpu
        self.memory = memory
    }

    package var isEmpty: Bool { cpu == nil && memory == nil }
}
