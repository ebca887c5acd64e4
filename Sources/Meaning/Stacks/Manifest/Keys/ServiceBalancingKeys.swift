/// How requests are handed to a service's tasks. Ranges are a target group's own where it has the setting.
/// Source: ELBv2 target group attributes and load balancer attributes, read 2026-11.
enum ServiceBalancingKeys {
    private static let standard = ServiceBalancing()

    static let sticky = Field(
        "sticky", Shape<Duration>.duration(.seconds(1)...(.seconds(7 * 86_400))).optional, default: nil,
        "How long a client stays with its task, by a cookie as an ALB sets it; without it, every request may go to any."
    )
    static let slowStart = Field(
        "slow-start", Shape<Duration>.duration(.seconds(30)...(.seconds(900))).optional, default: nil,
        "How long a task that came up takes until it gets its whole share of requests.")
    static let timeout = Field(
        "timeout", .duration(.seconds(1)...(.seconds(4000))), default: standard.timeout,
        "Longest time without a byte from a task; then the answer is 504.")
    static let ejection = Field(
        "ejection", .either(.switchedOff, when: { $0.text != nil }, or: EjectionKeys.shape.optional),
        default: standard.ejection,
        "When a healthy task that keeps failing gets no requests for a while; `none` leaves it to the health check.")

    static let all: [any ManifestKey] = [sticky, slowStart, timeout, ejection]

    static func read(_ section: Section, _ report: inout MistakeList) -> ServiceBalancing {
        ServiceBalancing(
            sticky: section.read(sticky, &report), slowStart: section.read(slowStart, &report),
            timeout: section.read(timeout, &report), ejection: section.read(ejection, &report))
    }
}

enum EjectionKeys {
    private static let standard = Ejection()

    static let failures = Field(
        "failures", .integer(in: 1...1000), default: standard.failures,
        "Answers of 500 and above, or connections that failed, in a row.")
    static let time = Field(
        "time", .duration(.seconds(1)...(.seconds(3600))), default: standard.time,
        "How long the first time; then twice, three times, … as long.")
    static let longest = Field(
        "longest", .duration(.seconds(1)...(.seconds(86_400))), default: standard.longest, "Never longer than this.")
    static let share = Field(
        "share", .integer(in: 1...100), default: standard.share,
        "At most so many per cent of the tasks at a time, rounded down.")

    static let all: [any ManifestKey] = [failures, time, longest, share]

    static let shape: Shape<Ejection> = {
        var shape = Shape<Ejection>.section(all) { section, report in
            let (first, most) = (section.read(time, &report), section.read(longest, &report))
            if first > most {
                let place = section.has(time) ? section.place(of: time) : section.place(of: longest)
                report.error(
                    place, "the time of \(first.written) is more than the longest of \(most.written)",
                    allowed: "a time up to the longest")
            }
            return Ejection(
                failures: section.read(failures, &report), time: first, longest: most,
                share: section.read(share, &report))
        }
        shape.literal = {
            .object([
                ("failures", .number($0.failures)), ("time", .text($0.time.written)),
                ("longest", .text($0.longest.written)), ("share", .number($0.share)),
            ])
        }
        return shape
    }()
}

extension Shape where Value == Ejection? {
    /// The word `none`.
    fileprivate static var switchedOff: Shape {
        Shape(schema: .object([("const", .text("none"))])) { found, report in
            guard found.text != "none" else { return .some(nil) }
            report.error(
                found, "found \(found.value.described)", allowed: "none, or a mapping: { failures: 5, time: 30s }")
            return nil
        }
    }
}
