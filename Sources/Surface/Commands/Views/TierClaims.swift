import LocalTarget

/// What tried connections say about the architecture's claims: a way that is needed must be open; where one is open that AWS would
/// close, it is said and not hidden.
struct TierClaims {
    var trials: [TierTrial]
    /// Doors that any program of this machine reaches.
    var reached: [LocalDoor]
    var doors: [LocalDoor]

    /// Ways without which no request works.
    var closed: [(tier: LocalTier, door: LocalDoor)] {
        trials.filter { $0.failure == nil }.flatMap { trial in
            doors.filter { needs(trial.tier, $0) && !trial.reaches.contains($0) }.map { (trial.tier, $0) }
        }
    }

    var untried: [TierTrial] { trials.filter { $0.failure != nil } }
    var isBroken: Bool { !closed.isEmpty || !untried.isEmpty }

    private func needs(_ tier: LocalTier, _ door: LocalDoor) -> Bool {
        LocalWay.from(tier.role, to: door) == .needed
    }

    // MARK: Text

    var text: String {
        needed
            + separation("only the load balancer reaches tasks", [.task, .other], by: [.tasks, .database])
            + separation("only tasks reach the database", [.endpoint, .server], by: [])
            + separation(
                "the database starts no connection but between its servers", [.edge, .console, .task, .other],
                by: [.database], others: false)
    }

    private var needed: String {
        let sentence = "every way that a request needs is open, tried as the user of each tier"
        let obstacles =
            closed.map { "\($0.tier.name) does not reach \($0.door.name) on port \($0.door.port)" }
            + untried.map { "not tried from \($0.tier.name): \($0.failure ?? "")" }
        guard !obstacles.isEmpty else { return "  holds   \(sentence)\n" }
        return "  BROKEN  \(sentence)\n" + obstacles.map { "          \($0)\n" }.joined()
    }

    /// Who reaches one of the parts and would not on AWS.
    private func separation(
        _ sentence: String, _ parts: Set<LocalDoor.Part>, by roles: Set<LocalTier.Role>, others: Bool = true
    ) -> String {
        let tiers = trials.filter { trial in
            roles.contains(trial.tier.role)
                && trial.reaches.contains {
                    parts.contains($0.part) && LocalWay.from(trial.tier.role, to: $0.part) == .forbidden
                }
        }.map(\.tier.name)
        let all =
            tiers + (others && reached.contains { parts.contains($0.part) } ? ["any program of this machine"] : [])
        guard !all.isEmpty else { return "  holds   \(sentence)\n" }
        return "  shared  \(sentence); here so \(all.count == 1 ? "does" : "do") \(all.joined(separator: ", "))\n"
            + "          \(reason)\n"
    }

    private var reason: String {
        let networks = Set(trials.compactMap(\.network))
        let one = networks.count == 1 ? " (\(networks.first ?? ""))" : ""
        return networks.count > 1
            ? "although the tiers stand in \(networks.count) networks of this machine"
            : "all tiers share this machine's network\(one), where nothing stands between them; on aws groups and lists do"
    }
}
