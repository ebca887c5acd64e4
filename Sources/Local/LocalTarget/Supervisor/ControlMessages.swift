package import Plans
package import Stacks

/// The words on the control socket: one JSON object on each line. The server speaks first (`ControlGreeting`), the
/// client sends one `ControlCall`, then answers come until `done` or `failed`.
package enum ControlProtocol {
    /// Raised when an older peer could misunderstand.
    package static let version = 3
}

/// The server's first line: who answers, and which version of these words it speaks.
package struct ControlGreeting: Codable, Sendable, Equatable {
    package var protocolVersion: Int
    /// The supervisor's `ProductVersion`.
    package var productVersion: String
    package var stack: String

    package init(protocolVersion: Int, productVersion: String, stack: String) {
        self.protocolVersion = protocolVersion
        self.productVersion = productVersion
        self.stack = stack
    }
}

/// The client's only line: its version and what it asks.
package struct ControlCall: Codable, Sendable, Equatable {
    package var protocolVersion: Int
    package var request: ControlRequest

    package init(_ request: ControlRequest, protocolVersion: Int = ControlProtocol.version) {
        self.protocolVersion = protocolVersion
        self.request = request
    }
}

/// What can be asked over the socket; one case for each function of `StackControl`.
package enum ControlRequest: Codable, Sendable, Equatable {
    case status
    case plan(ManifestText)
    case apply(ManifestText)
    /// nil: every service.
    case deploy(ManifestText, service: String?)
    case rollBack(service: String?, to: Int?)
    case releases(service: String?)
    case scale(service: String?, ScaleOrder)
    case run(service: String, words: [String])
    case runJob(String)
    /// nil: any task of the service.
    case exec(service: String, task: Int?, words: [String])
    case logs(LogQuery)
    case databaseEndpoints
    case databaseCredentials
    case events
    /// Kept answers whose path and query match the pattern are given up.
    case invalidate(String)
    /// A drill lasts as long as the connection that began it.
    case drill(String)
    case database(DatabaseOrder)
    case inject(Fault)
    case mend
    case stop
}

/// The manifest travels as its text and is checked again on arrival: a `Stack` exists only behind that check.
package struct ManifestText: Codable, Sendable, Equatable {
    package struct File: Codable, Sendable, Equatable {
        package var file: String
        package var text: String
    }

    package var files: [File]
    package var environment: String?

    package init(_ sources: [ManifestSource], environment: String?) {
        files = sources.map { File(file: $0.file, text: $0.text) }
        self.environment = environment
    }

    package var sources: [ManifestSource] { files.map { ManifestSource(file: $0.file, text: $0.text) } }
}

/// One line of an answer. A stream ends with `done` or `failed`.
package enum ControlAnswer: Codable, Sendable, Equatable {
    case status(StackStatus)
    case plan(Plan)
    /// One step of a change that is being carried out.
    case progress(String)
    case deployed([DeployedRelease])
    case releases([ReleaseList])
    case scaled([ScaleState])
    case ended(RunEnd, overrun: String?)
    case jobEnded(JobRun)
    case program(TaskProgram)
    case line(LogLine)
    /// Comes before the lines.
    case unreadable(UnreadableLog)
    case endpoints(DatabaseEndpoints)
    case credentials(DatabaseCredentials)
    case event(StackEvent)
    /// How many kept answers were given up.
    case invalidated(Int)
    case drillBegun
    case database(DatabaseReply)
    case injected(Injection)
    case done
    case failed(Report)
}

/// The one place where the password is written: onto a socket that only its user can open.
extension DatabaseCredentials: Codable {
    private enum Key: String, CodingKey { case user, database, password, sslMode, rootCertificate }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            user: try values.decode(String.self, forKey: .user),
            database: try values.decode(String.self, forKey: .database),
            password: Secret(try values.decode(String.self, forKey: .password)),
            sslMode: try values.decode(String.self, forKey: .sslMode),
            rootCertificate: try values.decodeIfPresent(String.self, forKey: .rootCertificate))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(user, forKey: .user)
        try values.encode(database, forKey: .database)
        try values.encode(password.reveal(), forKey: .password)
        try values.encode(sslMode, forKey: .sslMode)
        try values.encodeIfPresent(rootCertificate, forKey: .rootCertificate)
    }
}
