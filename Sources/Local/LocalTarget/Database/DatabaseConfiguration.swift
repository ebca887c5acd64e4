/// What the database tier needs to know. Nothing in it is read from the environment or the clock.
package struct DatabaseConfiguration: Sendable {
    /// Where everything of the tier lives, an absolute path: `<stack>/.terrace/database`.
    package var folder: String
    /// The zones of `db-1` and `db-2`.
    package var zones: [String]
    /// 0 or 1. The local target runs no more than one: the others are mentioned as a problem.
    package var readers: Int
    /// What both servers show to their clients: a chain in PEM for `localhost` and `127.0.0.1`.
    package var serverCertificatePEM: String
    package var serverKeyPEM: Secret
    /// The authority that clients check the certificate against.
    package var authorityPEM: String
    package var replicationPassword: Secret
    /// Of `login`.
    package var applicationPassword: Secret
    /// Owns the database and everything that the application makes in it.
    package var applicationRole: String
    /// As whom the application logs in: the owner, or the role that takes turns with it.
    package var login: String
    /// For how long any moment can be restored.
    package var backups: Duration
    package var databaseName: String
    /// The relays' ports on loopback; 0: any free one, remembered for the next start.
    package var writerPort: Int
    package var readerPort: Int
    /// Told every event of the tier in one line, from any thread. It must not block.
    package var log: @Sendable (String) -> Void

    package init(
        folder: String, zones: [String] = ["a", "b"], readers: Int = 1, serverCertificatePEM: String,
        serverKeyPEM: Secret, authorityPEM: String, replicationPassword: Secret, applicationPassword: Secret,
        applicationRole: String, login: String? = nil, databaseName: String, writerPort: Int = 0, readerPort: Int = 0,
        backups: Duration = .seconds(7 * 86_400),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.folder = folder
        self.zones = zones
        self.readers = readers
        self.serverCertificatePEM = serverCertificatePEM
        self.serverKeyPEM = serverKeyPEM
        self.authorityPEM = authorityPEM
        self.replicationPassword = replicationPassword
        self.applicationPassword = applicationPassword
        self.applicationRole = applicationRole
        self.login = login ?? applicationRole
        self.backups = backups
        self.databaseName = databaseName
        self.writerPort = writerPort
        self.readerPort = readerPort
        self.log = log
    }
}

/// Every limit of the tier, with its reason.
enum DatabaseLimit {
    /// Between two probes of a server, and the longest one probe may take.
    static let probeInterval = Duration.milliseconds(200)
    /// A server that runs and yet does not answer for this long counts as hung. A stopped one (SIGSTOP) does after two
    /// probes, for the kernel says so; a slow one deserves patience, since a failover would cut its clients off.
    static let unresponsive = Duration.seconds(5)
    /// How long commits may wait for a reader that makes no progress, before they stop waiting for it. Seen by probes,
    /// so two intervals may be added to it; the sum stays under a second.
    static let readerStall = Duration.milliseconds(500)
    /// From asking for synchronous commits to seeing the setting in force.
    static let readerJoin = Duration.seconds(60)
    /// A joining reader that receives nothing for this long is started again.
    static let readerSilence = Duration.seconds(10)
    /// Crash recovery may have a gigabyte of log to replay.
    static let serverStart = Duration.seconds(120)
    /// A CHECKPOINT writes every dirty page.
    static let checkpoint = Duration.seconds(300)
    static let statement = Duration.seconds(10)
    /// A leftover server of a killed supervisor shuts down by itself; after this it is asked with SIGQUIT, …
    static let leftoverPatience = Duration.seconds(1)
    /// … and after this with SIGKILL. It has no clients any more, and recovery replays its log.
    static let leftoverQuit = Duration.seconds(2)
    /// A graceful stop: fast shutdown with a checkpoint.
    static let stop = Duration.seconds(30)
    /// initdb, pg_rewind; a base backup copies everything.
    static let tool = Duration.seconds(120)
    static let baseBackup = Duration.seconds(3600)
    /// From the switch of a segment until it is in the archive.
    static let archiving = Duration.seconds(60)
    /// A copy may have a day of log to replay.
    static let restoring = Duration.seconds(3600)
    /// A client's connection waits this long for a writer; a failover takes a fraction of it.
    static let relayHold = Duration.seconds(10)
    /// Connections of one relay, held ones included. PostgreSQL itself takes 100.
    static let relayConnections = 1000
    static let relayRetry = Duration.milliseconds(20)
    /// Starts of the writer during `start()` before the error is handed to the caller.
    static let firstStarts = 3
    /// One file of a server's log; one older file is kept.
    static let logBytes = 16 << 20
    /// `sun_path` has 108 bytes on Linux, 104 on macOS; `/.s.PGSQL.65535` takes 15 and the final zero one.
    static let socketFolderBytes = 88

    /// Before start number `attempt` (0 is the first): 0, 0.1, 0.2, 0.4 … 10 s.
    static func backoff(attempt: Int) -> Duration {
        attempt <= 0 ? .zero : min(.milliseconds(100) * (1 << min(attempt - 1, 10)), .seconds(10))
    }
}
