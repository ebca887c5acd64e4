enum TasksKeys {
    private static let standard = Service(name: "").tasks

    static let min = Field("min", .integer(in: 1...500), default: standard.lowerBound, "Always running.")
    static let max = Field(
        "max", Shape<Int>.integer(in: 1...500).optional, default: nil,
        "At most; 10 unless min is more.")

    static let all: [any ManifestKey] = [min, max]
}

extension Shape where Value == ClosedRange<Int> {
    static var tasks: Shape {
        var shape = Shape.section(TasksKeys.all) { section, report in
            let least = section.read(TasksKeys.min, &report)
            let most = section.read(TasksKeys.max, &report) ?? Swift.max(least, Service(name: "").tasks.upperBound)
            guard least <= most else {
                report.error(
                    section.has(TasksKeys.min) ? section.place(of: TasksKeys.min) : section.place(of: TasksKeys.max),
                    "min \(least) is more than max \(most)", allowed: "min up to max")
                return nil
            }
            return least...most
        }
        shape.literal = { .object([("min", .number($0.lowerBound)), ("max", .number($0.upperBound))]) }
        return shape
    }
}

enum ScaleOnKeys {
    static let cpu = Field(
        "cpu", Shape<Int>.integer(in: 1...100).optional, default: nil, "Per cent of the tasks' cpu.")
    static let requestsPerTask = Field(
        "requests-per-task", Shape<Int>.integer(in: 1...10_000_000).optional, default: nil,
        "Requests a minute for each task.")

    static let all: [any ManifestKey] = [cpu, requestsPerTask]
}

extension Shape where Value == ScaleOn {
    static var scaleOn: Shape {
        var shape = Shape.section(ScaleOnKeys.all) { section, report in
            let scaleOn = ScaleOn(
                cpu: section.read(ScaleOnKeys.cpu, &report),
                requestsPerTask: section.read(ScaleOnKeys.requestsPerTask, &report))
            if !section.has(ScaleOnKeys.cpu), !section.has(ScaleOnKeys.requestsPerTask) {
                report.error(
                    section.found, "names nothing to scale on", allowed: "cpu, requests-per-task, or both",
                    nearest: "{ cpu: 60 }")
            }
            return scaleOn
        }
        shape.literal = { scaleOn in
            scaleOn == ScaleOn() ? .object([("cpu", .number(scaleOn.cpu ?? 0))]) : nil
        }
        return shape
    }
}
