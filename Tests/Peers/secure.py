"""A TLS server and a proxy that opens ways to it, as companies have them.

    secure.py FOLDER

Writes its authority's certificate to FOLDER/authority.pem, prints the ports of the server and of the proxy, and serves until its
standard input ends. The proxy wants the user `anna` with the password `open sesame`; what it was asked, without a user too, is
told by the server at /log.
"""

import base64
import datetime
import ipaddress
import json
import pathlib
import select
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

asked = []
KEY = "Basic " + base64.b64encode(b"anna:open sesame").decode()


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, authority):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def pem(thing):
    if hasattr(thing, "private_bytes"):
        return thing.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return thing.public_bytes(serialization.Encoding.PEM)


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = json.dumps(asked if self.path == "/log" else "reached").encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Proxy(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        asked.append(f"{self.path} {'anna' if self.headers.get('proxy-authorization') == KEY else 'nobody'}")
        if self.headers.get("proxy-authorization") != KEY:
            self.send_response(407)
            self.send_header("proxy-authenticate", "Basic")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as way:
            self.send_response(200)
            self.end_headers()
            ends = [self.connection, way]
            while True:
                for end in select.select(ends, [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[1 - ends.index(end)].sendall(data)


def main(folder):
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = certificate("Company", authority_key, "Company", authority_key, True)
    (folder / "authority.pem").write_bytes(pem(authority))
    own = folder / "server.pem"
    own.write_bytes(pem(certificate("localhost", key, "Company", authority_key, False)) + pem(key))
    server, proxy = ThreadingHTTPServer(("127.0.0.1", 0), Server), ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    for each in (server, proxy):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    print(f"{server.server_address[1]} {proxy.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
