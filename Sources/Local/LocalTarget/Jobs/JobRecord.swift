import Foundation
import Machine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The last run of each job, in a file: a supervisor that was killed leaves what it had noted.
struct JobRecord {
    let path: String
    private(set) var runs: [String: JobRun] = [:]
    /// What became of a file that could not be read: a sentence. nil when there was none, or nothing was wrong with it.
    private(set) var loss: String?

    /// A file that cannot be read is set aside, and costs what it told.
    init(path: String, now: Date) {
        self.path = path
        do {
            runs = try JobRecord.read(path).mapValues { run in
                var run = run
                // Its process died with the supervisor.
                if run.result == nil { run.result = .interrupted }
                return run
            }
        } catch {
            loss = JobRecord.setAside(path, error, now)
        }
    }

    private static func read(_ path: String) throws -> [String: JobRun] {
        let bytes: [UInt8]
        do { bytes = try DurableFiles.read(path) } catch  where error.code == ENOENT { return [:] }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode([String: JobRun].self, from: Data(bytes))
    }

    private static func setAside(_ path: String, _ error: any Error, _ now: Date) -> String {
        let reason = (error as? DurableFiles.Failure)?.reason ?? "it is not what Terrace writes"
        let kept = "\(path).unreadable-\(Int(now.timeIntervalSince1970))"
        let consequence = "how jobs ended before is not known"
        guard rename(path, kept) == 0 else {
            let why = String(cString: strerror(errno))
            return "cannot read \(path): \(reason); \(consequence), and the next run replaces the file: "
                + "it could not be set aside (\(why))"
        }
        return "cannot read \(path): \(reason); \(consequence). The file is kept as \(kept)"
    }

    /// Those of jobs that are gone are left out.
    mutating func note(_ run: JobRun, of name: String, known: Set<String>) throws {
        runs[name] = run
        runs = runs.filter { known.contains($0.key) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .secondsSince1970
        try DurableFiles.replace(path, with: Array(try encoder.encode(runs)))
    }
}
