import ArgumentParser
import TestKit
import Testing

@testable import Commands

@Suite struct HelpTests {
    /// The name of the golden file and the command behind it.
    static let commands: [(String, any ParsableCommand.Type)] = [
        ("terrace", TerraceCommand.self), ("up", Up.self), ("down", Down.self), ("destroy", Destroy.self),
        ("status", Status.self), ("top", Top.self), ("logs", Logs.self), ("open", Open.self),
        ("db", DatabaseVerbs.self),
        ("db-endpoint", DatabaseEndpoint.self), ("db-credentials", DatabaseCredentialsVerb.self),
        ("db-connect", DatabaseConnect.self), ("init", Init.self), ("check", Check.self), ("schema", Schema.self),
        ("export", Export.self), ("export-terraform", ExportTerraform.self),
        ("export-cloudformation", ExportCloudFormation.self), ("export-diagram", ExportDiagram.self),
        ("export-mermaid", ExportMermaid.self), ("export-shell", ExportShell.self),
        ("completions", Completions.self), ("invalidate", Invalidate.self), ("plan", PlanVerb.self),
        ("cost", Cost.self), ("doctor", Doctor.self), ("policy", PolicyVerb.self), ("verify", Verify.self),
        ("supervise", Supervise.self), ("drill", DrillVerb.self), ("exec", Exec.self),
        ("jobs", JobsVerb.self), ("jobs-list", JobsList.self), ("jobs-run", JobsRun.self),
        ("db-top", DatabaseTop.self), ("db-failover", DatabaseFailover.self), ("db-backup", DatabaseBackup.self),
        ("db-restore", DatabaseRestore.self), ("db-rotate", DatabaseRotate.self),
        ("deploy", Deploy.self), ("releases", Releases.self),
        ("rollback", Rollback.self), ("scale", Scale.self), ("run", Run.self),
    ]

    @Test(arguments: commands.map(\.0)) func helpReadsAsReviewed(_ name: String) throws {
        let command = try #require(HelpTests.commands.first { $0.0 == name }?.1)
        let text = TerraceCommand.helpMessage(for: command, columns: 80) + "\n"
        expectGolden(text, "help-\(name)")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE: ") })
        #expect(name == "terrace" || text.contains("Example"))
    }

    @Test func everyVerbIsInTheTable() {
        func all(_ command: any ParsableCommand.Type) -> [String] {
            ["\(command)"] + command.configuration.subcommands.flatMap(all)
        }
        #expect(Set(all(TerraceCommand.self)) == Set(HelpTests.commands.map { "\($0.1)" }))
    }
}
