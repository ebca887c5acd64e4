import Foundation

/// A program that makes the architecture: Terrace, or Terraform with what `terrace export terraform` writes for the same manifest.
enum Provisioner: String, CaseIterable {
    case terrace = "Terrace"
    case terraform = "Terraform"

    enum Verb: String, CaseIterable { case up, plan, destroy }

    /// Those that can be run here. Terraform needs its AWS provider, from wherever its own configuration says.
    /// `BENCH_PROVISIONERS` in the environment leaves some out.
    static func installed() throws -> [Provisioner] {
        if let wanted = ProcessInfo.processInfo.environment["BENCH_PROVISIONERS"]?.split(separator: ",") {
            return wanted.compactMap { Provisioner(rawValue: String($0)) }
        }
        let answers = try Program.run(["terraform", "version"], mayFail: true, isQuiet: true).status == 0
        return answers ? [.terrace, .terraform] : [.terrace]
    }

    /// Writes what the program reads into `folder`.
    func prepare(_ folder: String, services: Int) throws {
        let manifest = "\(folder)/terrace.yaml"
        try Self.manifest(services).write(toFile: manifest, atomically: true, encoding: .utf8)
        guard self == .terraform else { return }
        let configuration = "\(folder)/\(Self.configuration)"
        let terrace = try Workspace.built("terrace")
        try Program.run([terrace, "export", "terraform", "--out", configuration, manifest], isQuiet: true)
        try Self.letGo("\(configuration)/data.tf", "\(configuration)/edge.tf")
        try Program.run(
            ["terraform", "-chdir=\(configuration)", "init", "-input=false", "-no-color"], isQuiet: true)
    }

    /// The folder of Terraform's files.
    private static let configuration = "terraform"

    /// `terrace destroy --delete-data` lifts what protects against deletion; Terraform has to be told before it makes it.
    private static func letGo(_ files: String...) throws {
        for file in files {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let free = text.replacing(#/deletion_protection( *)= true/#) { "deletion_protection\($0.1)= false" }
                .replacing(#/final_snapshot_identifier( *)= ".*"/#) { "skip_final_snapshot\($0.1)= true" }
            guard free != text else { throw BenchFailure("\(file) protects nothing against deletion any more") }
            try free.write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    private static func manifest(_ services: Int) -> String {
        let lines = (0..<services).map { index in
            """
              \(index == 0 ? "web" : "service-\(index)"):
                image: public.ecr.aws/nginx/nginx:1.27
                command: nginx
                port: 3000
                health: /health
                routes: ["\(index == 0 ? "/*" : "/service-\(index)/*")"]
            """
        }
        return """
            stack: shop
            services:
            \(lines.joined(separator: "\n"))
            database: {}
            alarms: { notify: [ops@example.com] }

            """
    }

    func command(_ verb: Verb) throws -> [String] {
        let chdir = "-chdir=\(Self.configuration)"
        return switch (self, verb) {
        case (.terrace, .up): [try Workspace.built("terrace"), "up", "--on", "aws", "--yes"]
        case (.terrace, .plan): [try Workspace.built("terrace"), "plan", "--on", "aws"]
        case (.terrace, .destroy): [try Workspace.built("terrace"), "destroy", "--on", "aws", "--yes", "--delete-data"]
        case (.terraform, .up): ["terraform", chdir, "apply", "-auto-approve", "-input=false", "-no-color"]
        case (.terraform, .plan): ["terraform", chdir, "plan", "-input=false", "-no-color", "-detailed-exitcode"]
        case (.terraform, .destroy): ["terraform", chdir, "destroy", "-auto-approve", "-input=false", "-no-color"]
        }
    }
}
