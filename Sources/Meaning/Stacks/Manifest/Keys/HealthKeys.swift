/// Ranges are a target group's own. Source: ELBv2 CreateTargetGroup, read 2026-11.
enum HealthKeys {
    private static let standard = HealthCheck()

    static let path = Field("path", .text(.path), default: standard.path, "Answers 200 when the task can serve.")
    static let interval = Field(
        "interval", .duration(.seconds(5)...(.seconds(300))), default: standard.interval, "From check to check.")
    static let timeout = Field(
        "timeout", .duration(.seconds(2)...(.seconds(120))), default: standard.timeout,
        "How long an answer may take; less than the interval.")
    static let healthy = Field(
        "healthy", .integer(in: 2...10), default: standard.healthy, "Successes in a row that bring a task in.")
    static let unhealthy = Field(
        "unhealthy", .integer(in: 2...10), default: standard.unhealthy, "Failures in a row that take a task out.")
    static let grace = Field(
        "grace", .duration(.zero...(.seconds(7200))), default: standard.grace,
        "Failures this soon after the start do not count.")

    static let all: [any ManifestKey] = [path, interval, timeout, healthy, unhealthy, grace]

    static let shape: Shape<HealthCheck> = .section(all) { section, report in
        let check = HealthCheck(
            path: section.read(path, &report), interval: section.read(interval, &report),
            timeout: section.read(timeout, &report), healthy: section.read(healthy, &report),
            unhealthy: section.read(unhealthy, &report), grace: section.read(grace, &report))
        if check.timeout >= check.interval {
            let place = section.has(timeout) ? section.place(of: timeout) : section.place(of: interval)
            report.error(
                place,
                "the timeout of \(check.timeout.written) is not less than the interval of "
                    + check.interval.written, allowed: "a timeout below the interval")
        }
        return check
    }
}

extension Shape where Value == HealthCheck {
    static var health: Shape {
        let short = Shape<String>.text(.path).map(
            { HealthCheck(path: $0) }, back: { $0 == HealthCheck(path: $0.path) ? $0.path : nil })
        return .either(short, when: { $0.text != nil }, or: HealthKeys.shape)
    }
}
