import Synchronization

/// The regular expressions of the models. A pattern that Swift cannot read checks nothing: the service still does.
enum TextPattern {
    private struct Compiled: @unchecked Sendable {
        // Immutable after it was made; the type only lacks the conformance.
        let regex: Regex<AnyRegexOutput>?
    }

    private static let compiled = Mutex<[String: Compiled]>([:])

    /// The models' patterns are meant for the whole text, yet some of them lack the anchors and some list a part only:
    /// a match anywhere is enough, as in the model's own definition.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let known = compiled.withLock { table in
            if let known = table[pattern] { return known }
            let made = Compiled(regex: try? Regex(pattern).matchingSemantics(.unicodeScalar))
            table[pattern] = made
            return made
        }
        guard let regex = known.regex else { return true }
        do {
            return try regex.firstMatch(in: text) != nil
        } catch {
            return true
        }
    }
}
