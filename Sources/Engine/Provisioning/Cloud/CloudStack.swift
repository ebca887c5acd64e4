package import Proofs
package import Resources
package import Stacks

/// One stack in one account and region of a cloud, as the verbs see it.
package protocol CloudStack: Sendable {
    var identity: CloudIdentity { get }
    var provider: any ResourceProvider { get }
    var lease: any LeaseStore { get }

    /// Everything that still carries the stack's tags or one of its names, asked for in every way there is: what a destroy
    /// has left, each with why it stays.
    func remains(_ graph: ResourceGraph) async throws -> [Remainder]

    /// Everything that is in the stack's network now, whoever made it.
    ///
    /// - Throws: `Report` when there is no network, or when AWS refuses to tell.
    func network(_ graph: ResourceGraph) async throws -> NetworkSighting

    /// As whom the application signs in to its database, read from its secret now.
    func databaseLogin(_ secret: Observed) async throws -> CloudLogin

    /// How far a new password for the application is, which lies in this secret.
    func rotation(of secret: Observed) async throws -> CloudRotation

    /// Draws a password for the role that is not in use, makes it valid, and has every task that starts from then on sign in as
    /// that role. The password before stays valid.
    func admitNextLogin(_ secret: Observed, of role: Observed) async throws -> CloudRotation

    /// Ends the password before, and the rotation with it.
    func finishRotation(_ secret: Observed, of role: Observed) async throws

    /// Whether the service's tasks are told by the secret as whom they sign in, and not by their own definition.
    func userIsTold(to service: Observed) async throws -> Bool

    /// Every task of the stack, a service's or not, that has not ended and began before a moment (milliseconds since 1970).
    func tasks(of world: World, startedBefore moment: Int) async throws -> [CloudOldTask]

    /// Has the service start its tasks anew, as a deployment of what it runs.
    func renewTasks(of service: Observed) async throws -> Observed

    /// Has the service run so many tasks from now on, until its scaling wants another number.
    func setTasks(of service: Observed, to count: Int) async throws

    /// Leaves a service's scaling no choice but one number of tasks. The cloud itself brings the bounds back, whatever becomes of
    /// whoever asked for it; a hold before this one ends.
    ///
    /// - Parameters:
    ///   - target: the service's scalable target.
    ///   - moment: until when, in seconds since 1970.
    ///   - bounds: those of then.
    func hold(_ target: Observed, at tasks: Int, until moment: Int, then bounds: ClosedRange<Int>) async throws

    /// These bounds count from now on, and a hold that there may be is over.
    func release(_ target: Observed, to bounds: ClosedRange<Int>) async throws

    /// The versions of a service that can be brought back, the newest first.
    ///
    /// - Parameter family: theirs, whatever version a drill has the service run just now.
    func revisions(of service: Observed, family: String) async throws -> [Revision]

    /// The digest of an image; nil when its registry is not the account's own, so that nobody here can tell.
    ///
    /// - Throws: `Report` when the registry is the account's own and has no such image.
    func digest(of image: ImageReference) async throws -> String?

    /// Brings an image of this machine into a repository of the stack. What is there already is not sent again.
    ///
    /// - Returns: the image by its digest, as a task definition names it.
    func push(
        _ image: ImageParcel, to repository: Observed, progress: @escaping @Sendable (String) -> Void
    ) async throws -> String

    /// Starts one task of the version that the service has, with a command of its own in that container.
    func startTask(of service: Observed, container: String, running words: [String]) async throws -> CloudTask

    /// Has a running task of the service start a command on a terminal of its own.
    ///
    /// - Parameter task: its name; nil for the newest one that can be reached.
    /// - Throws: `Report` when there is no such task, or when nothing inside it listens.
    func openSession(
        in service: Observed, container: String, task: String?, running words: [String]
    ) async throws -> CloudPluginSession

    /// Opens a way from this machine to a host inside the stack's network, through the newest task of the first of these services
    /// in which the agent runs.
    ///
    /// - Throws: `Report` when there is no such task.
    func openForward(through services: [Observed], to host: String, port: String) async throws -> CloudPluginSession

    /// - Parameter mark: of the look before; nil for the first one.
    func look(at task: CloudTask, after mark: String?) async throws -> CloudTaskLook

    /// Asks for its end; one that has ended is no mistake.
    func stop(_ task: CloudTask) async throws

    /// The last run that a schedule has started of a job, by its state machine; nil before the first one.
    func lastRun(of machine: Observed) async throws -> CloudJobEnd?

    /// What a log group has of a moment (milliseconds since 1970) and later; nil when there is no such group.
    ///
    /// - Parameter mark: of the part before; nil for the first one.
    func logPage(
        of group: String, in place: Place, from start: Int, after mark: String?
    ) async throws -> CloudLogPage?

    /// The files of a bucket into which AWS writes logs, by their names and in the order of these; none where there is no such bucket.
    ///
    /// - Parameters:
    ///   - name: only what comes behind it; nil for all.
    ///   - count: at most so many, up to a thousand; nil for all.
    func logFiles(
        in bucket: String, beginning prefix: String, after name: String?, atMost count: Int?
    ) async throws -> [CloudLogFile]

    /// As it lies there, compressed; nil when it is not there. At most 64 MiB.
    func logFile(_ name: String, in bucket: String) async throws -> [UInt8]?

    /// How the parts are that a drill breaks, asked for anew.
    ///
    /// - Parameter world: where they are.
    func vitals(of world: World) async throws -> CloudVitals

    /// The same, with how busy they are and with every alarm.
    ///
    /// - Parameter world: where they are.
    func figures(of world: World) async throws -> CloudFigures

    /// Breaks something that comes back by itself.
    func inject(_ fault: CloudFault, in world: World) async throws -> CloudInjection

    /// Tries one write in the database, once, in the application's name; nothing of it stays.
    ///
    /// - Parameter limit: longest wait for the answer.
    /// - Throws: `CancellationError` alone: whatever else happens to it is an answer.
    func write(in world: World, within limit: Duration) async throws -> CloudWrite

    /// Says one thing about the drill's own table, as the application.
    ///
    /// - Parameter copy: the name of the restored cluster that is asked; nil for the database.
    /// - Returns: the numbers of the answer, of which most statements have none.
    /// - Throws: `Report` when there is no way to ask, or PostgreSQL refuses.
    func ask(_ statement: DrillTable.Statement, of copy: String?, in world: World) async throws -> [Int]

    /// What each server of the database was busy with over that long until now.
    ///
    /// - Parameter most: so many kinds of statement of each server, at most 25.
    /// - Throws: `Report` when there is no database yet.
    func statements(of world: World, over length: Duration, most: Int) async throws -> CloudStatements

    /// What the database can be brought back from.
    ///
    /// - Throws: `Report` when there is none yet.
    func backups(of world: World) async throws -> CloudBackups

    /// Asks for a snapshot of the database that stays until somebody deletes it.
    func makeBackup(of world: World, named name: String) async throws

    /// The clusters of the database, with what restores have made of it.
    ///
    /// - Parameter world: where the stack's own are; a copy is held against the settings that the graph asks for.
    func restores(of graph: ResourceGraph, in world: World) async throws -> CloudRestores

    /// Asks for one thing of a restore.
    func carryOut(_ step: RestoreStep, of graph: ResourceGraph, in world: World) async throws

    /// The copy, or what restores in place have set aside, as resources that can be deleted.
    func restored(_ part: RestoredPart, of graph: ResourceGraph) async throws -> [Observed]

    /// A snapshot's name, when it is one of this stack's database that can be restored.
    ///
    /// - Throws: `Report` when there is none.
    func snapshot(_ name: String, of graph: ResourceGraph) async throws

    /// Has the edge ask for everything anew.
    func forgetAnswers(of distribution: Observed) async throws

    /// Whether the account can carry the stack: zones, quotas, service-linked roles, engine versions, clock. Each finding
    /// as soon as it is known; never throws, since a check that cannot be made is a finding.
    func examine(_ stack: Stack) async -> AsyncStream<Finding>
}

