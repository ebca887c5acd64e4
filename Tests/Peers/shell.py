"""Runs a script of `aws` commands against the API server.

    shell.py SCRIPT [NAME=VALUE ...]

The script finds an `aws` on its PATH that asks this process, which has the command line interface loaded and forks for each call: the
interface itself is AWS's own, only its start, most of a second, is paid once. Prints what the script prints and how many commands it
gave, and ends as the script does.
"""

import array
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading

import awscli.clidriver

SERVICES = [
    "acm", "application-autoscaling", "cloudfront", "cloudwatch", "ec2", "ecr", "ecs", "elbv2", "iam", "kms", "logs", "rds",
    "rds-data", "route53", "s3api", "scheduler", "secretsmanager", "sns", "stepfunctions", "sts", "wafv2",
]

# Hands its arguments, its surroundings and its three files over, and ends as it is told.
SHIM = """#!{python} -SE
import array, json, os, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect({place!r})
text = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
s.sendmsg([len(text).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
s.sendall(text)
code = s.recv(1)
os._exit(code[0] if code else 255)
"""


def call(driver, arguments, surroundings, folder, files):
    """In a process of its own, as the command line would be."""
    child = os.fork()
    if child:
        for file in files:
            os.close(file)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(surroundings)
    os.chdir(folder)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
    code = 255
    try:
        # Said in words: for RDS in us-east-1 the interface would take a host of its own before the environment's.
        code = driver().main([*arguments, "--endpoint-url", os.environ["AWS_ENDPOINT_URL"]])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def serve(listener, driver, count):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        head, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_LEN(3 * array.array("i").itemsize))
        files = array.array("i")
        files.frombytes(ancillary[0][2])
        length, text = int.from_bytes(head, "big"), b""
        while len(text) < length:
            text += connection.recv(length - len(text))
        count.append(1)
        connection.sendall(bytes([call(driver, *json.loads(text), list(files))]))
        connection.close()


def loaded():
    """The interface with the models of all services read; each call gets one that shares them."""
    first = awscli.clidriver.create_clidriver()
    loader = first.session.get_component("data_loader")
    for service in SERVICES:
        name = "s3" if service == "s3api" else service
        for kind in ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1"):
            try:
                loader.load_service_model(name, kind)
            except Exception:  # noqa: BLE001 - not every service has all of them
                continue
    loader.load_data("endpoints"), loader.load_data("partitions"), loader.load_data("sdk-default-configuration")

    def driver():
        made = awscli.clidriver.create_clidriver()
        made.session.register_component("data_loader", loader)
        return made

    return driver


def main():
    script, values = sys.argv[1], dict(argument.split("=", 1) for argument in sys.argv[2:])
    with tempfile.TemporaryDirectory() as folder:
        place, shim, count = os.path.join(folder, "socket"), os.path.join(folder, "aws"), []
        with open(shim, "w") as file:
            file.write(SHIM.format(python=sys.executable, place=place))
        os.chmod(shim, 0o755)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(place)
        listener.listen(64)
        threading.Thread(target=serve, args=(listener, loaded(), count), daemon=True).start()
        surroundings = {**os.environ, **values, "PATH": folder + os.pathsep + os.environ["PATH"]}
        code = subprocess.run(["bash", script], env=surroundings, stdin=subprocess.DEVNULL).returncode
        print(f"{len(count)} commands")
    sys.exit(code)


if __name__ == "__main__":
    main()
