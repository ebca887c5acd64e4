import ArgumentParser
import Stacks

/// The parser names the nearest option to a misspelt one, and says nothing of verbs.
enum MisspeltVerb {
    /// The parser's message, with the verb that was probably meant behind its first line: `terrace verfy`, `terrace db restor`.
    static func explained(_ message: String, _ arguments: [String]) -> String {
        var command: any ParsableCommand.Type = TerraceCommand.self
        for word in arguments {
            let verbs = command.configuration.subcommands
            if let verb = verbs.first(where: { $0._commandName == word }) {
                command = verb
                continue
            }
            let names = verbs.map { $0._commandName }.filter { $0 != Supervise._commandName }
            // An option of the verb that was meant is one too many as well, but not the mistake.
            guard message.hasPrefix("Error: "), !word.hasPrefix("-"), let nearest = Nearest.word(to: word, in: names)
            else { return message }
            return "Error: Unexpected argument '\(word)'. Did you mean '\(nearest)'?" + message.drop { $0 != "\n" }
        }
        return message
    }
}
