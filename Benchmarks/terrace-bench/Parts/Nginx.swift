import Foundation

/// nginx as origin of both, and as the peer that Terrace is compared with: one worker, no root needed.
struct Nginx {
    let port: Int
    let workers: [Int32]

    static let body = String(repeating: "0123456789abcde\n", count: 64)

    /// The command line of an origin that answers 1 KB from memory, for a manifest: Terrace gives it its port.
    static func originCommand(_ workspace: Workspace) throws -> String {
        let script = """
            #!/bin/sh
            PATH=$PATH:/usr/sbin:/sbin
            sed "s/@PORT@/$PORT/; s/@PID@/origin-$PORT/" \(workspace.path("origin.conf")) > \(workspace.path("origin"))-$PORT.conf
            exec taskset -c 1 nginx -c \(workspace.path("origin"))-$PORT.conf -p \(workspace.folder)

            """
        try workspace.write(script, to: "origin.sh")
        try workspace.write(String(repeating: body, count: 32), to: "large")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: workspace.path("origin.sh"))
        try workspace.write(
            frame(
                workspace, pid: "@PID@",
                http: """
                    access_log off;
                    server {
                        listen 127.0.0.1:@PORT@;
                        keepalive_requests 1000000;
                        location = /health { return 200 "ok"; }
                        location = /cached/large {
                            alias \(workspace.path("large"));
                            default_type text/plain;
                            add_header Cache-Control "max-age=3600";
                        }
                        location /cached/ { add_header Cache-Control "max-age=3600"; return 200 "\(body)"; }
                        location / { add_header Cache-Control "no-store"; return 200 "\(body)"; }
                    }
                    """), to: "origin.conf")
        return workspace.path("origin.sh")
    }

    /// The peer: TLS and HTTP/2, a cache in a memory-backed folder, connections to the origin kept open.
    static func whileRunning(
        _ workspace: Workspace, origin: Int, _ body: (Nginx) throws -> Void
    ) throws {
        let port = try Workspace.freePort()
        try Program.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2",
                "-subj", "/CN=localhost", "-keyout", workspace.path("key.pem"), "-out",
                workspace.path("certificate.pem"),
            ], isQuiet: true)
        let cache = "/dev/shm/\(URL(filePath: workspace.folder).lastPathComponent)"
        let http = """
            open_file_cache max=1000 inactive=1h;
            open_file_cache_valid 1h;
            proxy_cache_path \(cache) keys_zone=bench:16m inactive=1h use_temp_path=off;
            upstream origin { server 127.0.0.1:\(origin); keepalive 128; keepalive_requests 1000000; }
            server {
                listen 127.0.0.1:\(port) ssl http2 reuseport;
                ssl_certificate \(workspace.path("certificate.pem"));
                ssl_certificate_key \(workspace.path("key.pem"));
                ssl_protocols TLSv1.2 TLSv1.3;
                keepalive_requests 1000000;
                access_log \(workspace.path("nginx-access.log")) combined buffer=64k;
                proxy_http_version 1.1;
                client_body_buffer_size 128k;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                location /cached/ { proxy_cache bench; proxy_pass http://origin; }
                location / { proxy_pass http://origin; }
            }
            """
        try workspace.write(frame(workspace, pid: "peer", http: http), to: "peer.conf")
        let command = [
            "taskset", "-c", "0", "nginx", "-c", workspace.path("peer.conf"), "-p", workspace.folder,
        ]
        let remove: @Sendable () -> Void = { try? FileManager.default.removeItem(atPath: cache) }
        try Farewell.after(remove) {
            try Program.whileRunning(command) { pid in
                try Patience.untilAnswered("nginx", port: port)
                try body(Nginx(port: port, workers: ProcessFigures.descendants(of: pid)))
            }
        }
    }

    private static func frame(_ workspace: Workspace, pid: String, http: String) -> String {
        """
        daemon off;
        worker_processes 1;
        pid \(workspace.path(pid)).pid;
        error_log stderr error;
        events { worker_connections 4096; }
        http {
            sendfile off;
            client_body_temp_path \(workspace.path("temporary"));
            proxy_temp_path \(workspace.path("temporary"));
            fastcgi_temp_path \(workspace.path("temporary"));
            uwsgi_temp_path \(workspace.path("temporary"));
            scgi_temp_path \(workspace.path("temporary"));
            \(http)
        }

        """
    }
}
