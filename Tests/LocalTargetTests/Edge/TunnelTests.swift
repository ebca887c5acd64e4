import Foundation
import LocalTarget
import Processes
import Stacks
import TestKit
import Testing
import TrafficRules

/// A connection that becomes another protocol passes both ways, whole. Client and task are Python programs, so that
/// neither end shares code with what is tested.
@Suite struct TunnelTests {
    @Test func aWebSocketIsATunnelBothWays() async throws {
        try await EdgeStage.Setting(
            tasks: 0, health: HealthCheck(interval: .seconds(60)), script: { _, _, _ in ScriptedAnswer() }
        ).run { stage in
            let portFile = stage.folder.appending(path: "port").path(percentEncoded: false)
            let task = try ChildProcess.spawn(
                .init(
                    executable: "/usr/bin/env", arguments: ["python3", "-c", Self.echoTask, portFile],
                    environment: ProcessInfo.processInfo.environment))
            defer { task.sendToGroup(9) }
            let isListening = await eventually { FileManager.default.fileExists(atPath: portFile) }
            #expect(isListening)
            let port = try #require(Int(try String(contentsOfFile: portFile, encoding: .utf8)))
            stage.balancer.taskStarted(TaskEndpoint(id: "web.8", service: "web", zone: "a", port: port))
            let isReady = await eventually { stage.balancer.groups.target("web.8")?.standing == .healthy }
            #expect(isReady)
            let client = try await runTool(["python3", "-c", Self.client, "\(stage.edge.httpsPort)", stage.authority])
            #expect(client.output == "HTTP/1.1 101 Switching Protocols\nechoed 2000000\n", "\(client.errors)")
            let isOver = await eventually { stage.balancer.groups.target("web.8")?.inFlight == 0 }
            #expect(isOver)
        }
    }

    /// Answers health checks with 200 and an upgrade with 101, then sends back whatever comes.
    private static let echoTask = """
        import os, socket, sys, threading
        server = socket.create_server(("127.0.0.1", 0))
        with open(sys.argv[1] + ".new", "w") as file: file.write(str(server.getsockname()[1]))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        def serve(peer):
            head = b""
            while b"\\r\\n\\r\\n" not in head:
                more = peer.recv(65536)
                if not more: return
                head += more
            if b"upgrade: websocket" not in head.lower():
                peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
                return peer.close()
            peer.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: upgrade\\r\\n\\r\\n")
            peer.sendall(head.split(b"\\r\\n\\r\\n", 1)[1])
            while True:
                data = peer.recv(65536)
                if not data: return peer.close()
                peer.sendall(data)
        while True:
            threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
        """

    /// Upgrades, sends two million bytes in pieces that it reads back, and says what came.
    private static let client = """
        import socket, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[2])
        context.set_alpn_protocols(["http/1.1"])
        peer = context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1]))), server_hostname="localhost")
        peer.settimeout(30)
        peer.sendall(b"GET /socket HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n")
        head = b""
        while b"\\r\\n\\r\\n" not in head: head += peer.recv(1)
        print(head.split(b"\\r\\n")[0].decode())
        piece = bytes(range(250)) * 400
        total = 0
        for _ in range(20):
            peer.sendall(piece)
            received = b""
            while len(received) < len(piece): received += peer.recv(65536)
            if received == piece: total += len(received)
        print("echoed", total)
        peer.close()
        """
}
