import struct Foundation.Date

/// The releases of one service, and which of them runs. A value; `ReleaseStore` keeps it.
struct ReleaseHistory: Codable, Sendable, Equatable {
    /// How many are kept, the running one and the last that served among them.
    static let limit = 10

    /// By number, the oldest first.
    private(set) var releases: [Release] = []
    private(set) var running: Int?
    /// What the manifest asked for last.
    private(set) var asked: Int?
    private(set) var hold: Hold?
    /// A drill's release, which goes with the drill.
    private(set) var drill: Int?
    private var lastNumber = 0

    /// After a rollback: the manifest still asks for one release, and another one runs until somebody deploys.
    struct Hold: Codable, Sendable, Equatable {
        var back: Int
        var with: Int
    }

    subscript(number: Int) -> Release? { releases.first { $0.number == number } }

    /// The release of this content: the one that has it already, or a new one.
    mutating func release(of content: Release.Content, at now: Date) -> Release {
        if let known = releases.last(where: { $0.content == content }) {
            asked = known.number
            return known
        }
        lastNumber += 1
        asked = lastNumber
        let new = Release(number: lastNumber, content: content, madeAt: now, outcome: .deploying)
        releases.append(new)
        prune()
        return new
    }

    /// A release that nobody asked for: it pushes no other one out, and its number is not used again.
    mutating func beginDrill(_ content: Release.Content, at now: Date) -> Release {
        endDrill()
        lastNumber += 1
        drill = lastNumber
        let new = Release(number: lastNumber, content: content, madeAt: now, outcome: .deploying)
        releases.append(new)
        return new
    }

    mutating func endDrill() {
        releases.removeAll { $0.number == drill }
        drill = nil
    }

    mutating func begin(_ number: Int) {
        update(number) { release in
            if release.outcome == .failed { (release.outcome, release.reason) = (.deploying, nil) }
        }
    }

    /// All tasks are healthy tasks of it.
    mutating func serves(_ number: Int) {
        running = number
        update(number) { ($0.outcome, $0.reason) = (.served, nil) }
    }

    mutating func failed(_ number: Int, _ reason: String) {
        update(number) { ($0.outcome, $0.reason) = (.failed, reason) }
    }

    mutating func hold(_ hold: Hold?) { self.hold = hold }

    /// What runs instead of a release that the manifest asks for: after a rollback, and after it has failed beside one that serves.
    func standIn(for release: Release) -> Release? {
        if let hold, hold.back == release.number { return self[hold.with] }
        return release.outcome == .failed ? running.flatMap { self[$0] } : nil
    }

    /// What a rollback without a number leads to: the newest that served among those older than the running one.
    var previous: Release? {
        guard let running else { return nil }
        return releases.last { $0.number < running && $0.outcome == .served }
    }

    private mutating func update(_ number: Int, _ body: (inout Release) -> Void) {
        guard let index = releases.firstIndex(where: { $0.number == number }) else { return }
        body(&releases[index])
    }

    private mutating func prune() {
        let kept = [running, hold?.back, hold?.with, previous?.number, lastNumber].compactMap { $0 }
        while releases.count > Self.limit, let index = releases.firstIndex(where: { !kept.contains($0.number) }) {
            releases.remove(at: index)
        }
    }
}
