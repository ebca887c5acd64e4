import ArgumentParser
import Drills
import Foundation
import LocalTarget
import Stacks
import Synchronization

/// One or several drills in a row, with what is said about them. A signal ends the drill under way; its stack is mended
/// before this process ends.
struct DrillSession {
    let ground: any DrillGround
    let history: DrillHistory
    let options: DrillCourse.Options
    let json: Bool

    /// Whether every hypothesis held.
    func run(_ choice: DrillChoice, report: String?) async throws -> Bool {
        var page = DrillPage(results: [], previous: [:], refusals: [], product: "terrace \(ProductVersion.current)")
        var isClean = true
        for name in choice.drills {
            do {
                page.previous[name] = history.last(name)
                let result = try await drill(name)
                page.results.append(result)
                try show(result, previous: page.previous[name])
                keep(result)
                isClean = isClean && ground.left == nil
            } catch let refusal as Report where choice == .all {
                let next = refusal.details.first { $0.label == "next" }.map { "; \($0.text)" } ?? ""
                page.refusals.append(DrillPage.Refusal(drill: name, reason: refusal.what + next))
                if !json { Surroundings.current.say("\(name.rawValue): skipped: \(refusal.what)\n") }
            }
        }
        try write(page, to: report ?? (choice == .all ? defaultReport : nil))
        return page.results.allSatisfy(\.holds) && !page.results.isEmpty && isClean
    }

    private var defaultReport: String { history.folder.appending(path: "report.html").path(percentEncoded: false) }

    private func drill(_ name: DrillName) async throws -> DrillResult {
        let surroundings = Surroundings.current
        let says = !json
        if says {
            surroundings.say("\(name.rawValue): \(ground.summary(name))\nhypothesis: \(ground.hypothesis(name).text)")
        }
        let drill = DrillCourse(name: name, ground: ground, options: options) { line in
            if says { surroundings.say("  \(line)") }
        }
        let work = Task { try await drill() }
        let signals = surroundings.stopSignals()
        signals.handle { [ground] action in
            work.cancel()
            if action == .stopAtOnce { ground.stopAtOnce() }
        }
        // A drill may have failed, held or been stopped: what it could not undo is told all the same.
        defer { if let left = ground.left { tell(left) } }
        do {
            return try await work.value
        } catch {
            guard signals.wasAsked else { throw error }
            try await ground.mend()
            surroundings.errors("stopped; \(ground.farewell(name))\n")
            throw ExitCode(130)
        }
    }

    /// What happened counts more than the file of it, for which the disk may have no room.
    private func keep(_ result: DrillResult) {
        do { try history.keep(result) } catch { tell(error) }
    }

    private func tell(_ report: Report) {
        let surroundings = Surroundings.current
        surroundings.errors(ReportView(style: surroundings.errorStyle).text(report))
    }

    private func show(_ result: DrillResult, previous: DrillResult?) throws {
        let surroundings = Surroundings.current
        if json {
            surroundings.output(try DrillHistory.json(result))
        } else {
            surroundings.output(DrillText(result, previous: previous).text + "\n")
        }
    }

    private func write(_ page: DrillPage, to path: String?) throws(Report) {
        guard let path, !page.results.isEmpty else { return }
        try ExportedText.write(page.html, to: path, option: "--report")
    }
}
