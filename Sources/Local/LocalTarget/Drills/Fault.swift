/// What a supervisor can break in its own stack.
package enum Fault: Codable, Sendable, Equatable {
    /// Kills the newest healthy task of the first service that takes requests.
    case task
    /// Kills everything in the zone of the database's writer, or in the last zone, and keeps it from coming back.
    case zone
    case writer
    /// Stops its processes without ending them.
    case writerHang
    case reader
    /// Deploys, at the first service that takes requests, a version that ends as soon as it is started.
    case badDeploy
    /// Kills a task and stops its successor before it can answer.
    case slowStart
    /// Fills the disk that holds the database; refused unless it holds nothing else.
    case fullDisk
}

/// What has been broken, and when; instants are of the machine's own clock, the same for every process.
package struct Injection: Codable, Sendable, Equatable {
    /// Before the first process was touched.
    package var began: ContinuousClock.Instant
    /// After the last one was.
    package var done: ContinuousClock.Instant
    /// One line for each thing: `killed web.2 in zone b (process 812)`.
    package var what: [String]

    package init(began: ContinuousClock.Instant, done: ContinuousClock.Instant, what: [String]) {
        self.began = began
        self.done = done
        self.what = what
    }
}

/// The drill that a stack is under: what is broken now and has to be mended, whoever forgets it.
struct RunningDrill: Sendable {
    var name: String
    var lostZones: Set<String> = []
    /// Processes that were stopped, by the server or task that they belong to.
    var stopped: [Int32] = []
    /// When the last process was killed, where more happens after that.
    var cut: ContinuousClock.Instant?
    /// The service that got a version which cannot run.
    var deployed: String?
    /// The file that takes all room.
    var ballast: String?
    /// Its holder has hung up: what is still broken is being mended.
    var isEnding = false
}
