/// Services that reach the same and are reached by the same: with many, a row and a column for each say nothing more.
struct Crowd {
    var first: Party.Role
    var others: Set<Party.Role>

    /// `web and 49 like it`
    var name: String { "\(first) and \(others.count) like it" }

    /// So many services are still looked at one by one.
    private static let few = 8

    /// The services that are like the first one, when there are too many of them; `words` is what is said of a pair, nil for nothing.
    init?(_ roles: [Party.Role], _ words: (Party.Role, Party.Role) -> String?) {
        let services = roles.filter { if case .service = $0 { true } else { false } }
        guard services.count > Crowd.few, let first = services.first else { return nil }
        let own = words(first, first)
        let alike = services.dropFirst().filter { service in
            let between = [words(service, service), words(first, service), words(service, first)]
            return between.allSatisfy { $0 == own }
                && roles.allSatisfy { other in
                    other == first || other == service
                        || (words(first, other) == words(service, other)
                            && words(other, first) == words(other, service))
                }
        }
        guard alike.count >= Crowd.few else { return nil }
        (self.first, others) = (first, Set(alike))
    }
}
