/// Who is told of alarms, and what is changed about those that every stack has.
enum AlarmKeys {
    static let notify = Field(
        "notify", .list(of: .text(.notification), isSet: true), default: [],
        "Mail addresses and URLs that get a POST: https, or http on this machine.")
    static let rules = Field(
        "rules", .mapping(named: .alarm, to: AlarmRuleKeys.shape, atMost: 200), default: [],
        "Other limits for single alarms, by name; `none` switches one off. `terrace status` lists them.")

    static let mail = Field(
        "mail", MailKeys.shape.optional, default: nil,
        "The SMTP server that takes this machine's mails; on aws SNS sends them.")

    static let all: [any ManifestKey] = [notify, rules, mail]

    static let shape: Shape<Alarms> = .section(all) { section, report in
        Alarms(
            notify: section.read(notify, &report),
            changes: Dictionary(section.read(rules, &report).map { ($0.key, $0.value) }) { first, _ in first },
            mail: section.read(mail, &report))
    }

    /// What only the whole manifest can tell: which alarms there are, and how many periods each of them looks at.
    static func refuseImpossible(_ stack: Stack, _ alarms: Found?, _ report: inout MistakeList) {
        let standard = stack.standardAlarms
        for (name, found) in alarms?.child(rules.name)?.children ?? [] {
            guard let definition = standard.first(where: { $0.word == name }) else {
                let names = standard.map(\.word)
                report.error(
                    at: found.keyPlace, path: found.path, "there is no alarm \(Excerpt.quoted(name))",
                    allowed: names.joined(separator: ", "), nearest: Nearest.word(to: name, in: names))
                continue
            }
            guard let changed = definition.changed(by: stack.alarms.changes[name]) else { continue }
            if changed.breaches > changed.periods {
                report.error(
                    found, "\(changed.breaches) breaches do not fit into \(changed.periods) periods",
                    allowed: "breaches up to `of`")
            }
            // CloudWatch keeps to a week.
            if changed.period * changed.periods > 7 * 86_400 {
                report.error(
                    found, "looks at \(changed.periods) days", allowed: "`of` up to 7: this alarm's period is a day")
            }
        }
    }
}

enum AlarmRuleKeys {
    static let threshold = Field(
        "threshold", Shape<Int>.hundredths(in: 0...1_000_000, "the alarm's unit").optional, default: nil,
        "Where it begins, in its own unit: seconds, per cent, answers, milliseconds for the reader's lag.")
    static let breaches = Field(
        "breaches", Shape<Int>.integer(in: 1...60).optional, default: nil,
        "How many of the last periods must be beyond the threshold.")
    static let periods = Field(
        "of", Shape<Int>.integer(in: 1...60).optional, default: nil, "How many of the last periods are looked at.")

    static let all: [any ManifestKey] = [threshold, breaches, periods]

    static let shape: Shape<AlarmChange> = .either(
        .switchedOff, when: { $0.text != nil },
        or: .section(all) { section, report in
            .set(
                threshold: section.read(threshold, &report).map { Double($0) / 100 },
                breaches: section.read(breaches, &report), periods: section.read(periods, &report))
        })
}

extension Shape where Value == AlarmChange {
    /// The word `none`.
    fileprivate static var switchedOff: Shape {
        Shape(schema: .object([("const", .text("none"))])) { found, report in
            if found.text == "none" { return .off }
            report.error(
                found, "found \(found.value.described)",
                allowed: "none, or a mapping: { threshold: 5, breaches: 3, of: 5 }")
            return nil
        }
    }
}
