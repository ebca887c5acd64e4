import Provisioning
import Resources

/// The lines of several log groups in the order of time. Of each group one part is held at a time, however much it has.
struct CloudLogReader {
    /// Where a service's lines are, or the firewall's.
    struct Source: Sendable, Equatable {
        var service: String
        var group: String
        var place = Place.region
    }

    private struct Cursor {
        var source: Source
        var lines: ArraySlice<CloudLogLine> = []
        var mark: String?
        var isAtEnd = false
    }

    private let start: Int
    private let page: (_ source: Source, _ start: Int, _ mark: String?) async throws -> CloudLogPage?
    private var cursors: [Cursor]
    /// Groups that are not there.
    private(set) var missing: Set<String> = []

    /// - Parameter start: milliseconds since 1970.
    init(
        _ sources: [Source], from start: Int,
        page: @escaping (_ source: Source, _ start: Int, _ mark: String?) async throws -> CloudLogPage?
    ) {
        self.start = start
        self.page = page
        cursors = sources.map { Cursor(source: $0) }
    }

    /// nil after the last.
    mutating func next() async throws -> (source: Source, line: CloudLogLine)? {
        for index in cursors.indices { try await fill(index) }
        let heads = cursors.indices.compactMap { index in cursors[index].lines.first.map { (index, $0) } }
        guard let (index, line) = heads.min(by: { $0.1.time < $1.1.time }) else { return nil }
        cursors[index].lines.removeFirst()
        return (cursors[index].source, line)
    }

    private mutating func fill(_ index: Int) async throws {
        while cursors[index].lines.isEmpty, !cursors[index].isAtEnd {
            let cursor = cursors[index]
            guard let part = try await page(cursor.source, start, cursor.mark) else {
                missing.insert(cursor.source.group)
                cursors[index].isAtEnd = true
                return
            }
            cursors[index].lines = part.lines[...]
            cursors[index].mark = part.mark
            cursors[index].isAtEnd = part.mark == nil
        }
    }
}
