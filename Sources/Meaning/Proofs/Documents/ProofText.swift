extension Proof {
    /// For people: the matrix, what stops the rest, and the claims. Ends with a newline.
    package var text: String {
        [matrixText, blocksText, superfluousText, claimsText].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    // MARK: The matrix

    /// Roles in the order of the parties, each once.
    package var roles: [Party.Role] {
        var seen: Set<Party.Role> = []
        return network.parties.map(\.role).filter { seen.insert($0).inserted }
    }

    /// What a cell says of each pair of roles of which there is something to say.
    private var words: [RolePair: String] {
        Dictionary(grouping: links) { RolePair(network.parties[$0.from].role, network.parties[$0.to].role) }
            .compactMapValues(\.words)
    }

    private var crowd: Crowd? {
        let words = words
        return Crowd(roles) { words[RolePair($0, $1)] }
    }

    private var matrixText: String {
        let words = words
        let crowd = crowd
        let roles = roles.filter { !(crowd?.others.contains($0) ?? false) }
        let name = { (role: Party.Role) in crowd?.first == role ? crowd?.name ?? "" : "\(role)" }
        let columns = roles.filter { to in roles.contains { words[RolePair($0, to)] != nil } }
        let rows = roles.filter { from in columns.contains { words[RolePair(from, $0)] != nil } }
        let cells = rows.map { from in columns.map { words[RolePair(from, $0)] ?? "" } }
        let first = max(4, rows.map { name($0).count }.max() ?? 0)
        let widths = columns.indices.map { column in
            max(name(columns[column]).count, cells.map { $0[column].count }.max() ?? 0)
        }
        func line(_ head: String, _ cells: [String]) -> String {
            let padded = zip(cells, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            return "  \(head.padded(to: first))  \(padded)".trimmedRight + "\n"
        }
        let body = zip(rows, cells).map { line(name($0), $1) }
        return "who can reach whom: TCP ports unless it says otherwise, . for nothing at all\n"
            + line("from", columns.map(name)) + body.joined() + lossText
    }

    /// What no claim minds and an operator may one day wonder about.
    private var lossText: String {
        let ports = SpanSet.union(of: links.map(\.unanswered)).intersection(Paths.tolerated)
        guard !ports.isEmpty else { return "" }
        return
            "  Answers to source port 3389 are not let in from outside: scanners take an access list that holds it for\n"
            + "  open remote desktops. One call in 64 000 draws that port; TCP gives up on it and the caller tries again.\n"
    }

    // MARK: What stops the rest

    private var blocksText: String {
        let rows = Proof.joined(blocks).map { row in
            let answers = row.answers.isEmpty ? "" : "; no answers: \(row.answers.joined(separator: ", "))"
            let layers = row.layers.isEmpty ? "no layer alone" : row.layers.joined(separator: ", ")
            let (from, to) = (shown(row.from), shown(row.to))
            return "  \(from.joined(separator: ", ")) -> \(to.joined(separator: ", "))\n      \(layers)\(answers)\n"
        }
        return rows.isEmpty ? "" : "what stops everything else: each layer would do it alone\n" + rows.joined()
    }

    /// Names of parties, with one for all of the crowd where all of it is among them.
    private func shown(_ names: [String]) -> [String] {
        guard let crowd, let place = names.firstIndex(of: "\(crowd.first)") else { return names }
        let others = Set(crowd.others.map { "\($0)" })
        guard others.isSubset(of: names) else { return names }
        var rest = names
        rest[place] = crowd.name
        return rest.filter { !others.contains($0) }
    }

    private struct Row {
        var from: [String]
        var to: [String]
        var layers: [String]
        var answers: [String]
    }

    /// Pairs that the same layers stop are one row.
    private static func joined(_ blocks: [Block]) -> [Row] {
        var rows: [Row] = []
        for block in blocks {
            let isLike = { (row: Row) in
                row.from == ["\(block.from)"] && row.layers == block.layers && row.answers == block.answers
            }
            if let index = rows.firstIndex(where: isLike) {
                rows[index].to.append("\(block.to)")
            } else {
                rows.append(
                    Row(from: ["\(block.from)"], to: ["\(block.to)"], layers: block.layers, answers: block.answers))
            }
        }
        return rows.reduce(into: []) { result, row in
            let isLike = { (other: Row) in
                other.to == row.to && other.layers == row.layers && other.answers == row.answers
            }
            if let index = result.firstIndex(where: isLike) {
                result[index].from += row.from
            } else {
                result.append(row)
            }
        }
    }

    private var superfluousText: String {
        let rows = superfluous
        guard !rows.isEmpty else { return "" }
        let width = rows.map(\.layer.count).max() ?? 0
        return "rules that change nothing, since others say the same\n"
            + rows.map { "  \($0.layer.padded(to: width))  \($0.rule)\n" }.joined()
    }

    // MARK: Claims

    private var claimsText: String { "claims\n" + verdicts.map(\.text).joined() }
}

extension Verdict {
    fileprivate var text: String {
        switch outcome {
        case .holds: return "  holds   \(claim.sentence)\n"
        case .waived(let reason): return "  waived  \(claim.sentence)\n          \(reason)\n"
        case .unproven(let reason):
            return "  OPEN    \(claim.sentence)\n          nothing against it was found; \(reason)\n"
        case .broken(let breaches):
            let shown = breaches.prefix(3).map(\.text)
            let rest = breaches.count > 3 ? "          and \(breaches.count - 3) more; --json has them all\n" : ""
            return "  BROKEN  \(claim.sentence)\n" + shown.joined() + rest
        }
    }
}

extension Breach {
    fileprivate var text: String {
        let width = path.map(\.layer.count).max() ?? 0
        let hops = path.map { hop in
            "            \(hop.passes ? "passes" : "stops ")  \(hop.layer.padded(to: width))  \(hop.rule)\n"
        }
        let head = "          \(what)\(packet.map { ": \($0)" } ?? "")\n"
        return head + hops.joined() + "            change  \(change)\n"
    }
}

private struct RolePair: Hashable {
    var from: Party.Role
    var to: Party.Role

    init(_ from: Party.Role, _ to: Party.Role) {
        self.from = from
        self.to = to
    }
}

/// The links from one role to another, of all zones.
extension [Link] {
    /// Nil where there is no question.
    fileprivate var words: String? {
        guard contains(where: { !$0.flights.isEmpty }) else { return nil }
        let traffic = Traffic(.union(of: map(\.arrives.traffic.region)))
        let differs = Set(map(\.arrives.traffic)).count > 1
        return (traffic.isEmpty ? "." : traffic.shortText) + (differs ? " in some zones" : "")
    }
}

extension Traffic {
    /// `443`, `80,443`, `all`; TCP goes without saying.
    fileprivate var shortText: String { description.hasPrefix("tcp ") ? String(description.dropFirst(4)) : description }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate var trimmedRight: String { String(reversed().drop { $0 == " " }.reversed()) }
}
