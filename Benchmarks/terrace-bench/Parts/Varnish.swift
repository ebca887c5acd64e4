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
        let socket = workspace.path("varnish.sock")
        try workspace.write(rules(origin: origin), to: "varnish.vcl")
        try workspace.join(["certificate.pem", "key.pem"], as: "hitch.pem")
        let core = ["taskset", "-c", "0"]
        let varnish =
            core + [
                "varnishd", "-F", "-n", workspace.path("varnish"), "-a", "\(socket),PROXY,mode=666", "-f",
                workspace.path("varnish.vcl"), "-s", "malloc,64m", "-p", "feature=+http2",
            ]
        let log =
            core + [
                "varnishncsa", "-n", workspace.path("varnish"), "-t", "30", "-w", workspace.path("varnish-access.log"),
            ]
        let hitch =
            core + [
                "hitch", "--backend=\(socket)", "--frontend=[127.0.0.1]:\(port)", "--workers=1", "--write-proxy-v2=on",
                "--alpn-protos=h2,http/1.1", "--tls-protos=TLSv1.2 TLSv1.3", "--log-level=0",
            ] + (geteuid() == 0 ? ["--user=nobody"] : []) + [workspace.path("hitch.pem")]
        try Program.whileRunning(varnish) { varnish in
            try Patience.until("varnishd") { FileManager.default.fileExists(atPath: socket) ? () : nil }
            try Program.whileRunning(log) { log in
                try Program.whileRunning(hitch) { hitch in
                    try Patience.untilAnswered("Varnish", port: port)
                    let all = [varnish, log, hitch]
                    try body(Varnish(port: port, pids: all + all.flatMap(ProcessFigures.descendants(of:))))
                }
            }
        }
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
