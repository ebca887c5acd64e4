/// What a drill is to show: a sentence for people, and what is measured of it.
package struct Hypothesis: Sendable, Equatable {
    package var text: String
    package var predictions: [Prediction]

    /// - Parameter hasReader: whether the stack has a second database server.
    package static func of(_ drill: DrillName, hasReader: Bool = true) -> Hypothesis {
        switch drill {
        case .task:
            Hypothesis(
                text: "Nobody notices the loss of a task but those whom it was answering.",
                predictions: undisturbed + [.whole(within: 30)])
        case .zone:
            Hypothesis(
                text: "The other zone serves: reads go on, and the database's reader takes over as the writer.",
                predictions: [.failedReads(atMost: 0)] + takeover(1, hasReader) + [.whole(within: 60)])
        case .writer:
            Hypothesis(
                text: "The reader becomes the writer at once, with every acknowledged commit.",
                predictions: [.failedReads(atMost: 0)] + takeover(1, true) + [.whole(within: 60)])
        case .writerHang:
            Hypothesis(
                text: "A writer that hangs is found out, put away and replaced, with every acknowledged commit.",
                predictions: [.failedReads(atMost: 0)] + takeover(2, true) + [.whole(within: 60)])
        case .reader:
            Hypothesis(
                text: "Commits stop waiting for a reader that is gone, and its queries find the writer.",
                predictions: [
                    .failedReads(atMost: 0), .commitsBack(within: 1), .lostCommits(atMost: 0), .failovers(0),
                    .whole(within: 60),
                ])
        case .badDeploy:
            Hypothesis(
                text: "Nobody notices a version that cannot run: it is given up, and the running release goes on.",
                predictions: [
                    .failedReads(atMost: 0), .failedWrites(atMost: 0), .failedCommits(atMost: 0),
                    .lostCommits(atMost: 0), .failovers(0), .versionGivenUp, .whole(within: 30),
                ])
        case .connectionExhaustion:
            Hypothesis(
                text: "Who holds a connection keeps working, and nobody takes a full server for a dead one.",
                predictions: [
                    .failedReads(atMost: 0), .failedCommits(atMost: 0), .lostCommits(atMost: 0), .failovers(0),
                    .whole(within: 10),
                ])
        case .cacheStampede:
            Hypothesis(
                text: "When many ask at once for what the cache has just lost, the application is asked once.",
                predictions: [.fetches(atMost: 1), .failedReads(atMost: 0), .lostCommits(atMost: 0)])
        case .slowStart:
            Hypothesis(
                text: "A task that is not ready gets no request.",
                predictions: undisturbed + [.whole(within: 30)])
        case .rotation:
            Hypothesis(
                text: "A new password of the application's role is noticed by nobody.",
                predictions: [
                    .failedReads(atMost: 0), .failedWrites(atMost: 0), .failedCommits(atMost: 0),
                    .lostCommits(atMost: 0), .failovers(0), .whole(within: 30),
                ])
        case .restore:
            Hypothesis(
                text: "The database can be had as it was at any moment, while it goes on.",
                predictions: [.restoredExactly] + undisturbed)
        case .fullDisk:
            Hypothesis(
                text: "A full disk stops writes and loses none; they go on when there is room again.",
                predictions: [.lostCommits(atMost: 0), .whole(within: 60)])
        }
    }

    private static let undisturbed: [Prediction] = [
        .failedReads(atMost: 0), .failedWrites(atMost: 0), .lostCommits(atMost: 0), .failovers(0),
    ]

    private static func takeover(_ limit: Double, _ hasReader: Bool) -> [Prediction] {
        hasReader
            ? [.commitsBack(within: limit), .lostCommits(atMost: 0), .failovers(1)]
            : [.lostCommits(atMost: 0), .failovers(0)]
    }

    package func findings(_ seen: Observation) -> [Finding] { predictions.compactMap { $0.judge(seen) } }
}
