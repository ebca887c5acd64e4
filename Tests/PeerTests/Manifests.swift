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
            image: .
            port: 3000
            tasks: { min: 2, max: 10 }
            scale-on: { cpu: 60, requests-per-task: 500 }
            spot: 30
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

    static func write(_ text: String, into folder: URL) throws {
        try Data((text + "\n").utf8).write(to: folder.appending(path: "terrace.yaml"))
    }
}
