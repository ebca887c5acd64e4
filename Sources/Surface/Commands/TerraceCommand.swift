import ArgumentParser
import LocalTarget

struct TerraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terrace",
        abstract: "Runs a three-tier web application from one manifest.",
        discussion: """
            Edge, load balancer, tasks and a PostgreSQL writer and reader, on this
            machine or, with --on aws, as CloudFront, ALB, ECS and Aurora, as
            terrace.yaml says.

            Start with:
              terrace init           writes a manifest for the folder you are in
              terrace up             runs it and shows what happens; Ctrl-C stops it
              terrace plan --on aws  shows what it would be in your AWS account

            Exit codes: 0 done, 1 failed, 2 changes are pending, 64 the arguments were
            not understood, 130 stopped by you.
            """,
        version: "terrace \(ProductVersion.current)",
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [PlanVerb.self, Up.self, Invalidate.self, Down.self, Destroy.self]),
            CommandGroup(
                name: "Change",
                subcommands: [Deploy.self, Releases.self, Rollback.self, Scale.self, Run.self, Exec.self]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    Status.self, Top.self, Logs.self, JobsVerb.self, Open.self, DatabaseVerbs.self, Cost.self,
                    Doctor.self,
                ]),
            CommandGroup(name: "Prove", subcommands: [Verify.self, DrillVerb.self]),
            CommandGroup(
                name: "Write",
                subcommands: [Init.self, Check.self, Export.self, Schema.self, PolicyVerb.self, Completions.self]),
            CommandGroup(name: "Inside", subcommands: [Supervise.self]),
        ])
}
