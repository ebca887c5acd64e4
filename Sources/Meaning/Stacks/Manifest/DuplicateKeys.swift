import Yams

/// Finds the second place of a key that Yams refuses, and renames it there so that the rest of the file is read too.
/// Yams tells the key and its first place only.
struct DuplicateKeys {
    private var renamed = 0

    /// False when there is no going on; the mistake is reported in either case.
    mutating func rename(
        _ keys: [String], after mark: Mark, in text: inout String, file: Int, _ report: inout MistakeList
    ) -> Bool {
        guard let key = keys.first else { return false }
        let first = Place(file: file, line: mark.line, column: mark.column)
        var lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }.map(Array.init)
        let place = second(key, first, in: lines)
        report.error(
            at: place ?? first, path: "", "\(Excerpt.quoted(AliasDisguise.reveal(key))) is given twice",
            allowed: "each key once; the first is in line \(first.line)")
        guard let place, renamed < YAMLLimit.duplicates else { return false }
        // The same width, so that later places stay right.
        let last = place.column - 1 + offset(of: key, in: lines[place.line - 1][(place.column - 1)...])
        guard let mark = Unicode.Scalar(StandIn.repeated.lowerBound + UInt32(renamed)) else { return false }
        lines[place.line - 1][last] = mark
        renamed += 1
        var joined = String.UnicodeScalarView()
        joined.append(contentsOf: lines.joined(separator: ["\n"]))
        text = String(joined)
        return true
    }

    /// Distance from a key's first character, which may be a quote, to its last.
    private func offset(of key: String, in source: ArraySlice<Unicode.Scalar>) -> Int {
        key.unicodeScalars.count - 1 + (source.first.map(isQuote) == true ? 1 : 0)
    }

    private func second(_ key: String, _ first: Place, in lines: [[Unicode.Scalar]]) -> Place? {
        guard !key.isEmpty, lines.indices.contains(first.line - 1) else { return nil }
        return inBlock(key, first, lines) ?? inFlow(key, first, lines)
    }

    /// Keys of a block mapping stand in the same column; a line further left ends the mapping.
    private func inBlock(_ key: String, _ first: Place, _ lines: [[Unicode.Scalar]]) -> Place? {
        for index in lines.indices.dropFirst(first.line) {
            let line = lines[index]
            guard let start = line.firstIndex(where: { $0 != " " && $0 != "\r" }), line[start] != "#" else { continue }
            if start < first.column - 1 { return nil }
            if start == first.column - 1, isKey(key, at: start, in: line) {
                return Place(file: first.file, line: index + 1, column: start + 1)
            }
        }
        return nil
    }

    /// In a flow mapping the next place where the word stands as a key.
    private func inFlow(_ key: String, _ first: Place, _ lines: [[Unicode.Scalar]]) -> Place? {
        for index in lines.indices.dropFirst(first.line - 1) {
            let line = lines[index]
            let from = index == first.line - 1 ? first.column : 0
            guard from < line.count else { continue }
            for start in from..<line.count where start == 0 || [" ", ",", "{"].contains(line[start - 1]) {
                if isKey(key, at: start, in: line) {
                    return Place(file: first.file, line: index + 1, column: start + 1)
                }
            }
        }
        return nil
    }

    private func isKey(_ key: String, at start: Int, in line: [Unicode.Scalar]) -> Bool {
        var rest = line[start...]
        let quote = rest.first.flatMap { isQuote($0) ? $0 : nil }
        if quote != nil { rest = rest.dropFirst() }
        guard rest.starts(with: key.unicodeScalars) else { return false }
        rest = rest.dropFirst(key.unicodeScalars.count)
        if let quote {
            guard rest.first == quote else { return false }
            rest = rest.dropFirst()
        }
        return rest.first { $0 != " " } == ":"
    }

    private func isQuote(_ scalar: Unicode.Scalar) -> Bool { scalar == "\"" || scalar == "'" }
}
