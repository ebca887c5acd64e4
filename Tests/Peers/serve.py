"""An AWS API server for tests: moto, and around it the rules of AWS that moto leaves out (the package `world`).

    serve.py [--speed N]

Prints the port it got on one line of standard output, and ends when its standard input ends, so that it cannot outlive the test that
started it. `--speed 60` lets creation and deletion take a sixtieth of what they take in real life; without it everything is ready at
once.
"""

import argparse
import logging
import os
import sys
import threading

# A certificate that DNS validates is issued after this many seconds; moto reads it when it is imported.
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")
# AWS's own policies are there in every account.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
# Machine images, of which it would make 1,301 in every region of an emptied account; nothing here starts a machine.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server  # noqa: E402

from world import clock, policies  # noqa: E402
from world.wire import World  # noqa: E402


class QuietHandler(MotoRequestHandler):
    """Keeps the connection open, as AWS does, and logs nothing: the proxy in front of it keeps the record."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        pass


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--speed", type=float, default=0)
    arguments.add_argument("--port", type=int, default=0)
    clock.speed = arguments.parse_args().speed
    policies.keep_attached()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = World(DomainDispatcherApplication(create_backend_app))
    server = make_server(
        "127.0.0.1", arguments.parse_args().port, application, threaded=True, request_handler=QuietHandler
    )
    print(server.port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
