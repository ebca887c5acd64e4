/// What swift-nio and TLS cost alone (`Benchmarks/bare-server`): not a peer, for it does nothing that one must, but the floor below
/// Terrace. It speaks HTTP/1.1 only.
struct BareNIO {
    static let name = "bare NIO"

    let port: Int
    let pid: Int32

    /// Uses the certificate that `Nginx.whileRunning` has made; call it inside.
    static func whileRunning(_ workspace: Workspace, origin: Int, _ body: (BareNIO) throws -> Void) throws {
        let port = try Workspace.freePort()
        let command = [
            "taskset", "-c", "0", try Workspace.built("bare-server"), "\(port)", workspace.path("certificate.pem"),
            workspace.path("key.pem"), "\(origin)",
        ]
        try Program.whileRunning(command) { pid in
            try Patience.untilAnswered("the bare server", port: port)
            try body(BareNIO(port: port, pid: pid))
        }
    }
}
