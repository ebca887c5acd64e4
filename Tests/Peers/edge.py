"""What stands for a stack's edge in tests of drills: answers every request, but for some.

    edge.py [--from N] [--count N]

Prints the port it got on one line of standard output, and ends when its standard input ends. From request number `from` on, `count` of
them are answered 503, or all if it is not said.
"""

import argparse
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
seen = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        global seen
        with lock:
            seen += 1
            number = seen
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_ill = asked.first is not None and number >= asked.first and (asked.count is None or number < asked.first + asked.count)
        self.send_response(503 if is_ill else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST = answer

    def log_message(self, *words):
        pass


def main():
    global asked
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--from", type=int, dest="first")
    arguments.add_argument("--count", type=int)
    asked = arguments.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
