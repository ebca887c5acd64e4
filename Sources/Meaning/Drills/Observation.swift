/// What was seen while something was broken, before anybody judges it. Times are in seconds.
package struct Observation: Sendable, Codable, Equatable {
    package var reads: LoadFigures
    /// Through the edge; nil when the manifest names nothing to write.
    package var writes: LoadFigures?
    /// Into a table of the drill's own, through the writer's endpoint; nil without a database.
    package var commits: Commits?
    /// Changes of the writer.
    package var failovers: Int
    /// From the moment the fault was over until everything that the manifest asks for ran again; nil when it did not.
    package var recovery: Double?
    /// Answers that the application had to make anew for the cache; nil when the drill was not about it.
    package var fetches: Int?
    /// How a copy restored to a moment compared; nil when nothing was restored.
    package var restored: Restored?
    /// The version that was deployed although it cannot run; nil when none was.
    package var deployed: Deployed?

    /// Writes of the drill's own.
    package struct Commits: Sendable, Codable, Equatable {
        package var figures: LoadFigures
        package var acknowledged: Int
        /// Acknowledged, and not there in the end.
        package var lost: Int

        package init(figures: LoadFigures, acknowledged: Int, lost: Int) {
            self.figures = figures
            self.acknowledged = acknowledged
            self.lost = lost
        }
    }

    /// What a copy of the database at a moment in the past has.
    package struct Restored: Sendable, Codable, Equatable {
        /// Acknowledged before the moment, and not in the copy.
        package var missing: Int
        /// Begun after the moment, and in the copy all the same.
        package var tooNew: Int
        /// From the request until the copy answered.
        package var seconds: Double
        /// Rows that had to be there; nil in what an older product has kept.
        package var before: Int?
        /// Rows that had to be missing; nil as well.
        package var after: Int?

        package init(missing: Int, tooNew: Int, seconds: Double, before: Int? = nil, after: Int? = nil) {
            self.missing = missing
            self.tooNew = tooNew
            self.seconds = seconds
            self.before = before
            self.after = after
        }
    }

    /// What became of a version that cannot run.
    package struct Deployed: Sendable, Codable, Equatable {
        /// nil for one that is among no service's releases.
        package var release: Int?
        /// The one that served when it came.
        package var before: Int
        /// The one that served afterwards; nil when none did.
        package var serving: Int?
        /// From the deployment until it was given up; nil when it was not.
        package var seconds: Double?

        package init(release: Int?, before: Int, serving: Int?, seconds: Double?) {
            self.release = release
            self.before = before
            self.serving = serving
            self.seconds = seconds
        }
    }

    package init(
        reads: LoadFigures, writes: LoadFigures? = nil, commits: Commits? = nil, failovers: Int = 0,
        recovery: Double? = nil, fetches: Int? = nil, restored: Restored? = nil, deployed: Deployed? = nil
    ) {
        self.reads = reads
        self.writes = writes
        self.commits = commits
        self.failovers = failovers
        self.recovery = recovery
        self.fetches = fetches
        self.restored = restored
        self.deployed = deployed
    }
}
