import Foundation
import LocalTarget
import Provisioning
import Resources
import Stacks

/// `releases --on aws`: the active revisions of each service's task definition, and which of them runs.
struct CloudReleases: Sendable {
    var request: CloudRequest
    var service: String?
    var json: Bool

    private struct Listed: Encodable {
        struct Release: Encodable {
            var number: Int
            var arn: String
            var image: String
        }

        var service: String
        /// The number that runs; nil while none of them does.
        var running: Int?
        /// The newest first.
        var releases: [Release]

        init(_ service: String, _ revisions: [Revision]) {
            self.service = service
            running = revisions.first(where: \.isRunning)?.number
            releases = revisions.map { Release(number: $0.number, arn: $0.arn, image: $0.image) }
        }
    }

    func callAsFunction() async throws {
        try await request.open { session in
            let look = try await CloudLook.take(session)
            let names =
                try service.map { [try CloudService($0, look, session.stack).name] }
                ?? session.stack.services.map(\.name)
            var lists: [Listed] = []
            for name in names {
                let found = try CloudService(name, look, session.stack)
                let revisions = try await session.cloud.revisions(of: found.observed, family: found.family)
                lists.append(Listed(name, revisions))
            }
            try show(lists)
        }
    }

    private func show(_ lists: [Listed]) throws {
        let surroundings = Surroundings.current
        guard !json else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return surroundings.say(String(decoding: try encoder.encode(lists), as: UTF8.self))
        }
        var table = TextTable([.left("RELEASE"), .left("STATE"), .left("IMAGE")])
        for list in lists {
            for each in list.releases {
                let state = each.number == list.running ? "running" : "kept"
                table.add(["\(list.service) \(each.number)", state, each.image])
            }
        }
        for line in table.lines(width: 200, style: surroundings.style) { surroundings.say(line) }
    }
}