/// Who we are, and where.
package struct CloudIdentity: Sendable, Equatable, Codable {
    /// Twelve digits.
    package var account: String
    /// ARN of the user or role that the credentials stand for.
    package var caller: String
    package var region: String

    package init(account: String, caller: String, region: String) {
        self.account = account
        self.caller = caller
        self.region = region
    }
}

/// Something that exists after a destroy.
package struct Remainder: Sendable, Equatable, Codable {
    /// Its ARN, or its name where it has none.
    package var name: String
    /// What it is, in a word or two: `cluster snapshot`.
    package var what: String
    /// Why it is kept on purpose; nil for what should be gone.
    package var reason: String?

    package init(name: String, what: String, reason: String?) {
        self.name = name
        self.what = what
        self.reason = reason
    }
}

/// What one check of `doctor` has found.
package struct Finding: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable {
        case good
        /// It works, and may not for long or not as well as it could.
        case warning
        /// `up` would fail.
        case bad
    }

    /// `quota of elastic addresses`
    package var subject: String
    package var state: State
    /// `3 of 5 in use, 2 more are needed`
    package var text: String
    package var next: String?

    package init(_ subject: String, _ state: State, _ text: String, next: String? = nil) {
        self.subject = subject
        self.state = state
        self.text = text
        self.next = next
    }
}
