"""Forks the peers of the tests: what they import takes seconds of a processor, and a fork has it already.

    nursery.py

Prints the path of a Unix socket on one line of standard output; only its owner may use it. A connection asks for one peer, with one line of
JSON:

    {"serve": 60, "errors": FILE}
        An API server of that speed (serve.py). Its port is the answer, on one line; the server ends when the connection does.
    {"run": ["dump.py", …], "environment": {…}, "output": FILE, "errors": FILE}
        A program of this folder, as if it were started by itself. Its exit code is the answer, on one line.

It ends when its standard input does, and each server with its connection, so none outlives the test that asked for it.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path

import boto3
import botocore.session

import serve

HERE = Path(__file__).resolve().parent


def warm_readers(names):
    """The models that boto3 reads from disk for a client. The session keeps nothing of who asked."""
    session = botocore.session.Session()
    boto3.setup_default_session(botocore_session=session)
    for name in names:
        session.create_client(name, region_name="us-east-1", aws_access_key_id="warm", aws_secret_access_key="warm")


def redirect(errors, output=None):
    """Standard input is empty; what is printed goes to the files."""
    for number, path in ((0, os.devnull), (1, output or errors), (2, errors)):
        file = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")


def run(words, environment):
    """Runs a program of this folder in this process; its exit code."""
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [str(HERE / words[0]), *words[1:]]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def live(connection, application):
    """The life of one peer, in the process that was forked for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(connection.makefile("r").readline())
    if "serve" in asked:
        redirect(asked["errors"])
        port = serve.start(application, speed=asked["serve"])
        connection.sendall(f"{port}\n".encode())
        connection.recv(1)
    else:
        redirect(asked["errors"], asked["output"])
        code = run(asked["run"], asked["environment"])
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(f"{code}\n".encode())


def fork(listener, application):
    connection, _ = listener.accept()
    if os.fork() == 0:
        try:
            listener.close()
            live(connection, application)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    connection.close()


def main():
    names = serve.services()
    application = serve.application(names)
    warm_readers(names)
    # Nothing of this is ever garbage, and what is not looked at is not copied.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A socket's path has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="terrace-nursery-", dir="/tmp") as folder:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{folder}/socket")
        listener.listen(64)
        print(f"{folder}/socket", flush=True)
        while True:
            ready, _, _ = select.select([0, listener], [], [])
            if listener in ready:
                fork(listener, application)
            elif not os.read(0, 1):
                return


if __name__ == "__main__":
    main()
