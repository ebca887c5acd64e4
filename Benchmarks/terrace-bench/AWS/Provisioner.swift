import Foundation

/// A program that makes the architecture: Terrace, or Terraform with the configuration of `Benchmarks/terraform`.
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
        switch self {
        case .terrace:
            try Self.manifest(services).write(toFile: "\(folder)/terrace.yaml", atomically: true, encoding: .utf8)
        case .terraform:
            let source = FileManager.default.currentDirectoryPath + "/Benchmarks/terraform"
            for name in try FileManager.default.contentsOfDirectory(atPath: source) where name.hasSuffix(".tf") {
                try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
            }
            try "services = \(services)\n".write(
                toFile: "\(folder)/terraform.tfvars", atomically: true, encoding: .utf8)
            try Program.run(["terraform", "-chdir=\(folder)", "init", "-input=false", "-no-color"], isQuiet: true)
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
        switch (self, verb) {
        case (.terrace, .up): [try Workspace.built("terrace"), "up", "--on", "aws", "--yes"]
        case (.terrace, .plan): [try Workspace.built("terrace"), "plan", "--on", "aws"]
        case (.terrace, .destroy): [try Workspace.built("terrace"), "destroy", "--on", "aws", "--yes", "--delete-data"]
        case (.terraform, .up): ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
        case (.terraform, .plan): ["terraform", "plan", "-input=false", "-no-color", "-detailed-exitcode"]
        case (.terraform, .destroy): ["terraform", "destroy", "-auto-approve", "-input=false", "-no-color"]
        }
    }
}
