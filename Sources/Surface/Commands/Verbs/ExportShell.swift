import ArgumentParser
import Exports

struct ExportShell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Write a script of aws commands that makes the stack.",
        discussion: """
            Command by command in the order of what needs what, to read or to run once. What
            is there already is found and kept. What only you know, such as an image, is an
            environment variable that the script asks for.

            Examples:
              terrace export shell
              terrace export shell --out shop.sh && bash -n shop.sh
            """)

    @OptionGroup var export: ExportOptions

    @Option(help: ArgumentHelp("Where the script goes. (default: standard output)", valueName: "file"))
    var out: String?

    func run() async throws { try ExportedText.write(ShellExport(export.cloudStack()).text, to: out) }
}
