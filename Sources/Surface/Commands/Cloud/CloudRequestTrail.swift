import Foundation
import LocalTarget
import Provisioning
import Resources
import Stacks

/// What CloudFront and the load balancer wrote about one request, out of the files that AWS has put into the stack's bucket.
struct CloudRequestTrail: Sendable {
    /// So many files are looked through at most; a busy stack's hour has some hundred.
    private static let mostFiles = 3000
    /// Above, one is named and not read. Bytes, compressed.
    private static let largestFile = 48 << 20
    /// So many are on their way at once.
    private static let atOnce = 8
    /// A stack has one distribution after the other, at most; a file of another kind costs a look, too.
    private static let mostHeads = 20

    let session: CloudSession
    /// When the request may have come and gone.
    let span: ClosedRange<Date>
    private(set) var mark: RequestMark
    /// Files and lines that are missing.
    private(set) var unread: [Report] = []

    init(_ session: CloudSession, _ mark: RequestMark, in span: ClosedRange<Date>) {
        self.session = session
        self.mark = mark
        self.span = span
    }

    /// Oldest first. The load balancer's log is read before the edge's: it tells CloudFront's id, where only the `Root` is known.
    mutating func lines() async throws -> [LogLine] {
        let folders = try Folders(session)
        let balancer = try await lines(of: balancerFiles(folders), in: folders, "balancer")
        for line in balancer { mark.learn(from: line.text) }
        let edge = mark.edgeID == nil ? [] : try await lines(of: edgeFiles(folders), in: folders, "edge")
        return (edge + balancer).sorted { $0.time < $1.time }
    }

    // MARK: Which files

    /// Where the two logs are, as the stack's resources say it.
    private struct Folders {
        let bucket: String
        let edge: String
        let balancer: String

        init(_ session: CloudSession) throws(Report) {
            let identity = session.cloud.identity
            let facts = KnownFacts(lookups: [.account: identity.account, .region: identity.region])
            var (bucket, edge, balancer): (String?, String?, String?)
            for resource in StackResources.graph(of: session.stack).resources {
                switch resource.settings {
                case .bucket(let settings): bucket = facts.text(settings.name)
                case .logDelivery(let settings): edge = settings.prefix
                case .loadBalancer(let settings): balancer = settings.accessLog?.prefix
                default: continue
                }
            }
            guard let bucket, let edge, let balancer else {
                throw Report("\(session.stack.fullName) takes no requests on aws", expected: "a service with routes")
            }
            (self.bucket, self.edge, self.balancer) = (bucket, edge, balancer)
        }
    }

    private func balancerFiles(_ folders: Folders) async throws -> [CloudLogFile] {
        let identity = session.cloud.identity
        var found: [CloudLogFile] = []
        for folder in LogFileNames.balancer(
            folders.balancer, account: identity.account, region: identity.region, span)
        {
            let files = try await session.cloud.logFiles(in: folders.bucket, beginning: folder, after: nil, atMost: nil)
            found += files.filter { LogFileNames.isBalancers($0.name, in: span) }
        }
        return found
    }

    /// A name begins with the distribution's id. There is one, or another one for each time that it was replaced: each is found by
    /// one look behind the names of the last.
    private func edgeFiles(_ folders: Folders) async throws -> [CloudLogFile] {
        var found: [CloudLogFile] = []
        var after: String?
        for _ in 0..<Self.mostHeads {
            let next = try await session.cloud.logFiles(
                in: folders.bucket, beginning: "\(folders.edge)/", after: after, atMost: 1)
            guard let first = next.first else { break }
            guard let head = LogFileNames.edgeHead(first.name) else {
                after = first.name
                continue
            }
            for hour in LogFileNames.edge(head, span) {
                found += try await session.cloud.logFiles(in: folders.bucket, beginning: hour, after: nil, atMost: nil)
            }
            after = LogFileNames.end(ofHead: head)
        }
        return found
    }

    // MARK: What is in them

    private mutating func lines(of files: [CloudLogFile], in folders: Folders, _ tier: String) async throws -> [LogLine]
    {
        guard files.count <= Self.mostFiles else {
            throw Report(
                "the \(tier)'s log has \(files.count) files of this time in s3://\(folders.bucket)",
                expected: "at most \(Self.mostFiles)", next: "a shorter time by `--since`, or the `Root` as the id")
        }
        let outcomes = try await outcomes(of: files, in: folders.bucket)
        unread += outcomes.compactMap(\.report)
        return outcomes.flatMap(\.lines).map { line in
            LogLine(time: line.time, task: tier, stream: .out, text: line.text)
        }
    }

    private struct Outcome: Sendable {
        var lines: [(time: Date, text: String)] = []
        var report: Report?

        init(_ report: Report? = nil) { self.report = report }

        /// A line has its place among the others by its time: one that tells none is not shown, and that is said.
        init(_ texts: [String], of place: String) {
            lines = texts.compactMap { text in CloudRequestTrail.time(in: text).map { (time: $0, text: text) } }
            let timeless = texts.count - lines.count
            guard timeless > 0 else { return }
            report = Report(
                "cannot read the time of \(timeless == 1 ? "a line" : "\(timeless) lines") of \(place)",
                state: timeless == 1 ? "it is missing from what is shown" : "they are missing from what is shown")
        }
    }

    private func outcomes(of files: [CloudLogFile], in bucket: String) async throws -> [Outcome] {
        let (cloud, words) = (session.cloud, mark.words)
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            var (waiting, outcomes) = (files[...], [Outcome]())
            for file in waiting.prefix(Self.atOnce) {
                group.addTask { try await Self.outcome(of: file, in: bucket, words, cloud) }
            }
            waiting = waiting.dropFirst(Self.atOnce)
            while let outcome = try await group.next() {
                outcomes.append(outcome)
                guard let file = waiting.popFirst() else { continue }
                group.addTask { try await Self.outcome(of: file, in: bucket, words, cloud) }
            }
            return outcomes
        }
    }

    private static func outcome(
        of file: CloudLogFile, in bucket: String, _ words: [String], _ cloud: any CloudStack
    ) async throws -> Outcome {
        let place = "s3://\(bucket)/\(file.name)"
        let unread = { (reason: String) in
            Report("cannot read \(place): \(reason)", state: "its lines are missing from what is shown")
        }
        guard file.bytes <= largestFile else { return Outcome(unread("it has \(file.bytes) bytes")) }
        // One that has just reached its age is gone.
        guard let bytes = try await cloud.logFile(file.name, in: bucket) else { return Outcome() }
        do throws(Report) {
            return Outcome(try GzipLines.having(words, in: bytes), of: place)
        } catch {
            return Outcome(unread(error.what))
        }
    }

    /// CloudFront's `"date":"2026-11-30","time":"02:00:01"`, and a load balancer's `2026-11-30T02:00:01.123456Z`, when it answered.
    static func time(in line: String) -> Date? {
        if let edge = line.firstMatch(of: /"date" ?: ?"(\d{4}-\d\d-\d\d)"/),
            let clock = line.firstMatch(of: /"time" ?: ?"(\d\d:\d\d:\d\d)"/)
        {
            return try? Date("\(edge.1)T\(clock.1)Z", strategy: .iso8601)
        }
        guard let found = line.firstMatch(of: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})\d*Z/),
            let second = try? Date("\(found.1)Z", strategy: .iso8601)
        else { return nil }
        return second.addingTimeInterval((Double(found.2) ?? 0) / 1000)
    }
}
