import Foundation

/// Manifests whose lives the tests follow.
enum PeerManifest {
    /// Everything at its default: no domain, so the origin is private.
    static let plain = """
        stack: guestbook
        edge:
          cache:
            - { path: "/static/*", ttl: 1d }
        services:
          web:
            image: public.ecr.aws/nginx/nginx:1.27
            port: 3000
            health: /health
        database: {}
        """

    /// Of a service: what it is made of, and how many tasks of it there are.
    private static let grown = """
            image: .
            port: 3000
            tasks: { min: 2, max: 10 }
            scale-on: { cpu: 60, requests-per-task: 500 }
            spot: 30
        """

    /// As much of everything as a manifest can say, with a domain and another region than the edge's.
    static let rich = """
        stack: shop
        region: eu-central-1
        zones: 3
        tags: { team: web, cost-centre: "42" }
        network:
          nat: single
          endpoints: [s3, ecr, secretsmanager, logs]
        edge:
          domain: shop.example.com
          origin: public
          cache:
            - { path: "/static/*", ttl: 1d }
            - { path: "/img/*", ttl: 1h }
        services:
          web:
        \(grown)
            environment: { LOG_LEVEL: info }
            secrets: [SESSION_KEY]
          api:
            image: public.ecr.aws/acme/api:1
            port: 8080
            routes: ["/api/*"]
          worker:
            image: public.ecr.aws/acme/worker:1
            port: 9000
            routes: []
        database:
          serverless: { min: 0.5, max: 8 }
          readers: 2
        alarms:
          notify: [ops@example.com]
        """

    /// `rich` with what it leaves out: jobs, a release, rules and lists, and texts that another language would read otherwise.
    static let marked = """
        stack: shop
        region: eu-central-1
        zones: 3
        tags: { team: web }
        network:
          cidr: 10.20.0.0/16
          nat: single
          endpoints: [s3, ecr, secretsmanager, logs, ssmmessages]
        edge:
          domain: shop.example.com
          origin: public
          cache:
            - { path: "/static/*", ttl: 1d }
            - path: "/search"
              ttl: { min: 0s, default: 1m, max: 1h }
              query: [q, page]
              headers: [accept-language]
          firewall:
            mode: count
            rate-limit: { requests: 500, per: 1m }
            allow: [198.51.100.7, "2001:db8:1::/48"]
            deny: [192.0.2.0/24, "2001:db8::/32"]
            largest-body: 8 KiB
        balancer:
          rules:
            - { priority: 10, host: "api.example.com", header: { X-Version: "2*" }, forward: api }
            - { priority: 20, path: "/a&b/*", method: [GET, HEAD], forward: { web: 95, blue: 5 } }
            - { priority: 30, path: "/old/*", redirect: { path: "/new/#{path}", status: 302 } }
            - { priority: 40, path: /robots.txt, answer: { status: 200, body: "User-agent: <*> & more" } }
        services:
          web:
        \(grown)
            sticky: 1d
            slow-start: 30s
            health: { path: "/health?a=1&b=2", interval: 15s }
            environment: { HTML: "<a href=\\"x\\">&amp;</a> ${HOME} %{x} $${y}", EMPTY: "", LINES: "a\\r\\nb\\tc" }
            secrets: [SESSION_KEY]
            release: [sh, "-c", "true && echo done > /dev/null"]
            exec: true
          blue: { image: "public.ecr.aws/acme/blue:1", port: 3000, routes: [] }
          api: { image: "public.ecr.aws/acme/api:1", port: 8080, routes: ["/api/*"], protocol: h2c, cpu: 1024, memory: 4096 }
          worker: { image: "public.ecr.aws/acme/worker:1", port: 9000, routes: [], tasks: { min: 1, max: 1 } }
        database:
          serverless: { min: 0.5, max: 8 }
          readers: 2
          backups: 14d
        alarms:
          notify: [ops@example.com, "https://hooks.example.com/x?a=1&b=2"]
          rules:
            errors: { threshold: 2, breaches: 2, of: 5 }
            worker-memory: none
        jobs:
          report:
            schedule: "30 3 * * MON-FRI"
            timezone: Europe/Berlin
            service: web
            command: ./report --from <yesterday> && echo "done & <ok>" > /tmp/x 2>&1
          words:
            schedule: "*/15 * * * *"
            service: worker
            command: [./w, "a&b", "<c>", "\\t\\n\\r\\a\\b\\f", "\\u2028", "\\" \\\\", "${HOME} $${x} %{if}", "ünïcode 🦊", ""]
        """

    static func write(_ text: String, into folder: URL) throws {
        try Data((text + "\n").utf8).write(to: folder.appending(path: "terrace.yaml"))
    }
}
