import Foundation

/// HAProxy as the second peer: one thread, TLS and HTTP/2, its own cache in memory, connections to the origin kept.
struct HAProxy {
    let port: Int
    let pid: Int32

    /// Uses the certificate that `Nginx.whileRunning` has made; call it inside.
    static func whileRunning(_ workspace: Workspace, origin: Int, _ body: (HAProxy) throws -> Void) throws {
        let port = try Workspace.freePort()
        try workspace.join(["certificate.pem", "key.pem"], as: "haproxy.pem")
        try workspace.write(configuration(workspace, port: port, origin: origin), to: "haproxy.cfg")
        let command = ["taskset", "-c", "0", "sh", "-c", run(workspace)]
        try Program.whileRunning(command) { pid in
            try Patience.untilAnswered("HAProxy", port: port)
            try body(HAProxy(port: port, pid: pid))
        }
    }

    /// `-db` keeps it one process; its log lines go to a file.
    private static func run(_ workspace: Workspace) -> String {
        "PATH=$PATH:/usr/sbin:/sbin exec haproxy -db -f \(workspace.path("haproxy.cfg")) > \(workspace.path("haproxy.log"))"
    }

    private static func configuration(_ workspace: Workspace, port: Int, origin: Int) -> String {
        """
        global
            nbthread 1
            maxconn 4096
            log stdout format raw daemon
            ssl-default-bind-options ssl-min-ver TLSv1.2
        cache bench
            total-max-size 64
            max-object-size 100000
            max-age 3600
        defaults
            mode http
            timeout client 60s
            timeout server 60s
            timeout connect 5s
            timeout http-keep-alive 60s
            option http-keep-alive
        frontend edge
            bind 127.0.0.1:\(port) ssl crt \(workspace.path("haproxy.pem")) alpn h2,http/1.1
            option forwardfor
            option httplog
            log global
            acl cached path_beg /cached/
            use_backend cached if cached
            default_backend proxied
        backend cached
            http-request cache-use bench
            http-response cache-store bench
            http-reuse always
            server origin 127.0.0.1:\(origin)
        backend proxied
            http-reuse always
            server origin 127.0.0.1:\(origin)

        """
    }
}
