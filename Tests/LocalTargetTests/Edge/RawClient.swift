import Foundation
import LocalTarget
import TestKit

/// A client that does what no proper client does. In Python, so that neither its TLS nor its frames are ours.
enum RawClient {
    /// What the script printed.
    static func run(_ what: String, _ stage: EdgeStage, _ arguments: String...) async throws -> String {
        let result = try await runTool(
            ["python3", "-c", script, what, "\(stage.edge.httpsPort)", "\(stage.edge.httpPort)", stage.authority]
                + arguments)
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines) + result.errors
    }

    private static let script = """
        import os, select, socket, ssl, struct, sys, time
        what, https, http, authority = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

        def connect(protocol):
            context = ssl.create_default_context(cafile=authority)
            context.set_alpn_protocols([protocol])
            peer = socket.create_connection(("127.0.0.1", https))
            peer.settimeout(20)
            return context.wrap_socket(peer, server_hostname="localhost")

        def rest(peer):
            data = b""
            try:
                while True:
                    more = peer.recv(65536)
                    if not more: return data
                    data += more
            except (ConnectionError, ssl.SSLError):
                return data

        def ended(peer, began):
            data = rest(peer)
            print(data.split(b"\\r\\n")[0].decode() or "closed", "soon" if time.monotonic() - began < 5 else "late")

        def frame(kind, flags, stream, payload=b""):
            return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

        get = bytes([0x82, 0x87, 0x84, 0x41, 9]) + b"localhost"

        def flood(make):
            peer = connect("h2")
            peer.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + frame(4, 0, 0))
            began = time.monotonic()
            try:
                for number in range(1 << 29):
                    peer.sendall(make(number))
                    if time.monotonic() - began > 20: break
            except (ConnectionError, ssl.SSLError, TimeoutError):
                pass
            lasted, data, codes = time.monotonic() - began, rest(peer), []
            while len(data) >= 9:
                length, kind = int.from_bytes(data[:3], "big"), data[3]
                if kind == 7: codes.append(int.from_bytes(data[13:17], "big"))
                data = data[9 + length:]
            print("goaway" if codes else "closed", "early" if lasted < 10 else "late")

        began = time.monotonic()
        if what == "slow-head":
            peer = connect("http/1.1")
            peer.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nX: ")
            ended(peer, began)
        elif what == "slow-body":
            peer = connect("http/1.1")
            peer.sendall(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 100\\r\\n\\r\\nx")
            ended(peer, began)
        elif what == "trickle":
            peer = connect("http/1.1")
            peer.sendall(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1000\\r\\n\\r\\n")
            try:
                for _ in range(200):
                    peer.sendall(b"x")
                    time.sleep(0.05)
                    if select.select([peer], [], [], 0)[0]: break
            except (ConnectionError, ssl.SSLError):
                pass
            ended(peer, began)
        elif what == "slow-reader":
            peer = connect("http/1.1")
            peer.sendall(b"GET /big HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
            time.sleep(float(sys.argv[5]))
            print("cut" if len(rest(peer)) < 50_000_000 else "whole")
        elif what == "empty-body":
            peer = connect("h2")
            post = frame(1, 4, 1, bytes([0x83]) + get[1:])
            ends = {"data": frame(0, 1, 1), "trailers": frame(1, 5, 1, b"\\x00\\x01x\\x01y")}
            peer.sendall(b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + frame(4, 0, 0) + post + ends[sys.argv[5]])
            data, kind = b"", None
            while kind != 1:
                while len(data) < 9 or len(data) < 9 + int.from_bytes(data[:3], "big"):
                    more = peer.recv(65536)
                    if not more: sys.exit("closed")
                    data += more
                kind, length = data[3], int.from_bytes(data[:3], "big")
                block, data = data[9:9 + length], data[9 + length:]
            print("200" if 0x88 in block[:2] else block[:12])
        elif what == "half-closed":
            peer = socket.create_connection(("127.0.0.1", http))
            peer.settimeout(20)
            peer.sendall(b"GET /x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
            peer.shutdown(socket.SHUT_WR)
            ended(peer, began)
        elif what == "half-closed-silent":
            peer = socket.create_connection(("127.0.0.1", http))
            peer.settimeout(20)
            peer.shutdown(socket.SHUT_WR)
            ended(peer, began)
        elif what == "idle":
            peers = []
            for _ in range(int(sys.argv[5])):
                peers.append(socket.create_connection(("127.0.0.1", http)))
            print("held", flush=True)
            while not os.path.exists(sys.argv[6]): time.sleep(0.02)
            for peer in (peers[0], peers[-1]):
                peer.settimeout(20)
                peer.sendall(b"GET /x HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
                print(rest(peer).split(b"\\r\\n")[0].decode())
        elif what == "rapid-reset":
            flood(lambda n: frame(1, 5, n * 2 + 1, get) + frame(3, 0, n * 2 + 1, struct.pack(">I", 8)))
        elif what == "settings":
            flood(lambda n: frame(4, 0, 0))
        elif what == "window":
            flood(lambda n: frame(8, 0, 0, struct.pack(">I", 1)))
        elif what == "ping":
            flood(lambda n: frame(6, 0, 0, b"12345678"))
        elif what == "continuation":
            flood(lambda n: frame(1, 0, 1, get) if n == 0 else frame(9, 0, 1, b"\\x00\\x01a\\x01b" * 100))
        """
}
