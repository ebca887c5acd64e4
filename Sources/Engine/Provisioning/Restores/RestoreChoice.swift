import Resources
package import Stacks

/// What a restore begins with: whether it goes on with what an interrupted one has left, and from which cluster a moment is had.
package enum RestoreChoice {
    /// How the user has said from what.
    package enum Asked: Sendable, Equatable {
        /// `15m`: the same command means another moment a minute later.
        case ago(Int)
        case exact(RestoreSource)

        package var source: RestoreSource {
            switch self {
            case .ago(let seconds): .moment(seconds)
            case .exact(let source): source
            }
        }
    }

    /// What is restored then: as asked for, or what the same command had begun before it was interrupted.
    ///
    /// - Throws: a report when there is a copy that is none of this command's.
    package static func order(
        _ asked: Asked, for purpose: RestoreOrder.Purpose, _ seen: CloudRestores
    ) throws(Report) -> RestoreOrder {
        guard let cluster = seen.copy, let copy = cluster.copy else {
            return RestoreOrder(asked.source, for: purpose)
        }
        let found = RestoreOrder(copy.source, for: copy.purpose)
        if case .taking = copy.progress {
            if purpose == .succession { return found }
            throw Report(
                "cannot restore the database: \(cluster.name) is taking its place, which was interrupted",
                state: "nothing was changed", next: next(found))
        }
        guard cluster.state != .deleting else {
            throw Report(
                "cannot restore the database: \(cluster.name) is still being removed", state: "nothing was changed",
                next: "run the same command again in a few minutes")
        }
        if copy.purpose == purpose, isContinued(asked, copy) { return found }
        let isWhole = copy.progress == .ready && copy.purpose == .inspection
        throw Report(
            "cannot restore the database: there is a restored copy already, \(cluster.name), of \(copy.source.text)"
                + (isWhole ? "" : ", not finished"),
            state: "nothing was changed",
            next: (isWhole ? "" : "\(next(found)); ") + "`terrace db restore --drop --on aws` removes it")
    }

    /// The last restore in place, when it is what is asked for: of a command that was killed after its last call the repetition finds it.
    ///
    /// - Throws: a report when nobody can tell whether it is, for `15m` means another moment now.
    package static func done(
        _ asked: Asked, for purpose: RestoreOrder.Purpose, _ seen: CloudRestores
    ) throws(Report) -> CloudRestores.Restored? {
        guard purpose == .succession, seen.copy == nil, let restored = seen.serving?.restored else { return nil }
        switch asked {
        case .exact(let source): return source == restored.source ? restored : nil
        case .ago(let moment):
            guard moment <= restored.at else { return nil }
            let text = UTCText.text(moment)
            throw Report(
                "the database was put back to \(restored.source.text) at \(UTCText.text(restored.at)), and \(text) "
                    + "is before that", state: "nothing was changed",
                next: "if that was this command, it is done; else `terrace db restore --to \(text) --in-place --on aws`"
            )
        }
    }

    private static func isContinued(_ asked: Asked, _ copy: CloudRestores.Copy) -> Bool {
        switch asked {
        case .exact(let source): source == copy.source
        // What is ready to be looked into is nobody's unfinished work.
        case .ago: copy.progress == .making || copy.purpose == .succession
        }
    }

    /// The command that continues.
    private static func next(_ order: RestoreOrder) -> String {
        let source =
            switch order.source {
            case .moment: "--to \(order.source.text)"
            case .snapshot(let name): "--snapshot \(name)"
            }
        return
            "`terrace db restore \(source)\(order.purpose == .succession ? " --in-place" : "") --on aws` continues it"
    }

    /// From which cluster a moment is had: what was set aside since, or the one that serves.
    ///
    /// - Throws: a report with what can be had.
    package static func origin(of moment: Int, _ seen: CloudRestores) throws(Report) -> String {
        for kept in seen.kept where kept.covers(moment) { return kept.name }
        let past = seen.kept.last?.kept?.until ?? Int.min
        if let serving = seen.serving, moment > past, serving.window?.contains(moment) == true { return serving.name }
        let windows = windows(seen)
        throw Report(
            "cannot restore the database to \(UTCText.text(moment))", expected: expected(windows),
            state: "nothing was changed", next: next(for: moment, seen, windows))
    }

    /// What to do about a moment that cannot be had.
    private static func next(for moment: Int, _ seen: CloudRestores, _ windows: [ClosedRange<Int>]) -> String {
        let snapshots = "`terrace db backup --list --on aws` shows snapshots"
        if let first = windows.first, moment < first.lowerBound {
            let text = UTCText.text(first.lowerBound)
            return "nothing before \(text) can be had: `--to \(text)` is the earliest; \(snapshots), which may be older"
        }
        guard seen.serving?.window != nil, let last = windows.last else {
            return "RDS makes its first backup soon after the cluster; `terrace db backup --list --on aws` shows it"
        }
        guard moment > last.upperBound else {
            return "RDS has no backup of the time between them; \(snapshots)"
        }
        return "RDS is some minutes behind: `--to \(UTCText.text(last.upperBound))` is the latest; "
            + "`terrace db backup --on aws` keeps the state of now"
    }

    /// What can be restored, the oldest first.
    private static func windows(_ seen: CloudRestores) -> [ClosedRange<Int>] {
        var (windows, begin) = ([ClosedRange<Int>](), Int.min)
        for kept in seen.kept {
            if let window = kept.restorable(after: begin) { windows.append(window) }
            begin = kept.kept?.until ?? begin
        }
        if let window = seen.serving?.restorable(after: begin) { windows.append(window) }
        return windows
    }

    private static func expected(_ windows: [ClosedRange<Int>]) -> String {
        guard !windows.isEmpty else { return "a backup, of which RDS has none yet" }
        return "a moment "
            + windows.map { "from \(UTCText.text($0.lowerBound)) until \(UTCText.text($0.upperBound))" }
            .joined(separator: ", or ")
    }
}

extension CloudRestores.Cluster {
    /// Whether the moment can be had from it and it was the database then.
    fileprivate func covers(_ moment: Int) -> Bool {
        moment <= kept?.until ?? .max && window?.contains(moment) == true
    }

    /// What of its window is told of the database; nil for none.
    package func restorable(after begin: Int) -> ClosedRange<Int>? {
        guard let window else { return nil }
        let (first, last) = (max(window.lowerBound, begin), min(window.upperBound, kept?.until ?? .max))
        return first <= last ? first...last : nil
    }
}
