import Resources

/// A proof for programs: `terrace verify --json`. Names and meanings stay from version to version; new members may come.
package struct ProofDocument: Sendable, Encodable {
    /// Who can send what to whom; zones apart.
    package struct Pair: Sendable, Encodable {
        package var from: String
        package var fromZone: String?
        package var to: String
        package var toZone: String?
        /// `tcp 443`; `-` for nothing, `all` for everything.
        package var arrives: String
        /// Source ports of the caller to which answers do not come from everywhere, such as `3389`.
        package var unanswered: String?
    }

    /// What stops a pair's forbidden packets: each layer would do it alone.
    package struct Stop: Sendable, Encodable {
        package var from: String
        package var to: String
        package var layers: [String]
        package var answers: [String]
    }

    /// A rule that changes nothing, since others say the same.
    package struct Spare: Sendable, Encodable {
        package var layer: String
        package var rule: String
    }

    package struct Judgement: Sendable, Encodable {
        package var claim: String
        package var sentence: String
        /// `holds`, `broken`, `waived`, `unproven`
        package var outcome: String
        package var reason: String?
        package var breaches: [Break]
    }

    package struct Break: Sendable, Encodable {
        package var what: String
        package var packet: Sent?
        package var path: [Step]
        package var change: String
    }

    package struct Sent: Sendable, Encodable {
        package var source: String
        package var destination: String
        /// IANA's number.
        package var protocolNumber: Int
        package var port: Int
    }

    package struct Step: Sendable, Encodable {
        package var layer: String
        package var rule: String
        package var passes: Bool
    }

    package struct Controlled: Sendable, Encodable {
        package var control: String
        /// What Checkov and Trivy call it.
        package var also: [String]
        package var title: String
        package var address: String
        /// `passes`, `fails`, `waived`
        package var outcome: String
        package var reason: String?
    }

    /// Raised when a member changes its meaning or goes.
    package var format = 1
    package var stack: String
    package var isBroken: Bool
    package var pairs: [Pair]
    package var stops: [Stop]
    package var superfluous: [Spare]
    package var claims: [Judgement]
    /// `standard`, `fsbp`
    package var profile: String
    package var controls: [Controlled]
    /// Controls that nothing here decides, with whose they are.
    package var undecided: [String: String]
    /// Addresses of what is planned and not there, so that nothing was asked of it.
    package var missing: [String]

    package init(_ proof: Proof, _ controls: Controls, stack: String) {
        self.stack = stack
        isBroken = proof.isBroken || !controls.failures.isEmpty
        profile = controls.profile.rawValue
        self.controls = controls.results.map(Controlled.init)
        undecided = Dictionary(controls.undecided.map { ($0.ids, $0.reason) }) { first, _ in first }
        missing = controls.missing.map(\.text)
        pairs = proof.links.filter { !$0.flights.isEmpty }.map { Pair($0, proof.network) }
        stops = proof.blocks.map {
            Stop(from: "\($0.from)", to: "\($0.to)", layers: $0.layers, answers: $0.answers)
        }
        superfluous = proof.superfluous.map { Spare(layer: $0.layer, rule: $0.rule) }
        claims = proof.verdicts.map(Judgement.init)
    }
}

extension ProofDocument.Pair {
    fileprivate init(_ link: Link, _ network: NetworkModel) {
        let (from, to) = (network.parties[link.from], network.parties[link.to])
        self.init(
            from: "\(from.role)", fromZone: from.zone, to: "\(to.role)", toZone: to.zone,
            arrives: link.arrives.traffic.description,
            unanswered: link.unanswered.isEmpty ? nil : "\(Traffic.tcp(link.unanswered))")
    }
}

extension ProofDocument.Judgement {
    fileprivate init(_ verdict: Verdict) {
        let (outcome, reason): (String, String?) =
            switch verdict.outcome {
            case .holds: ("holds", nil)
            case .broken: ("broken", nil)
            case .waived(let reason): ("waived", reason)
            case .unproven(let reason): ("unproven", reason)
            }
        self.init(
            claim: verdict.claim.rawValue, sentence: verdict.claim.sentence, outcome: outcome, reason: reason,
            breaches: verdict.breaches.map(ProofDocument.Break.init))
    }
}

extension ProofDocument.Break {
    fileprivate init(_ breach: Breach) {
        self.init(
            what: breach.what, packet: breach.packet.map(ProofDocument.Sent.init),
            path: breach.path.map { ProofDocument.Step(layer: $0.layer, rule: $0.rule, passes: $0.passes) },
            change: breach.change)
    }
}

extension ProofDocument.Sent {
    fileprivate init(_ packet: Packet) {
        self.init(
            source: Packet.text(packet.source), destination: Packet.text(packet.destination),
            protocolNumber: Int(packet.protocolNumber), port: Int(packet.port))
    }
}

extension ProofDocument.Controlled {
    fileprivate init(_ control: Control) {
        let outcome =
            switch control.outcome {
            case .passes: "passes"
            case .fails: "fails"
            case .waived: "waived"
            }
        self.init(
            control: control.id, also: control.also, title: control.title, address: control.address.text,
            outcome: outcome, reason: control.reason.isEmpty ? nil : control.reason)
    }
}
