package import Resources
package import Stacks

/// What comes next of a restore, by what there is now. It remembers nothing, so that whoever is killed is continued.
package struct RestoreCourse: Sendable {
    /// What to do next.
    package enum Next: Sendable, Equatable {
        case step(RestoreStep)
        /// For what, in a few words.
        case wait(String)
        case done
    }

    package let order: RestoreOrder
    package let names: RestoreNames
    /// Of which cluster the copy is made, while there is none.
    package let origin: String

    package init(_ order: RestoreOrder, names: RestoreNames, origin: String) {
        self.order = order
        self.names = names
        self.origin = origin
    }

    // MARK: - The copy

    /// Until the copy is there, with as many servers as it needs, and the application can sign in.
    ///
    /// - Throws: a report when something of it will never come up.
    package func copying(_ seen: CloudRestores) throws(Report) -> Next {
        guard let copy = seen.copy(for: order.purpose) else {
            let source = order.source.name
            let name = order.purpose == .drill ? names.drillCopy(from: source) : names.copy(from: source)
            return .step(.makeCopy(order, from: origin, named: name))
        }
        if let wait = try wait(for: copy.name, copy.state) { return .wait(wait) }
        let wanted = order.purpose == .succession ? names.servers.count : 1
        let numbers = copy.servers.map { number(of: $0.name, in: copy.name) }
        if let missing = (1...wanted).first(where: { !numbers.contains($0) }) {
            return .step(.addServer(number: missing, to: copy.name))
        }
        for server in copy.servers {
            if let wait = try wait(for: server.name, server.state) { return .wait(wait) }
        }
        guard copy.isSettled else { return .step(.settle(copy.name)) }
        return copy.copy?.progress == .making ? .step(.admit(copy.name)) : .done
    }

    /// During an exchange it may have the stack's name for it already.
    private func number(of server: String, in cluster: String) -> Int? {
        RestoreNames.number(of: server, in: cluster) ?? names.servers.firstIndex(of: server).map { $0 + 1 }
    }

    private func wait(for name: String, _ state: Observed.State) throws(Report) -> String? {
        switch state {
        case .ready: nil
        case .pending(let reason): "\(name): \(reason)"
        case .deleting: "\(name) is being deleted"
        case .failed(let reason):
            throw Report(
                "the restore does not come to its end: \(name): \(reason)",
                state: "what serves now is left as it is",
                next: order.purpose == .drill
                    ? "the same drill begins with another copy"
                    : "`terrace db restore --drop --on aws` removes a copy that does not come up")
        }
    }

    // MARK: - The exchange

    /// Until the copy has the names and the place of the database. The old servers give their names away while the database still
    /// serves under its own; then its cluster is renamed, whoever still speaks with it is cut off, and the copy gets its name.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: a report when something of it will never come up.
    package func exchanging(_ seen: CloudRestores, now: Int) throws(Report) -> Next {
        guard let copy = seen.copy else { return .done }
        guard case .taking(let exchange)? = copy.copy?.progress else {
            return .step(.begin(copy.name, exchange: UTCText.text(now)))
        }
        let old = seen.clusters.first { $0.kept?.exchange == exchange }
        if old == nil, let serving = seen.serving { return .step(.mark(serving.name, exchange: exchange)) }
        if let old, let next = try setAside(old, names.kept(before: exchange), taking: copy, now) { return next }
        if let next = try rename(copy) { return next }
        if !copy.isSettled { return .step(.settle(copy.name)) }
        if !copy.isPlaced || copy.servers.contains(where: { !$0.isPlaced }) {
            return .step(.place(copy.name, at: now))
        }
        if let old, old.isPlaced || old.servers.contains(where: \.isPlaced) { return .step(.leave(old.name)) }
        return .step(.forget(copy.name))
    }

    /// Nil once the database has given up all of its names and nobody speaks with it any more.
    private func setAside(
        _ old: CloudRestores.Cluster, _ keptName: String, taking copy: CloudRestores.Cluster, _ now: Int
    ) throws(Report) -> Next? {
        if let next = freeNames(of: old, for: keptName) { return next }
        // While the database still serves: a server that is renamed is restarted.
        if let next = try renameServers(of: copy) { return next }
        if old.name != keptName {
            if let wait = try wait(for: old.name, old.state) { return .wait(wait) }
            return .step(.renameCluster(old.name, to: keptName))
        }
        if let wait = try wait(for: old.name, old.state) { return .wait(wait) }
        return old.kept?.until == nil ? .step(.cut(old.name, at: now)) : nil
    }

    private func freeNames(of old: CloudRestores.Cluster, for keptName: String) -> Next? {
        let taken = Set(old.servers.compactMap { RestoreNames.number(of: $0.name, in: keptName) })
        let free = (1...).first { !taken.contains($0) } ?? 1
        for server in old.servers {
            if let wait = Self.patience(with: server) { return .wait(wait) }
            guard RestoreNames.number(of: server.name, in: keptName) == nil else { continue }
            return .step(.renameServer(server.name, to: RestoreNames.server(free, of: keptName)))
        }
        return nil
    }

    /// A server that has failed may be why the database is restored: it is tried all the same.
    private static func patience(with old: CloudRestores.Server) -> String? {
        switch old.state {
        case .ready, .failed: nil
        case .pending(let reason): "\(old.name): \(reason)"
        case .deleting: "\(old.name) is being deleted"
        }
    }

    private func rename(_ copy: CloudRestores.Cluster) throws(Report) -> Next? {
        if let next = try renameServers(of: copy) { return next }
        if let wait = try wait(for: copy.name, copy.state) { return .wait(wait) }
        return copy.name == names.cluster ? nil : .step(.renameCluster(copy.name, to: names.cluster))
    }

    private func renameServers(of copy: CloudRestores.Cluster) throws(Report) -> Next? {
        for server in copy.servers {
            if let wait = try wait(for: server.name, server.state) { return .wait(wait) }
            guard let number = RestoreNames.number(of: server.name, in: copy.name), names.servers.indices ~= number - 1,
                !names.servers.contains(server.name)
            else { continue }
            return .step(.renameServer(server.name, to: names.servers[number - 1]))
        }
        return nil
    }
}
