package import Foundation
import Machine
package import Stacks
import Synchronization
import TrafficRules

/// The firewall of one edge: what the manifest asks for, published to every event loop, and the threads that evaluate rules.
package final class FirewallTier: Sendable {
    /// What each loop works by.
    struct State: Sendable {
        var screening: ScreeningRules
        var limiter: SharedLimiter?
        var rules: Rules
    }

    enum Rules: Sendable {
        /// The manifest names no group that has rules here.
        case none
        /// Until they are loaded, requests are answered 503.
        case loading
        case on(RuleSetWorkers)
        /// Requests pass uninspected, and `status` says so.
        case off(RuleSetProblem)
    }

    /// Rate accounts that all loops share; loops come here once for many requests (`RateLease`).
    final class SharedLimiter: Sendable {
        let limit: Firewall.RateLimit
        private let limiter: Mutex<RateLimiter<NetworkAddress>>

        /// Clients kept apart at once, about 100 bytes each.
        private static let clients = 65_536

        init(_ limit: Firewall.RateLimit) {
            self.limit = limit
            limiter = Mutex(RateLimiter(requests: limit.requests, per: limit.per, capacity: Self.clients))
        }

        func lease(_ count: Int, for client: NetworkAddress, at now: Duration) -> RateLimiter<NetworkAddress>.Grant {
            limiter.withLock { $0.lease(count, for: client, at: now) }
        }
    }

    let published: Published<State>
    let loops: Int
    let log: AccessLog?

    /// Returns when everything that was handed over is written.
    func drainLog() { log?.drain() }

    private let place: RuleSetLibrary.Place
    private let folder: URL
    private let counters: Mutex<[FirewallCounters]> = Mutex([])

    /// - Parameters:
    ///   - loops: how many event loops will use it.
    ///   - folder: for what the library reads; made when it is missing.
    ///   - logFolder: for `firewall.log`; nil: no log.
    package init(
        _ firewall: Firewall, loops: Int, folder: URL, logFolder: URL?, place: RuleSetLibrary.Place = .standard
    ) {
        self.loops = loops
        self.folder = folder
        self.place = place
        log = logFolder.map { AccessLog(folder: $0, name: "firewall.log") }
        published = Published(
            State(
                screening: ScreeningRules(firewall), limiter: firewall.rateLimit.map { SharedLimiter($0) },
                rules: RuleSetConfiguration(firewall).files.isEmpty ? .none : .loading))
    }

    /// Loads the rules, about 0.1 s. Without the library, or when it refuses them, the rest of the firewall works and
    /// `problem` says why.
    package func load() async {
        let firewall = published.current.screening.firewall
        let rules = await Self.rules(for: firewall, place, folder)
        published.update { $0.rules = rules }
    }

    /// Another firewall from the manifest. The old one decides until the new rules are loaded.
    package func change(to firewall: Firewall) async {
        let old = published.current
        guard firewall != old.screening.firewall else { return }
        let isSame = RuleSetConfiguration(firewall) == RuleSetConfiguration(old.screening.firewall)
        let rules = isSame ? old.rules : await Self.rules(for: firewall, place, folder)
        let limiter =
            firewall.rateLimit == old.limiter?.limit ? old.limiter : firewall.rateLimit.map { SharedLimiter($0) }
        published.update { $0 = State(screening: ScreeningRules(firewall), limiter: limiter, rules: rules) }
        if !isSame, case .on(let workers) = old.rules { workers.stop() }
    }

    private static func rules(for firewall: Firewall, _ place: RuleSetLibrary.Place, _ folder: URL) async -> Rules {
        let configuration = RuleSetConfiguration(firewall)
        guard !configuration.files.isEmpty else { return .none }
        do {
            let library = try RuleSetLibrary.open(place)
            let mapping = folder.appending(path: "unicode.mapping")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(RuleSetConfiguration.mapping.utf8).write(to: mapping, options: .atomic)
            return .on(try await RuleSetWorkers.start(library, configuration, mappingFile: mapping))
        } catch let problem as RuleSetProblem {
            return .off(problem)
        } catch {
            return .off(
                RuleSetProblem(
                    "the rules' files cannot be written: \(error.localizedDescription)",
                    next: "see that \(folder.path(percentEncoded: false)) has room and is writable"))
        }
    }

    package func stop() {
        if case .on(let workers) = published.current.rules { workers.stop() }
        log?.drain()
    }

    // MARK: What is told

    func addLoop() -> FirewallCounters {
        let own = FirewallCounters()
        counters.withLock { $0.append(own) }
        return own
    }

    package var totals: [FirewallCounters.Outcome: Int] { FirewallCounters.total(counters.withLock { $0 }) }

    /// Requests that were refused.
    package var refused: Int {
        let totals = totals
        return [.denied, .limited, .tooLarge, .blocked, .busy].reduce(0) { $0 + (totals[$1] ?? 0) }
    }

    /// `on`, or what is not.
    package var status: String {
        let state = published.current
        switch state.rules {
        case .off: return "rules off: requests are not inspected; rate limit and lists work"
        case .loading: return "loading its rules"
        case .on where state.screening.firewall.mode == .count:
            return "counts what its rules find and refuses nothing of it"
        case .on, .none: return "on"
        }
    }

    /// Why the rules that the manifest asks for are not enforced; nil when they are.
    package var problem: Problem? {
        guard case .off(let problem) = published.current.rules else { return nil }
        return Problem(
            subject: "firewall", message: "the manifest's rules are off: \(problem.message)",
            next: "\(problem.next); or write `edge: { firewall: { rules: [] } }`")
    }
}
