import Foundation
import Processes

/// Where PostgreSQL's programs are, and which version they have.
package struct PostgresInstallation: Sendable, Equatable {
    /// The folder of `postgres`, `initdb`, `pg_basebackup` and `pg_rewind`.
    package var programs: String
    /// `15`
    package var major: Int
    /// `15.18`
    package var version: String

    static let oldestMajor = 13

    package func program(_ name: String) -> String { programs + "/" + name }

    /// In order: what `pg_config` names, PATH, Debian's folders with the newest first, Homebrew's. `major` asks for the
    /// version that existing data needs.
    package static func find(
        path: String, major wanted: Int? = nil, debian: String = "/usr/lib/postgresql"
    ) async throws -> PostgresInstallation {
        var tooOld: [String] = []
        for folder in await candidates(path: path, debian: debian) {
            guard let found = await inspect(folder) else { continue }
            if found.major < oldestMajor || (wanted != nil && found.major != wanted) {
                tooOld.append("\(found.version) in \(folder)")
                continue
            }
            return found
        }
        let need = wanted.map { "PostgreSQL \($0), which made the existing data" } ?? "PostgreSQL 13 or newer"
        throw DatabaseError(
            "find \(need)",
            answer: tooOld.isEmpty ? "no server programs found" : "found only \(tooOld.joined(separator: ", "))",
            state: wanted == nil ? nil : "the data is untouched",
            next:
                "install it: apt install postgresql\(wanted.map { "-\($0)" } ?? "") or brew install postgresql\(wanted.map { "@\($0)" } ?? "")"
        )
    }

    private static func candidates(path: String, debian: String) async -> [String] {
        let onPath = path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        var folders: [String] = []
        if let config = onPath.map({ $0 + "/pg_config" }).first(where: isExecutable),
            let output = try? await ProgramRun.run(config, ["--bindir"])
        {
            folders.append(output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        folders += onPath
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        folders += versions.compactMap(Int.init).sorted(by: >).map { "\(debian)/\($0)/bin" }
        for prefix in ["/opt/homebrew/opt", "/usr/local/opt"] {
            let kegs = (try? FileManager.default.contentsOfDirectory(atPath: prefix)) ?? []
            folders += kegs.filter { $0.hasPrefix("postgresql") }.sorted(by: >).map { "\(prefix)/\($0)/bin" }
        }
        return folders
    }

    private static func inspect(_ folder: String) async -> PostgresInstallation? {
        let needed = ["postgres", "initdb", "pg_basebackup", "pg_rewind"]
        guard needed.allSatisfy({ isExecutable("\(folder)/\($0)") }),
            let output = try? await ProgramRun.run("\(folder)/postgres", ["--version"]),
            let version = version(in: output), let major = Int(version.prefix { $0.isNumber })
        else { return nil }
        return PostgresInstallation(programs: folder, major: major, version: version)
    }

    /// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` → `15.18`; `17beta1` stays as it is.
    static func version(in output: String) -> String? {
        output.split(whereSeparator: \.isWhitespace).first { $0.first?.isNumber == true }.map(String.init)
    }

    private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
