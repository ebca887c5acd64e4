import Foundation
import Provisioning

/// A stack in the cloud on one screen: what is wrong first, then the tiers, the services and where it is reached.
struct CloudStatusView {
    var style: TextStyle
    var width: Int
    var now: Date

    /// More than these push everything else off the screen.
    private static let mostTroubles = 10

    func text(_ status: CloudStatus) -> String {
        let parts = [
            heading(status), troubles(status) + alarms(status), groups(status), services(status), jobs(status),
            ends(status),
        ]
        return Array(parts.filter { !$0.isEmpty }.joined(separator: [""])).map { $0.clipped(to: width) }
            .joined(separator: "\n") + "\n"
    }

    private func heading(_ status: CloudStatus) -> [String] {
        let phase =
            switch status.phase {
            case "ready": style.paint(status.phase, .green)
            case "degraded": style.paint(status.phase, .red)
            default: style.paint(status.phase, .yellow)
            }
        let place = style.dim("account \(status.identity.account), \(status.identity.region)")
        let title = "\(style.bold(status.stack))  \(phase)  on aws  \(place)"
        return [title] + (status.url.map { [$0] } ?? [])
            + (status.phase == "absent" ? ["`terrace up --on aws` makes it"] : [])
    }

    private func troubles(_ status: CloudStatus) -> [String] {
        let shown = status.troubles.prefix(Self.mostTroubles).flatMap { trouble in
            marked(
                "\(trouble.address) \(trouble.state): \(trouble.text)", trouble.state == "pending" ? .yellow : .red)
        }
        let rest = status.troubles.count - Self.mostTroubles
        return shown + (rest > 0 ? ["  and \(rest) more: `terrace plan --on aws`"] : [])
    }

    private func alarms(_ status: CloudStatus) -> [String] {
        status.alarms.flatMap { marked("ALARM \($0.name): \($0.reason)", .red) }
    }

    private func marked(_ text: String, _ colour: TextStyle.Colour) -> [String] {
        text.printable.wrapped(to: width - 2).enumerated().map { style.paint(($0 == 0 ? "! " : "  ") + $1, colour) }
    }

    private func groups(_ status: CloudStatus) -> [String] {
        guard status.phase != "absent" else { return [] }
        var table = TextTable([
            .left("TIER"), .right("READY"), .right("PENDING"), .right("FAILED"), .right("MISSING"),
        ])
        for group in status.groups {
            let missing = group.wanted - group.ready - group.pending - group.failed
            table.add([group.name] + [group.ready, group.pending, group.failed, missing].map(String.init))
        }
        return table.lines(width: width, style: style)
    }

    private func services(_ status: CloudStatus) -> [String] {
        guard !status.services.isEmpty else { return [] }
        var table = TextTable([.left("SERVICE"), .right("TASKS"), .left("STATE"), .left("IMAGE")])
        for service in status.services {
            let held = service.heldUntil.map { ", held until \($0)" } ?? ""
            table.add([service.name, String(service.desired), service.state.printable + held, service.image])
        }
        return table.lines(width: width, style: style)
    }

    private func jobs(_ status: CloudStatus) -> [String] {
        guard status.phase != "absent" else { return [] }
        return CloudJobsView(style: style, now: now).shortLines(status.jobs, width: width)
    }

    private func ends(_ status: CloudStatus) -> [String] {
        let rows = [("writer", status.writer), ("reader", status.reader)].compactMap { label, text in
            text.map { "\(label)  \($0)" }
        }
        guard status.phase != "absent" else { return rows }
        let words = [
            ("create", "to create"), ("update", "to change"), ("replace", "to replace"), ("delete", "to delete"),
            ("adopt", "to adopt"),
        ]
        let parts = words.compactMap { action, words in status.differences[action].map { "\($0) \(words)" } }
        let sum =
            parts.isEmpty
            ? "as the manifest says"
            : "differs from the manifest: \(parts.joined(separator: ", ")); `terrace plan --on aws`"
        return rows + sum.wrapped(to: width)
    }
}
