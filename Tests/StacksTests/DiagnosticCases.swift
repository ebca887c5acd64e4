extension DiagnosticTests {
    static let yaml = [
        "", "# only a comment\n", "just a text", "- a\n- list\n", "stack: a\n\tservices: b\n",
        "stack: shop\n services: {}\n",
        "stack: shop: web\n", "stack: [a, b\n", "stack: { a: b\n", "stack: \"shop\n", "stack: @shop\n",
        "stack\nservices: {}\n",
        "stack: a\n---\nstack: b\n", "stack: a\u{7}b\n", "stack: \"a\\0b\"\n", "stack: \"\\q\"\n", "stack: a\u{E001}\n",
        "stack: !name shop\n", "? [a, b]\n: c\n", "*stack: shop\n", "stack: *shop\n", "a: &shop x\nstack: *shpo\n",
        "stack: *.example.com\n", "<<: 5\nstack: a\n", "services:\n  web:\n   a: 1\n  - b\n",
        "%YAML 9.9\n---\nstack: a\n",
        Manifests.minimal + "zones: 2\nstack: other\nzones: 5\n",
        "stack: shop\nservices:\n  web:\n    command: run\n    port: 1\n    \"port\": 2\n  web: { command: x, cpu: 1, cpu: 2 }\n",
    ]

    static let limits = [
        "stack: shop\n" + String(repeating: "# a long comment\n", count: 20_000),
        "stack: " + String(repeating: "[", count: 100_000),
        "stack: " + String(repeating: "{a: ", count: 50_000),
        "stack:\n  " + String(repeating: "- ", count: 50_000),
        "stack: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + zip("bcdefghi", "abcdefgh").map { "\($0): &\($0) [\(String(repeating: "*\($1), ", count: 9))]\n" }
            .joined(),
        "a0: &a0 [x]\n" + (1...40).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined(),
    ]

    static let types = [
        Manifests.minimal + "zones: two\n", Manifests.minimal + "zones: \"2\"\n", Manifests.minimal + "zones: [2]\n",
        Manifests.minimal + "zones: 010\n", Manifests.minimal + "zones: 99999999999999999999\n",
        Manifests.minimal + "network: 10.0.0.0/16\n", Manifests.minimal + "region: { name: x }\n",
        Manifests.minimal + "alarms: { notify: ops@example.com }\n", Manifests.minimal + "alarms: { notify: [[a]] }\n",
        Manifests.service("routes: [~]"), Manifests.service("environment: [A]"),
        Manifests.service("environment: { A: [1] }"),
        Manifests.service("environment: { A: }"), Manifests.service("stop-timeout: [1s]"),
        Manifests.service("health: [a]"),
        Manifests.service("memory: { a: 1 }"), Manifests.service("command2: x"), Manifests.service("tasks: 3"),
        "stack: shop\nservices:\n  web: run\n", "stack: shop\nservices: [web]\n",
    ]

    static let topLevel = [
        "{}", "stack:\nservices:\n", "stack: Shop\n" + Manifests.minimal.dropFirst(12), "stack: shop\nservices: {}\n",
        "stack: shop\nservices:\n  Web_1: { command: run }\n", Manifests.minimal + "region: us-est-1\n",
        Manifests.minimal + "region: mars-north-1\n", Manifests.minimal + "zones: 1\n", Manifests.minimal + "zone: 2\n",
        Manifests.minimal + "colour: blue\n", Manifests.minimal + "servces:\n  api: { port: 0 }\n",
        "stack: shop\nservces:\n  web: { comand: [], port: 70000, health: { path: x } }\n",
        Manifests.minimal + "local: { http: 0, https: 70000 }\n",
        Manifests.minimal + "local: { http: 9000, console: 9000 }\n", Manifests.minimal + "local: { http: 8443 }\n",
        Manifests.minimal + "alarms: { notify: [ops, http://example.com, ops@example.com, ops@example.com] }\n",
        Manifests.minimal + "alarms: { mail: { server: smtp_1, from: ops, port: 0, security: ssl } }\n",
        Manifests.minimal
            + "alarms: { mail: { server: smtp.example.com, from: a@example.com, user: a, password: hunter2! } }\n",
        Manifests.minimal
            + "alarms: { mail: { server: a, from: a@example.com, user: a, password: PASS, security: none } }\n",
        Manifests.minimal
            + "alarms: { rules: { slwo: none, web-cpu: off, slow: { breaches: 4, of: 3 }, Web: none } }\n",
        Manifests.minimal + "alarms: { rules: { errors: { threshold: -1, breaches: 0, of: 61, period: 5m } } }\n",
        Manifests.minimal
            + "edge: { domain: a.example.com }\nalarms: { rules: { certificate: { threshold: 20, of: 8 } } }\n",
        Manifests.minimal + "tags: { \"aws:x\": y, a: \"ü\" }\n",
    ]

    static let network =
        [
            "10.0.0.1/16", "10.0.0.0/8", "10.0.0.0/28", "10.0.0.0", "ten", "300.0.0.0/16", "8.8.0.0/16", "10.0.00.0/16",
        ].map { Manifests.minimal + "network: { cidr: \($0) }\n" } + [
            Manifests.minimal + "zones: 3\nnetwork: { cidr: 10.0.0.0/21 }\n",
            Manifests.minimal + "network: { nat: per-zones, endpoints: [s3, s4, s3] }\n",
        ]

    static let edge = [
        "origin: public", "origin: pubic", "domain: https://shop.example.com", "domain: localhost",
        "domain: Shop.example.com",
        "domain: 10.0.0.1", "cache: [{ path: static, ttl: 1d }]", "cache: [{ path: /a }]",
        "cache: [{ ttl: 400d, path: /a }]",
        "cache: [{ ttl: 5, path: /a }]", "cache: [/static/*]", "firewall: { rules: [comon] }",
        "firewall: { rate-limit: { requests: 5, per: 3m } }", "firewall: { rate-limit: 5 }",
        "firewall: { ratelimit: none }", "firewall: { mode: blok }",
        "firewall: { allow: [10.0.0.1/8, all, 1.2.3.4, 1.2.3.4] }",
        "firewall: { deny: 10.0.0.1, trusted-proxies: [2001:db8::1/32] }", "firewall: { largest-body: 10 }",
        "firewall: { largest-body: 10 apples }", "cache: [{ path: /a, ttl: { min: 2h, max: 1h } }]",
        "cache: [{ path: /a, ttl: { default: 2h, max: 1h } }]", "cache: [{ path: /a, ttl: { maximum: 1h } }]",
        "cache: [{ path: /a, ttl: 1d, query: som, cookies: [a b, a, a], headers: ['x y'] }]",
    ].map { Manifests.minimal + "edge: { \($0) }\n" }

    static let balancer =
        [
            "{}", "{ priority: 1, forward: web }", "{ priority: 0, path: /a, forward: web }",
            "{ priority: 40001, path: /a, forward: web }", "{ path: /a, forward: web }", "{ priority: 1, path: /a }",
            "{ priority: 1, path: /a, forward: web, answer: { status: 404 } }",
            "{ priority: 1, path: a, forward: web }",
            "{ priority: 1, path: [], forward: web }", "{ priority: 1, path: [/a, /b, /c, /d, /e], forward: web }",
            "{ priority: 1, path: /a, forward: wob }", "{ priority: 1, path: /a, forward: { web: 9, cnary: 1 } }",
            "{ priority: 1, path: /a, forward: { web: 0 } }", "{ priority: 1, path: /a, forward: { web: 1000 } }",
            "{ priority: 1, path: /a, forward: [web] }", "{ priority: 1, host: localhost, forward: web }",
            "{ priority: 1, host: 'shop.example.com:443', forward: web }",
            "{ priority: 1, host: 10.0.0.1, forward: web }",
            "{ priority: 1, method: get, forward: web }", "{ priority: 1, method: GETT E, forward: web }",
            "{ priority: 1, header: { 'a b': x }, forward: web }", "{ priority: 1, header: { a: '' }, forward: web }",
            "{ priority: 1, header: {}, forward: web }", "{ priority: 1, header: a, forward: web }",
            "{ priority: 1, path: /a, redirect: {} }", "{ priority: 1, path: /a, redirect: { query: x } }",
            "{ priority: 1, path: /a, redirect: { path: '/#{path}' } }",
            "{ priority: 1, path: /a, redirect: { protocol: https } }",
            "{ priority: 1, path: /a, redirect: { port: 99999, status: 307 } }",
            "{ priority: 1, path: /a, redirect: { path: '/#{pth}' } }",
            "{ priority: 1, path: /a, redirect: { path: b } }",
            "{ priority: 1, path: /a, redirect: { host: '#{port}.a.b' } }",
            "{ priority: 1, path: /a, redirect: { path: /b, query: '#{que' } }",
            "{ priority: 1, path: /a, answer: { status: 301 } }", "{ priority: 1, path: /a, answer: {} }",
            "{ priority: 1, path: /a, answer: { status: 404, type: text/xml } }",
            "{ priority: 1, path: /a, answer: { status: 404, body: \(String(repeating: "x", count: 1025)) } }",
            "{ priority: 1, path: /a, forward: web }\n    - { priority: 1, path: /b, forward: web }",
        ].map { Manifests.minimal + "balancer:\n  rules:\n    - \($0)\n" } + [
            Manifests.minimal + "balancer: []\n", Manifests.minimal + "balancer: { rule: [] }\n",
            Manifests.minimal + "balancer: { rules: 5 }\n",
        ]

    static let balancing = [
        "sticky: 8d", "sticky: true", "slow-start: 10s", "timeout: 0s", "timeout: 2h", "ejection: 5", "ejection: off",
        "ejection: { failures: 0 }", "ejection: { time: 10m }", "ejection: { longest: 10s }", "ejection: { share: 0 }",
        "ejection: { failure: 1 }", "protocol: http2", "protocol: tcp",
    ].map(Manifests.service)

    private static func job(_ lines: String) -> String {
        Manifests.minimal + "jobs:\n  report: { command: run, \(lines) }\n"
    }

    static let jobs =
        [
            "60 24 0 13 8", "*/0 */70 1-2-3 JANUARY SUNN", "5/15 22-4 * * FRI-MON", ",1 1, - x/2 *", "@daily",
            "@reboot",
            "0 0 * *", "0 0 3 ? * MON", "0 0 30 2 *", "0 0 31 APR,JUN *", "0 0 1 * MON", "",
        ].map { job("schedule: \"\($0)\"") } + [
            job("schedule: 5"), job("schedule: [1, 2]"), job("timezone: UTC"),
            job("schedule: 0 0 * * *, timezone: Europe/Berln"), job("schedule: 0 0 * * *, timezone: CEST"),
            job("schedule: 0 0 * * *, timezone: [UTC], timeout: 2d"), job("schedule: 0 0 * * *, service: wb"),
            job("schedule: 0 0 * * *, every: 5m"),
            Manifests.minimal + "jobs:\n  report: { schedule: 0 0 * * * }\n  Other: run\n",
            Manifests.minimal + "  api: { command: run, routes: [] }\njobs:\n"
                + "  report: { schedule: 0 0 * * *, command: run }\n",
            Manifests.minimal + "jobs:\n  report:\n    schedule: */5 * * * *\n    command: run\n",
        ]

    static let service =
        [
            "cpu: 300", "cpu: 1024\nmemory: 1024", "cpu: 8192\nmemory: 17 GiB", "memory: 1 TB", "memory: lots",
            "memory: 1.3 MiB",
            "port: 0", "port: 65536", "routes: [static/*]", "routes: [\"/a b\", /ü]",
            "routes: [/\(String(repeating: "x", count: 128))]",
            "routes: [/a, /a]", "tasks: { min: 5, max: 2 }", "tasks: { min: 0 }", "tasks: { min: 11, mx: 12 }",
            "scale-on: {}",
            "scale-on: { cpu: 0 }", "spot: 101", "secrets: [session-key, PORT, A, A]",
            "environment: { PGHOST: x, DATABASE_URL: y, log: z, 1A: b }", "environment: { A: b }\nsecrets: [A]",
            "stop-timeout: 30", "stop-timeout: 3m", "stop-timeout: 500ms", "stop-timeout: 30 sec", "stop-timeout: soon",
            "stop-timeout: 99999999999999d", "stop-timeout: 99999999999999999999d", "release: []", "release: ['', a]",
            "env: {}", "image: ''",
        ].map(Manifests.service) + [
            "stack: shop\nservices:\n  web: {}\n  jobs:\n",
            "stack: shop\nservices:\n  web: { command: a }\n  api: { command: b }\n",
            "stack: shop\nservices:\n  web: { command: a, routes: [/x, /*] }\n  api: { command: b, routes: [/y, /x] }\n",
            "stack: shop\nservices:\n  database: { command: a }\n",
        ]

    static let health = [
        "health", "/with space", "{ interval: 5s }", "{ timeout: 30s }", "{ interval: 1s, timeout: 500ms }",
        "{ healthy: 1 }",
        "{ grace: 3h }", "{ pth: /x }", "{ interval: 10 }",
    ].map { Manifests.service("health: \($0)") }

    static let database = [
        "engine: mysql", "engine: postgres", "version: 12", "version: latest", "version: 16.8.1",
        "instance: t4g.medium",
        "instance: db.t4g.medium, serverless: {}", "serverless: { min: 0.3 }", "serverless: { min: 9, max: 2 }",
        "readers: 16",
        "readers: -1", "backups: 36d", "backups: 0d", "backups: 36h", "backups: 7", "reader: 2",
    ].map { Manifests.minimal + "database: { \($0) }\n" }

    static let drill = [
        "drill: 5", "drill: { red: / }", "drill: { read: health }", "drill: { write: /messages }",
        "drill: { write: { body: a } }", "drill: { write: { path: /a, body: [1] } }", "drill: { cached: 5 }",
    ].map { Manifests.minimal + $0 + "\n" }

    static let usage = [
        "usage: 5", "usage: { requests: 10M }", "usage: { requests: 10 }", "usage: { requests: many/month }",
        "usage: { requests: 10M/week }", "usage: { requests: 9999999G/s }", "usage: { egress: 500 }",
        "usage: { egress: 2 PB }",
        "usage: { egres: 5GB }", "usage: { cache-hits: 101 }", "usage: { cache-hits: 0.5 }", "usage: { free-tier: no }",
        "usage: { tasks: { wbe: 3 } }", "usage: { tasks: { web: 11 } }", "usage: { tasks: { web: 1.5 } }",
        "usage: { tasks: { web: 2.125 } }", "usage: { tasks: { web: few } }", "usage: { database: { capacity: 2 } }",
        "usage: { database: { io: 5 } }", "budget: lots", "budget: -5", "budget: 10.005", "budget: \"400\"",
        "database: { serverless: { min: 1, max: 4 } }\nusage: { database: { capacity: 0.5 } }",
    ].map { Manifests.minimal + $0 + "\n" }
}
