import Foundation

/// The two servers by names that stay when roles move.
package enum ServerName: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    case first = "db-1"
    case second = "db-2"

    package var other: ServerName { self == .first ? .second : .first }
}

/// Who is the writer, kept on disk. It is the one thing that the data folders cannot tell after a crash.
package struct ClusterRecord: Codable, Sendable, Equatable {
    package var writer: ServerName
    /// Grows by one with every change of the writer.
    package var generation: Int
    /// Whether the reader certainly has every acknowledged commit. It is made false *before* commits stop waiting for
    /// the reader, and true only after they wait again and the reader has all that came before.
    package var readerMayPromote: Bool
    /// The servers' and relays' ports, tried again at the next start.
    package var ports: [String: Int]
    /// The restores in place, the oldest first: which way in the log leads to a moment.
    package var restores: [PastRestore]
    /// The writer's data is being exchanged for restored data. What a kill has left of it is carried out by the next start.
    package var exchange: DataExchange?

    package init(
        writer: ServerName = .first, generation: Int = 1, readerMayPromote: Bool = false, ports: [String: Int] = [:],
        restores: [PastRestore] = [], exchange: DataExchange? = nil
    ) {
        self.writer = writer
        self.generation = generation
        self.readerMayPromote = readerMayPromote
        self.ports = ports
        self.restores = restores
        self.exchange = exchange
    }

    /// A record of before there were restores in place has none.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            writer: try values.decode(ServerName.self, forKey: .writer),
            generation: try values.decode(Int.self, forKey: .generation),
            readerMayPromote: try values.decode(Bool.self, forKey: .readerMayPromote),
            ports: try values.decode([String: Int].self, forKey: .ports),
            restores: try values.decodeIfPresent([PastRestore].self, forKey: .restores) ?? [],
            exchange: try values.decodeIfPresent(DataExchange.self, forKey: .exchange))
    }

    static func load(from path: String) throws -> ClusterRecord? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try JSONDecoder().decode(ClusterRecord.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw DatabaseError(
                "read \(path)", answer: "\(error)",
                state: "the data is untouched; without this file it is not known which server is the writer",
                next: "restore the file from a backup")
        }
    }

    /// Returns when the record is on the disk under its name.
    func save(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try DatabaseFiles.write(String(decoding: encoder.encode(self), as: UTF8.self), to: path)
    }
}
