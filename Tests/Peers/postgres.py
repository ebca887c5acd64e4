"""A real PostgreSQL with TLS that stands for a cluster of RDS's.

    postgres.py FOLDER MASTER DATABASE

Prints the port it got on one line of standard output. Each line of standard input is a host name: the server gets a certificate of that
name, of an authority that no system knows (FOLDER/ca.pem), and a line is printed. It ends, at once, when its standard input ends. The
master may make roles and databases and is nobody's superuser, as on RDS; it owns the database. Others sign in by password and TLS only.

FOLDER/control is a Unix socket that takes one line of JSON a connection and answers with one:

    {"copy": NAME, "moment": SECONDS}   another server with everything as of then, by PostgreSQL's own recovery; its port
    {"drop": NAME}                      ends that one and removes it
"""

import json
import os
import pwd
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

HBA = """
local   all all trust
host    all {master} 127.0.0.1/32 trust
hostssl all all 127.0.0.1/32 scram-sha-256
"""


class Server:
    def __init__(self, folder, master, database):
        self.folder, self.master, self.database = Path(folder), master, database
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.archive = self.folder / "archive"
        self.archive.mkdir(parents=True, exist_ok=True)
        self.own(self.folder)
        self.own(self.archive)
        #: By name: the processes and ports of copies.
        self.copies = {}
        found = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        self.binaries = Path(found.stdout.strip())

    def own(self, path):
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def become(self):
        """In the child: PostgreSQL refuses to run as root, and ends with whoever started it."""
        import ctypes

        if self.user:
            os.initgroups(self.user.pw_name, self.user.pw_gid)
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)

    def run(self, *words, **more):
        return subprocess.run(
            words, check=True, capture_output=True, text=True, cwd=self.folder,
            preexec_fn=self.become if words[0].startswith(str(self.binaries)) else None, **more)

    def openssl(self, *words):
        self.run("openssl", *words)

    def make_authority(self):
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                     "-subj", "/CN=An authority for databases")
        os.chmod(self.folder / "ca.pem", 0o644)

    def certify(self, host):
        (self.folder / "names").write_text(f"subjectAltName=DNS:{host}\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "new.key", "-out", "new.csr", "-subj", "/CN=database")
        self.openssl("x509", "-req", "-in", "new.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                     "-extfile", "names", "-out", "new.crt")
        for ending in ("key", "crt"):
            self.own(self.folder / f"new.{ending}")
            os.chmod(self.folder / f"new.{ending}", 0o600)
            os.replace(self.folder / f"new.{ending}", self.folder / f"server.{ending}")

    def start(self):
        data = self.folder / "data"
        self.run(str(self.binaries / "initdb"), "-D", str(data), "-U", "rdsadmin", "-A", "trust", "--no-sync", "-E", "UTF8",
                 "--locale=C")
        (data / "pg_hba.conf").write_text(HBA.format(master=self.master))
        # Before it has run for the first time: what every recovery begins with.
        subprocess.run(["cp", "-a", data, self.folder / "base"], check=True)
        self.process, self.port = self.serve(
            data, archive_mode="on", archive_command=f"cp %p {self.archive}/.%f && mv {self.archive}/.%f {self.archive}/%f")
        self.sql(f'create role "{self.master}" login createrole createdb')
        self.sql(f'create database "{self.database}" owner "{self.master}"')

    def serve(self, data, **more):
        """A server with that data, once it answers, and its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": self.folder, "fsync": "off", "ssl": "on",
            "ssl_cert_file": self.folder / "server.crt", "ssl_key_file": self.folder / "server.key",
            "password_encryption": "scram-sha-256", **more,
        }
        process = subprocess.Popen(
            [str(self.binaries / "postgres"), "-D", str(data)] + [part for k, v in settings.items() for part in ("-c", f"{k}={v}")],
            cwd=self.folder, preexec_fn=self.become, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / f"log-{data.name}", "w"))
        while self.sql("select pg_is_in_recovery()", check=False, port=port).stdout.strip() != "f":
            if process.poll() is not None:
                raise RuntimeError((self.folder / f"log-{data.name}").read_text())
            time.sleep(0.02)
        return process, port

    def copy(self, name, moment):
        """As of the end of that second: which part of it RDS restores to, it does not say."""
        target = int(moment) + 0.999999
        while time.time() <= target:
            time.sleep(0.02)
        # Recovery stops at the first commit behind its target, so there must be one.
        self.sql("select pg_current_xact_id()")
        segment = self.sql("select pg_walfile_name(pg_current_wal_lsn())").stdout.strip()
        self.sql("select pg_switch_wal()")
        while not (self.archive / segment).exists():
            time.sleep(0.02)
        data = self.folder / name
        subprocess.run(["cp", "-a", self.folder / "base", data], check=True)
        (data / "recovery.signal").touch()
        self.own(data / "recovery.signal")
        self.copies[name] = self.serve(
            data, restore_command=f"cp {self.archive}/%f %p", recovery_target_action="promote",
            recovery_target_time=datetime.fromtimestamp(target, timezone.utc).isoformat(sep=" "))
        return self.copies[name][1]

    def drop(self, name):
        process, _ = self.copies.pop(name)
        process.send_signal(signal.SIGQUIT)
        process.wait()
        subprocess.run(["rm", "-rf", self.folder / name], check=True)

    def listen(self, control):
        """In one thread to the end: a process ends with the thread that has started it."""
        while True:
            connection, _ = control.accept()
            with connection, connection.makefile("rw") as line:
                try:
                    asked = json.loads(line.readline())
                    answer = self.copy(asked["copy"], asked["moment"]) if "copy" in asked else self.drop(asked["drop"])
                except Exception as error:  # noqa: BLE001 - whoever asked is told
                    answer = f"error: {error}"
                line.write(json.dumps(answer) + "\n")

    def bears(self, host):
        """The server takes another certificate some time after it was told to."""
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        with socket.create_connection(("127.0.0.1", self.port)) as plain:
            # PostgreSQL's request for TLS, which is answered with one letter.
            plain.sendall(struct.pack("!ii", 8, 80877103))
            try:
                return plain.recv(1) == b"S" and bool(context.wrap_socket(plain, server_hostname=host).version())
            except ssl.SSLError:
                return False

    def sql(self, text, check=True, port=None):
        return subprocess.run(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", str(port or self.port), "-U", "rdsadmin", "-d", "postgres",
             "-c", text], check=check, capture_output=True, text=True)


def main():
    server = Server(*sys.argv[1:4])
    server.make_authority()
    server.certify("localhost")
    server.start()
    control = socket.socket(socket.AF_UNIX)
    control.bind(str(server.folder / "control"))
    control.listen()
    threading.Thread(target=server.listen, args=[control], daemon=True).start()
    print(server.port, flush=True)
    for line in sys.stdin:
        server.certify(line.strip())
        server.process.send_signal(signal.SIGHUP)
        while not server.bears(line.strip()):
            time.sleep(0.02)
        print(line.strip(), flush=True)
    for process in [server.process, *(process for process, _ in server.copies.values())]:
        process.send_signal(signal.SIGQUIT)
        process.wait()


main()
