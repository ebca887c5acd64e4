extension Shape where Value == Command {
    /// `[./guestbook, migrate]` is a list of words, `./guestbook migrate` a text for the shell.
    static var command: Shape {
        let words = Shape<[String]>.list(of: .text(.word), atLeast: 1)
            .refusing(allowed: "a program first") { $0.first?.isEmpty == true ? "whose first word is empty" : nil }
            .map(Command.words) { if case .words(let words) = $0 { words } else { nil } }
        let shell = Shape<String>.text(.anyText).map(Command.shell) {
            if case .shell(let text) = $0 { text } else { nil }
        }
        return .either(shell, when: { $0.text != nil }, or: words)
    }
}
