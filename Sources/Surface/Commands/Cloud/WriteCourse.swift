import Drills
import Provisioning

/// For how long nobody could write, as far as it could be found out.
enum WritePause: Sendable, Equatable {
    /// - `astray`: how many of the failed writes say nothing about the database, by reason.
    case measured(LoadFigures, Extent, astray: [String: Int])
    /// Why it was not.
    case unknown(String)

    enum Extent: Sendable, Equatable {
        /// Between two acknowledged writes.
        case whole
        /// It had begun before the first write.
        case fromBefore
        /// It went on after the last write, which failed for this reason.
        case untilAfter(String)
    }
}

/// Writes that were tried one after the other around a failover, and what they add up to. Times are counted from one moment,
/// whichever it is.
struct WriteCourse: Sendable {
    /// So long nothing may be refused after the failover until it counts as over for writers.
    static let calm = Duration.seconds(3)
    /// Longest wait for that calm.
    static let patience = Duration.seconds(60)

    private var outcomes: [VisitOutcome] = []
    /// The end of the first write that says anything: the time zero of the outcomes.
    private var began: Duration?
    private var beganRefused = false
    /// The end of the first acknowledged write of those that no failure has followed.
    private var goodSince: Duration?
    private var lastEnd = Duration.zero
    /// Since when the cluster has its new writer.
    private var over: Duration?
    private var astray: [String: Int] = [:]
    /// Why there is nothing to measure, or not yet.
    private var obstacle = "no write was tried"
    private(set) var isBarred = false

    /// The pause can be told once the failover is over.
    var isUnderWay: Bool { began != nil && !isBarred }

    mutating func note(_ write: CloudWrite, from start: Duration, to end: Duration) {
        lastEnd = end
        switch write {
        case .done: add(.status(200), start, end)
        case .refused(let reason): add(.none(reason), start, end)
        case .astray(let reason):
            obstacle = reason
            guard began != nil else { return }
            add(.none(reason), start, end)
            astray[reason, default: 0] += 1
        case .barred(let reason): (obstacle, isBarred) = (reason, true)
        }
    }

    private mutating func add(_ answer: VisitOutcome.Answer, _ start: Duration, _ end: Duration) {
        let isGood = answer == .status(200)
        if began == nil { (began, beganRefused) = (end, !isGood) }
        goodSince = isGood ? goodSince ?? end : nil
        let zero = began ?? end
        let at = max(.zero, start - zero)
        let visit = Visit(number: outcomes.count, kind: .write, at: at)
        outcomes.append(VisitOutcome(visit, latency: end - zero - at, answer: answer))
    }

    /// The cluster has its new writer.
    mutating func failoverIsOver(at moment: Duration) { over = moment }

    /// Another write would not tell more.
    func isEnough(at now: Duration) -> Bool {
        guard !isBarred else { return true }
        guard let over else { return false }
        if let goodSince, lastEnd - max(goodSince, over) >= Self.calm { return true }
        return now - over >= Self.patience
    }

    var pause: WritePause {
        guard isUnderWay, let last = outcomes.last else { return .unknown(obstacle) }
        let figures = LoadFigures(
            outcomes, fault: FaultWindow(began: .zero, done: .zero, isGentle: true), length: last.end)
        if goodSince == nil { return .measured(figures, .untilAfter(last.reason), astray: astray) }
        let isCut = beganRefused && figures.gapAt == 0
        return .measured(figures, isCut ? .fromBefore : .whole, astray: astray)
    }
}
