import ArgumentParser

struct Completions: ParsableCommand {
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        abstract: "Print a script that completes terrace's arguments.",
        discussion: """
            Examples:
              terrace completions bash > /etc/bash_completion.d/terrace
              terrace completions zsh > "${fpath[1]}/_terrace"
              terrace completions fish > ~/.config/fish/completions/terrace.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let target: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Surroundings.current.say(TerraceCommand.completionScript(for: target))
    }
}
