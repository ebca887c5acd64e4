import Stacks

/// The one place of these tests that touches the check's API.
func check(_ text: String, overlay: String? = nil, environment: String? = nil) -> ManifestResult {
    var sources = [ManifestSource(file: "terrace.yaml", text: text)]
    if let overlay { sources.append(ManifestSource(file: "terrace.\(environment ?? "staging").yaml", text: overlay)) }
    return ManifestCheck.check(sources, environment: environment)
}

/// What a check says, as people see it.
func said(about text: String, overlay: String? = nil, environment: String? = nil) -> String {
    let result = check(text, overlay: overlay, environment: environment)
    let verdict = result.stack.map { "→ stack \($0.fullName)\n" } ?? "→ no stack\n"
    return result.diagnostics.render() + verdict
}

enum Manifests {
    /// As short as it gets.
    static let minimal = "stack: shop\nservices:\n  web:\n    command: run\n"

    /// A minimal service with more lines, each of the service's own.
    static func service(_ lines: String) -> String {
        minimal + lines.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
    }

    /// DESIGN.md's whole manifest.
    static let full = """
        stack: guestbook
        region: us-east-1
        zones: 2
        network:
          cidr: 10.0.0.0/16                # six /24 subnets
          nat: per-zone                    # per-zone | single | none
          endpoints: [s3]
        edge:
          domain: guestbook.example.com
          origin: public
          cache:
            - { path: "/static/*", ttl: 1d }
          firewall:
            rules: [common, bad-inputs, sql-injection, ip-reputation]
            rate-limit: { requests: 2000, per: 5m }
        services:
          web:
            image: .
            command: .build/release/guestbook
            port: 3000
            routes: ["/*"]
            health: { path: /health, interval: 10s, timeout: 5s, healthy: 2, unhealthy: 3, grace: 60s }
            cpu: 512
            memory: 1024
            tasks: { min: 2, max: 10 }
            scale-on: { cpu: 60 }
            spot: 0
            environment: { LOG_LEVEL: info }
            secrets: [SESSION_KEY]
            release: [./guestbook, migrate]
            stop-timeout: 30s
        database:
          engine: postgresql
          version: auto
          instance: db.t4g.medium          # or serverless: { min: 0.5, max: 8 }
          readers: 1
          backups: 7d
        alarms:
          notify: [ops@example.com]
        local:
          https: 8443
          http: 8080
          console: 8090
        tags: { team: web, cost-center: "42" }
        """
}
