/// `jobs:`, by name.
enum JobKeys {
    private static let longest = Duration.seconds(86_400)

    static let schedule = Field(
        "schedule", Shape<CronSchedule?>.schedule, required: nil,
        "When it starts: minute hour day-of-month month day-of-week, such as 30 3 * * * or */15 8-18 * * MON-FRI.")
    static let timezone = Field(
        "timezone", .timezone, default: TimeZoneNames.universal, "Whose clock the schedule goes by: Europe/Berlin.")
    static let service = Field(
        "service", Shape<String>.text(.name).optional, default: nil,
        "Whose release, environment and secrets it has; may be left out where there is one service only.")
    static let command = Field(
        "command", Shape<Command>.command.optional, required: nil,
        "What it runs. A list of words runs as it is, a text is given to /bin/sh.")
    static let timeout = Field(
        "timeout", .duration(.seconds(1)...longest), default: .seconds(3600), "After this it is ended.")

    static let all: [any ManifestKey] = [schedule, timezone, service, command, timeout]

    /// Without its name, and without its service where that goes without saying.
    static let shape: Shape<ScheduledJob?> = .section(all) { section, report in
        let schedule = section.read(schedule, &report)
        let command = section.read(command, &report)
        let timezone = section.read(timezone, &report)
        let service = section.read(service, &report)
        let timeout = section.read(timeout, &report)
        guard let schedule, let command else { return .some(nil) }
        return ScheduledJob(
            name: "", schedule: schedule, timezone: timezone, service: service ?? "", command: command,
            timeout: timeout)
    }

    /// The jobs of a manifest with these services, named and complete.
    static func complete(
        _ jobs: [(key: String, value: ScheduledJob?)], services: [String], in found: Found?,
        _ report: inout MistakeList
    ) -> [ScheduledJob] {
        let places = Dictionary(found?.children.map { ($0.key, $0.found) } ?? []) { first, _ in first }
        return jobs.compactMap { name, job in
            let place = places[name]
            let said = place?.child(service.name).flatMap { $0.value.isNull ? nil : $0 }
            if let said, let text = said.text, TextRule.name.accepts(text), !services.contains(text) {
                report.error(
                    said, "there is no service \(Excerpt.quoted(text))", allowed: services.joined(separator: ", "),
                    nearest: Nearest.word(to: text, in: services))
            }
            if said == nil, services.count > 1, let place, place.value.entries != nil {
                report.error(
                    at: place.keyPlace, path: place.path, "`service:` is missing: there are \(services.count) of them",
                    allowed: services.joined(separator: ", "))
            }
            guard var job else { return nil }
            job.name = name
            if job.service.isEmpty { job.service = services.first ?? "" }
            return job
        }
    }
}

extension Shape where Value == CronSchedule? {
    /// Five fields.
    fileprivate static var schedule: Shape {
        let schema: JSON = .object([("type", .text("string")), ("pattern", .text("^ *[^ ]+( +[^ ]+){4} *$"))])
        var shape = Shape(schema: schema) { found, report in
            guard let text = found.text else {
                report.error(found, "found \(found.value.described)", allowed: "five fields: \(CronSchedule.form)")
                return nil
            }
            switch CronSchedule.read(text) {
            case .success(let schedule): return schedule
            case .failure(let mistakes):
                for mistake in mistakes.all {
                    report.error(found, mistake.message, allowed: mistake.allowed, nearest: mistake.nearest)
                }
                return nil
            }
        }
        shape.literal = { $0.map { .text($0.text) } }
        return shape
    }
}

extension Shape where Value == String {
    fileprivate static var timezone: Shape {
        let schema: JSON = .object([
            ("type", .text("string")), ("pattern", .text("^(UTC|[A-Z][a-z]+(/[A-Z][A-Za-z_-]+){1,2})$")),
        ])
        var shape = Shape(schema: schema) { found, report in
            let text = found.text ?? ""
            guard TimeZoneNames.all.contains(text) else {
                report.error(
                    found, "\(found.value.described) is not a time zone",
                    allowed: "UTC, or an area and a city such as Europe/Berlin",
                    nearest: Nearest.word(to: text, in: TimeZoneNames.all.sorted()))
                return nil
            }
            return text
        }
        shape.literal = { .text($0) }
        return shape
    }
}
