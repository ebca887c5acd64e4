import TestKit

/// The manifest of a stack under test; a test changes a value and writes it again.
struct StackManifest: Sendable {
    var name = "trial"
    var command = BuiltPrograms.guestbook
    var release: String? = "[\(BuiltPrograms.guestbook), migrate]"
    var health = "{ path: /health }"
    var tasks = 2
    var logLevel = "info"
    var cacheSeconds = 60
    var firewall = "{ rate-limit: none }"
    /// Lines of `balancer: rules:`, without indentation.
    var rules: [String] = []
    /// Of the service.
    var balancing = ""
    /// Further lines below `services:`.
    var more = ""
    var hasDatabase = true
    /// What drills ask for.
    var drill: String?
    var ports = StackPorts()

    var text: String {
        """
        stack: \(name)
        edge:
          cache:
            - { path: "/static/*", ttl: \(cacheSeconds)s }
          firewall: \(firewall)
        \(rules.isEmpty ? "" : "balancer:\n  rules:\n" + rules.map { "    - \($0)\n" }.joined())services:
          web:
            image: .
            command: \(command)
            port: 3000
            health: \(health)
            tasks: { min: \(tasks), max: 10 }
        \(balancing.isEmpty ? "" : "    \(balancing)\n")    environment: { LOG_LEVEL: \(logLevel) }
        \(release.map { "    release: \($0)\n" } ?? "")\(more)\(hasDatabase ? "database: {}\n" : "")\(drill.map { "drill: \($0)\n" } ?? "")\(ports.text)
        """
    }
}
