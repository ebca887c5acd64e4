import ArgumentParser
import LocalTarget
import Stacks

/// The command line as a function: arguments in, exit code out.
package enum Program {
    /// 0 done, 1 failed, 2 changes pending, 64 not understood, 130 stopped by the user.
    package static func run(_ arguments: [String]) async -> Int32 {
        let surroundings = Surroundings.current
        do {
            var command = try TerraceCommand.parseAsRoot(arguments)
            if var verb = command as? any AsyncParsableCommand {
                try await verb.run()
            } else {
                try command.run()
            }
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch let report as Report {
            surroundings.errors(ReportView(style: surroundings.errorStyle).text(report))
            return 1
        } catch let reports as Reports {
            let view = ReportView(style: surroundings.errorStyle)
            surroundings.errors(reports.all.map(view.text).joined(separator: "\n"))
            return 1
        } catch let mistakes as ManifestMistakes {
            surroundings.errors(mistakes.result.diagnostics.render(style: surroundings.errorStyle.diagnostics))
            return 1
        } catch {
            return explain(error, arguments, surroundings)
        }
    }

    /// Help and version are answers; everything else that the parser throws is a mistake in the arguments.
    private static func explain(_ error: any Error, _ arguments: [String], _ surroundings: Surroundings) -> Int32 {
        let code = TerraceCommand.exitCode(for: error)
        let text = MisspeltVerb.explained(TerraceCommand.fullMessage(for: error), arguments)
        (code == .success ? surroundings.output : surroundings.errors)(text.isEmpty ? "" : text + "\n")
        return code.rawValue
    }
}
