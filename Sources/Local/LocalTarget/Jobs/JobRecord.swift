import Foundation
import Machine

/// The last run of each job, in a file: a supervisor that was killed leaves what it had noted.
struct JobRecord {
    let path: String
    private(set) var runs: [String: JobRun] = [:]

    /// A file that cannot be read costs what it told, and is replaced by the next run.
    init(path: String) {
        self.path = path
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        guard let bytes = try? DurableFiles.read(path),
            let known = try? decoder.decode([String: JobRun].self, from: Data(bytes))
        else { return }
        runs = known.mapValues { run in
            var run = run
            // Its process died with the supervisor.
            if run.result == nil { run.result = .interrupted }
            return run
        }
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
