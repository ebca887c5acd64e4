/// Which known word somebody probably meant.
package enum Nearest {
    /// The closest of `candidates`, when it is close enough to be a slip: a third of the word may differ.
    package static func word(to found: String, in candidates: some Sequence<String>) -> String? {
        let word = Array(found.lowercased().unicodeScalars.prefix(64))
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars)
            let limit = max(1, max(word.count, other.count) / 3)
            guard abs(word.count - other.count) <= limit || isBeginning(word, of: other) else { continue }
            let distance = isBeginning(word, of: other) ? 1 : edits(word, other)
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    static func number(to found: Int, in candidates: some Sequence<Int>) -> Int? {
        candidates.min { $0.distanceMagnitude(to: found) < $1.distanceMagnitude(to: found) }
    }

    /// `env` for `environment`, `secret` for `secrets`.
    private static func isBeginning(_ word: [Unicode.Scalar], of other: [Unicode.Scalar]) -> Bool {
        word.count >= 3 && other.starts(with: word)
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func edits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var before: [Int] = []
        var above = Array(0...right.count)
        for i in 1...left.count {
            var row = [i]
            row.reserveCapacity(right.count + 1)
            for j in 1...right.count {
                let replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                var cost = min(replaced, above[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    cost = min(cost, before[j - 2] + 1)
                }
                row.append(cost)
            }
            (before, above) = (above, row)
        }
        return above[right.count]
    }
}

extension Int {
    /// Never overflows.
    fileprivate func distanceMagnitude(to other: Int) -> UInt {
        self > other ? UInt(bitPattern: self &- other) : UInt(bitPattern: other &- self)
    }
}
