import Foundation
import Processes
import TestKit
import Testing

/// A Python program that listens on a port of the system's choice and writes what it hears into a file: no code of what is tested.
struct NoticePeer {
    let port: Int
    private let heardFile: String

    /// What it has heard so far.
    var heard: String { (try? String(contentsOfFile: heardFile, encoding: .utf8)) ?? "" }

    static func run(
        _ program: String, in folder: URL, arguments: [String] = [], _ body: (NoticePeer) async throws -> Void
    ) async throws {
        let word = "\(UInt32.random(in: .min ... .max))"
        let portFile = folder.appending(path: "port-\(word)").path(percentEncoded: false)
        let heardFile = folder.appending(path: "heard-\(word)").path(percentEncoded: false)
        let peer = try ChildProcess.spawn(
            .init(
                executable: "/usr/bin/env", arguments: ["python3", "-c", program, portFile, heardFile] + arguments,
                environment: ProcessInfo.processInfo.environment))
        defer { peer.sendToGroup(9) }
        let isListening = await eventually { FileManager.default.fileExists(atPath: portFile) }
        #expect(isListening)
        let port = try #require(Int(try String(contentsOfFile: portFile, encoding: .utf8)))
        try await body(NoticePeer(port: port, heardFile: heardFile))
    }

    /// Answers the first posts with the given statuses and all others with 200; writes path and body of each post as a line.
    static let webhook = """
        import http.server, os, sys
        statuses = [int(each) for each in sys.argv[3:]]
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                with open(sys.argv[2], "a") as file:
                    file.write(f"{self.path} {self.headers['content-type']} {body}\\n")
                self.send_response(statuses.pop(0) if statuses else 200)
                self.send_header("content-length", "0")
                self.end_headers()
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        with open(sys.argv[1] + ".new", "w") as file: file.write(str(server.server_address[1]))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        server.serve_forever()
        """

    /// Speaks SMTP; arguments: folder of a certificate or `-`, then a line of capabilities or `-`. Writes every line that it hears.
    static let mail = """
        import os, socket, ssl, sys, threading
        folder, capability = sys.argv[3], sys.argv[4]
        server = socket.create_server(("127.0.0.1", 0))
        with open(sys.argv[1] + ".new", "w") as file: file.write(str(server.getsockname()[1]))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        def note(text):
            with open(sys.argv[2], "a") as file: file.write(text + "\\n")
        def serve(peer):
            lines, isData = peer.makefile("rb"), False
            def say(text): peer.sendall(text.encode() + b"\\r\\n")
            say("220 test ESMTP")
            encrypted = False
            while True:
                line = lines.readline().decode()
                if not line: return
                line = line.rstrip("\\r\\n")
                note(line)
                if isData:
                    if line == ".":
                        isData = False
                        say("250 taken")
                    continue
                word = line.split(" ")[0].split(":")[0].upper()
                if word == "EHLO":
                    say("250-test")
                    if folder != "-" and not encrypted: say("250-STARTTLS")
                    if capability != "-": say("250-" + capability)
                    say("250 8BITMIME")
                elif word == "STARTTLS":
                    say("220 go ahead")
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
                    peer = context.wrap_socket(peer, server_side=True)
                    lines, encrypted = peer.makefile("rb"), True
                    note("encrypted")
                elif word == "AUTH": say("235 welcome")
                elif word == "RCPT": say("550 nobody here" if "gone@" in line else "250 ok")
                elif word == "DATA":
                    isData = True
                    say("354 go on")
                elif word == "QUIT":
                    say("221 bye")
                    return peer.close()
                else: say("250 ok")
        while True:
            threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
        """
}
