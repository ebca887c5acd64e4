import Foundation

/// Varnish as the third peer, as it is run in the open: hitch ends TLS in front of it and tells it who asks by the PROXY
/// protocol over a socket of Unix's, and varnishncsa writes the access log. One worker of hitch; Varnish decides on its threads.
struct Varnish {
    let port: Int
    /// All that a request costs: hitch, varnishd with its worker, varnishncsa.
    let pids: [Int32]

    /// Uses the certificate that `Nginx.whileRunning` has made; call it inside.
    static func whileRunning(_ workspace: Workspace, origin: Int, _ body: (Varnish) throws -> Void) throws {
        let port = try Workspace.freePort()
        try workspace.write(rules(origin: origin), to: "varnish.vcl")
        try workspace.join(["certificate.pem", "key.pem"], as: "hitch.pem")
        try workspace.write(script(workspace, port: port), to: "varnish.sh")
        try Program.whileRunning(["taskset", "-c", "0", "sh", workspace.path("varnish.sh")]) { pid in
            try Patience.untilAnswered("Varnish", port: port)
            try body(Varnish(port: port, pids: ProcessFigures.descendants(of: pid)))
        }
    }

    /// The shell stays above all three: they close every descriptor that they were given, by which Foundation would take each of them
    /// for ended, and wait for it.
    private static func script(_ workspace: Workspace, port: Int) -> String {
        let folder = workspace.path("varnish")
        let socket = workspace.path("varnish.sock")
        let user = geteuid() == 0 ? "--user=nobody" : ""
        return """
            varnishd -F -n \(folder) -a \(socket),PROXY,mode=666 -f \(workspace.path("varnish.vcl")) \\
                -s malloc,64m -p feature=+http2 &
            cache=$!
            varnishncsa -n \(folder) -t 30 -w \(workspace.path("varnish-access.log")) &
            log=$!
            until [ -S \(socket) ]; do sleep 0.1; done
            hitch --backend=\(socket) "--frontend=[127.0.0.1]:\(port)" --workers=1 --write-proxy-v2=on --log-level=0 \\
                --alpn-protos=h2,http/1.1 "--tls-protos=TLSv1.2 TLSv1.3" \(user) \(workspace.path("hitch.pem")) &
            trap 'kill $! $log $cache; wait; exit' TERM
            wait

            """
    }

    private static func rules(origin: Int) -> String {
        """
        vcl 4.1;
        backend origin { .host = "127.0.0.1"; .port = "\(origin)"; }
        sub vcl_recv {
            if (req.url !~ "^/cached/") { return (pass); }
            return (hash);
        }

        """
    }
}
