"""An AWS API server for tests: moto, and around it the rules of AWS that moto leaves out (the package `world`).

    serve.py [--speed N] [--port N]

Prints the port it got on one line of standard output, and ends when its standard input ends. That is for people: the tests' servers are
forks of `nursery.py`, which imports this.
"""

import argparse
import logging
import os
import sys
import threading
from pathlib import Path

# A certificate that DNS validates is issued after this many seconds; moto reads it when it is imported.
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")
# AWS's own policies are there in every account.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
# Machine images, of which it would make 1,301 in every region of an emptied account; nothing here starts a machine.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.moto_api._internal import mock_random  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server  # noqa: E402

from world import clock, policies, remembered  # noqa: E402
from world.wire import World  # noqa: E402


class QuietHandler(MotoRequestHandler):
    """Keeps the connection open, as AWS does, and logs nothing: the proxy in front of it keeps the record."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        pass


def services():
    """botocore's names of what Terrace may speak to."""
    operations = Path(__file__).resolve().parent.parent.parent / "scripts/aws-services/operations.txt"
    return [line.split()[-1] for line in operations.read_text().splitlines() if line.startswith("[")]


def application(services):
    """An empty account, with what moto would load at the first call of each service."""
    policies.keep_attached()
    remembered.remember(services)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = DomainDispatcherApplication(create_backend_app)
    for name in services:
        try:
            moto.app_instances[name] = moto.create_app(name)
        except ModuleNotFoundError:
            # What moto does not know, `world` answers.
            continue
    return World(moto)


def start(application, speed, port=0):
    """Serves from `port` or a free one, which is the result, in a thread that does not keep the process alive.

    `speed` 60 lets creation and deletion take a sixtieth of what they take in real life; with 0 everything is ready at once.
    """
    clock.speed = speed
    # Or every fork would draw the same ids.
    mock_random.seed()
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.port


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--speed", type=float, default=0)
    arguments.add_argument("--port", type=int, default=0)
    asked = arguments.parse_args()
    print(start(application(services()), asked.speed, asked.port), flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
