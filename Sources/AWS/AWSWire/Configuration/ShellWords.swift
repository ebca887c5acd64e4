/// Cuts a command into words the way a POSIX shell does, without expanding anything: quotes and backslashes only.
/// Source: section 2.2 of the shell language of POSIX, and `shlex.split` of Python, with which it is compared by test.
package enum ShellWords {
    /// Nil when a quote or a backslash has no end.
    package static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var letters = text.makeIterator()
        while let letter = letters.next() {
            switch (quote, letter) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case ("'", _): word?.append(letter)
            case ("\"", "\\"):
                guard let next = letters.next() else { return nil }
                word?.append(contentsOf: next == "\"" || next == "\\" ? "\(next)" : "\\\(next)")
            case ("\"", _): word?.append(letter)
            case (_, "'"), (_, "\""):
                quote = letter
                word = word ?? ""
            case (_, "\\"):
                guard let next = letters.next() else { return nil }
                word = (word ?? "") + String(next)
            case (_, " "), (_, "\t"), (_, "\n"), (_, "\r"), (_, "\r\n"):
                if let word { words.append(word) }
                word = nil
            default: word = (word ?? "") + String(letter)
            }
        }
        guard quote == nil else { return nil }
        if let word { words.append(word) }
        return words
    }
}
