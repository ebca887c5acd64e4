import Foundation
import LocalTarget

/// What has run of each service and what runs.
struct ReleasesView {
    var style: TextStyle
    var width: Int
    var now: Date

    func text(_ lists: [ReleaseList]) -> String {
        lists.map(text).joined(separator: "\n")
    }

    private func text(_ list: ReleaseList) -> String {
        guard !list.releases.isEmpty else { return "\(list.service) has no release yet\n" }
        var table = TextTable([
            .left("RELEASE"), .left("STATE"), .left("PROGRAM"), .left("CHANGED"), .right("AGE"),
        ])
        let older = list.releases.dropFirst().map(Optional.some) + [nil]
        for (release, before) in zip(list.releases, older) {
            table.add([
                "\(list.service) \(release.number)", state(release, list), program(release),
                change(from: before, to: release).clipped(to: 40),
                Figures.age(seconds: now.timeIntervalSince(release.madeAt)),
            ])
        }
        var lines = table.lines(width: width, style: style)
        for release in list.releases {
            guard let reason = release.reason else { continue }
            lines += "release \(release.number): \(reason.printable)".wrapped(to: width - 4).map { "    \($0)" }
        }
        if let instead = list.instead {
            lines.append("the manifest asks for release \(instead): `terrace deploy \(list.service)` brings it in")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func state(_ release: Release, _ list: ReleaseList) -> String {
        if release.number == list.running { return style.paint("running", .green) }
        switch release.outcome {
        case .deploying: return "deploying"
        case .served: return "served"
        case .failed: return style.paint("failed", .red)
        }
    }

    /// The beginning of each file's digest.
    private func program(_ release: Release) -> String {
        let digests = release.content.files.map { String($0.digest.prefix(12)) }
        return digests.isEmpty ? "-" : digests.joined(separator: " ")
    }

    /// What is different from the release below it, in the manifest's words.
    private func change(from old: Release?, to new: Release) -> String {
        guard let old = old?.content else { return "" }
        let new = new.content
        let names = Set(old.environment.keys).union(new.environment.keys)
            .filter { old.environment[$0] != new.environment[$0] }.sorted()
        var words: [String] = []
        if old.files != new.files { words.append("program") }
        if old.command != new.command { words.append("command") }
        if old.release != new.release { words.append("release") }
        if old.secrets != new.secrets { words.append("secrets") }
        return (words + names).joined(separator: ", ")
    }
}
