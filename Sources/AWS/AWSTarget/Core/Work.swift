package import AWSWire
package import Provisioning
package import Resources
import Stacks

/// What a handler works with: the way to AWS, whose resources these are, and what is known so far.
package struct Work: Sendable {
    package let connection: AWSConnection
    package let scope: StackScope
    package var facts: KnownFacts
    package let time: Timekeeper
    let looks: Looks
    let gatherings: Gatherings
    /// An answer that was asked for earlier than this is too old to be looked at.
    var oldest: Duration
    /// What other kinds have found, while everything is searched.
    var board: FindBoard?
    /// Nothing is asked of a type of EC2's of which EC2's list of tags has none of the stack's.
    private(set) var listsTagsFirst = false
    /// What nobody has to know to take something away is not asked for.
    private(set) var isForRemoval = false

    init(
        connection: AWSConnection, scope: StackScope, facts: KnownFacts = KnownFacts(), time: Timekeeper, looks: Looks,
        gatherings: Gatherings = Gatherings(), oldest: Duration
    ) {
        self.connection = connection
        self.scope = scope
        self.facts = facts
        self.time = time
        self.looks = looks
        self.gatherings = gatherings
        self.oldest = oldest
    }

    /// From now on only answers count that were asked for at most `age` ago.
    package func fresh(within age: Duration = .zero) -> Work {
        var work = self
        work.oldest = time.elapsed() - age
        return work
    }

    /// For a search of everything: one list tells of every type of EC2's. Who waits for one thing asks for that.
    var listingTagsFirst: Work {
        var work = self
        work.listsTagsFirst = true
        return work
    }

    var forRemoval: Work {
        var work = self
        work.isForRemoval = true
        return work
    }

    /// For a search before a creation: one that a look at everything has just made counts, as long as nothing has gone since.
    var beforeCreation: Work {
        var work = listingTagsFirst
        work.oldest = max(time.elapsed() - Self.searchAge, looks.lastRemoval)
        return work
    }

    // MARK: - Calls

    /// One call. An answer that means "not yet" is asked again until its limit (`RetryableAnswer`).
    @discardableResult
    package func call<Request: WireRequest>(_ request: Request, in place: Place = .region) async throws
        -> Request.Response
    {
        try await patiently { try await connection.client.send(request, region: connection.region(of: place)) }
    }

    /// For a creation that has neither a token nor a name: a second try could make a second one. When the answer is lost,
    /// `find` looks whether the call took effect.
    package func callOnce<Request: WireRequest, Made: Sendable>(
        _ request: Request, find: @Sendable (Work) async throws -> Made?,
        made: @Sendable (Request.Response) throws -> Made
    ) async throws -> Made {
        if let found = try await find(beforeCreation) { return found }
        for attempt in 1... {
            do {
                return try await patiently { try made(await connection.onceClient.send(request)) }
            } catch let error as AWSError where error.mayHaveTakenEffect && attempt < Self.mostTries {
                if let found = try await foundAfterAll(find) { return found }
            }
        }
        preconditionFailure("the loop has no end")
    }

    /// Nil when there is no such thing.
    @discardableResult
    package func callIfThere<Request: WireRequest>(
        _ request: Request, in place: Place = .region
    ) async throws -> Request.Response? {
        do { return try await call(request, in: place) } catch let error as AWSError where error.kind == .notFound {
            return nil
        }
    }

    // MARK: - Looks

    /// The answer of a describe call, which may have been somebody else's a moment ago.
    package func look<Request: WireRequest>(_ request: Request, in place: Place = .region) async throws
        -> Request.Response
    {
        let (connection, region) = (connection, connection.region(of: place))
        return try await looks.answer(to: question(request, region), oldest: oldest, now: time.elapsed()) {
            try await connection.client.send(request, region: region)
        }
    }

    /// Nil when there is no such thing.
    package func lookIfThere<Request: WireRequest>(
        _ request: Request, in place: Place = .region
    ) async throws -> Request.Response? {
        do { return try await look(request, in: place) } catch let error as AWSError where error.kind == .notFound {
            return nil
        }
    }

    /// Every page of the answer. A list whose place was forgotten between two pages is read from its beginning.
    package func lookAll<Request: WireRequest>(
        _ request: Request, in place: Place = .region
    ) async throws -> [Request.Response] {
        let (connection, region) = (connection, connection.region(of: place))
        return try await looks.answer(to: question(request, region), oldest: oldest, now: time.elapsed()) {
            for attempt in 1... {
                do {
                    return try await connection.client.all(request, region: region) { [$0] }
                } catch let error as AWSError where error.isForgottenPlace && attempt < Self.mostTries { continue }
            }
            preconditionFailure("the loop has no end")
        }
    }

    private func question<Request: WireRequest>(_ request: Request, _ region: String) -> String {
        "\(Request.operation.service.name).\(Request.operation.name) \(region) \(request)"
    }

    // MARK: - Patience

    /// Searches that are this old still count before a creation. Nobody else makes anything of the stack's meanwhile: this run
    /// holds the lease, and what a run before it made is shown to the look with which this one began.
    private static let searchAge = Duration.seconds(20)
    private static let mostTries = 4
    /// How long AWS may take to show what a call made whose answer was lost.
    private static let lostSearches = 3
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(8)

    private func patiently<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
        let start = time.elapsed()
        var pause = Self.firstPause
        while true {
            do {
                return try await ask()
            } catch var error as AWSError {
                guard let row = RetryableAnswer.row(for: error) else { throw error }
                let waited = time.elapsed() - start
                guard waited + pause < row.limit else {
                    error.message += " (asked again for \(waited.components.seconds) s until \(row.until))"
                    throw error
                }
                try await time.sleep(pause)
                pause = min(pause * 3 / 2, Self.longestPause)
            }
        }
    }

    /// What AWS makes by itself beside something that was just made: looked for until it is visible.
    ///
    /// - Parameter what: completes "… is not visible" in a report.
    /// - Throws: a report once `RetryableAnswer.spread` is over.
    func onceVisible<Seen>(_ what: String, _ look: (Work) async throws -> Seen?) async throws -> Seen {
        let start = time.elapsed()
        var pause = Self.firstPause
        while true {
            do {
                if let seen = try await look(fresh()) { return seen }
            } catch let error as AWSError where error.kind == .notFound {}
            let waited = time.elapsed() - start
            guard waited + pause < RetryableAnswer.spread else {
                throw Report(
                    "\(what) is not visible after \(waited.components.seconds) s",
                    state: "what was made stays", next: "run the same command again: it continues from what is there")
            }
            try await time.sleep(pause)
            pause = min(pause * 3 / 2, Self.longestPause)
        }
    }

    private func foundAfterAll<Made: Sendable>(_ find: @Sendable (Work) async throws -> Made?) async throws -> Made? {
        for attempt in 1...Self.lostSearches {
            try await time.sleep(Self.firstPause * attempt)
            if let found = try await find(fresh()) { return found }
        }
        return nil
    }
}

extension AWSError {
    /// The token of the next page is not known any more. Source: GetResources' errors, read 2026-11.
    fileprivate var isForgottenPlace: Bool { code == "PaginationTokenExpiredException" }

    /// No answer says that nothing happened.
    fileprivate var mayHaveTakenEffect: Bool { kind == .transient || kind == .timeout || kind == .unreadable }
}
