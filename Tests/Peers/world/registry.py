"""ECR's registry: the protocol by which images are brought in, as the OCI distribution specification 1.1 has it, and as strict.

It listens on a port of its own, since its clients sign nothing, and keeps a record of what was asked. What is against the
specification is refused, and written down as a complaint where a client could go on as if nothing had happened. An upload can be
cut off in its middle (`POST /cut {"after": BYTES, "times": N}`): the connection ends without an answer.
"""

import base64
import hashlib
import json
import re
import secrets
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .wire import backend, instead

MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

_blobs, _uploads, _tokens = {}, {}, {}
_cut = {"after": 0, "times": 0}
_record = {"lines": [], "complaints": []}
_server = []
_lock = threading.Lock()


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


@instead("ecr", "GetAuthorizationToken")
def authorization(call):
    with _lock:
        if not _server:
            server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            _server.append(server)
    token = base64.b64encode(f"AWS:{secrets.token_hex(16)}".encode()).decode()
    _tokens[token] = call.region
    return {"authorizationData": [
        {"authorizationToken": token, "proxyEndpoint": f"http://127.0.0.1:{_server[0].server_port}"}]}


class Refused(Exception):
    def __init__(self, status, code, message=""):
        self.status, self.code, self.message = status, code, message


class Registry(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *values):
        pass

    def answer(self, status, headers=(), content=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def handle_all(self):
        parts = urlsplit(self.path)
        try:
            if parts.path == "/record":
                return self.answer(200, content=json.dumps(_record).encode())
            if parts.path == "/cut":
                _cut.update(json.loads(self.body()))
                return self.answer(200)
            self.serve(parts.path, parse_qs(parts.query))
        except Refused as refused:
            # What was not read would be taken for the next request.
            self.close_connection = True
            error = {"code": refused.code, "message": refused.message, "detail": None}
            self.answer(refused.status, [("Connection", "close")], json.dumps({"errors": [error]}).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = handle_all

    def body(self):
        length = self.headers.get("Content-Length")
        if length is None:
            raise Refused(411, "SIZE_INVALID", "no Content-Length")
        return self.rfile.read(int(length))

    def serve(self, path, query):
        kind, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if kind != "Basic" or token not in _tokens:
            raise Refused(401, "UNAUTHORIZED", "authentication required")
        for pattern, name in ROUTES:
            found = re.fullmatch(pattern, path)
            if found:
                repository = found["name"]
                if repository not in backend("ecr", _tokens[token]).repositories:
                    raise Refused(404, "NAME_UNKNOWN", f"no repository {repository}")
                rest = found.groupdict()
                rest.pop("name")
                handler = getattr(self, f"{self.command.lower()}_{name}", None)
                if handler is None:
                    raise Refused(405, "UNSUPPORTED", f"{self.command} {path}")
                return handler(_tokens[token], repository, query, **rest)
        raise Refused(404, "UNSUPPORTED", path)

    def note(self, line):
        with _lock:
            _record["lines"].append(line)

    def complain(self, line):
        with _lock:
            _record["complaints"].append(line)

    # Blobs

    def head_blob(self, region, repository, query, reference):
        content = _blobs.get((repository, reference))
        self.note(f"HEAD {reference[:19]} {'200' if content is not None else '404'}")
        if content is None:
            return self.answer(404, [("Content-Length", "0")])
        self.answer(200, [("Content-Length", str(len(content))), ("Docker-Content-Digest", reference)])

    def post_uploads(self, region, repository, query):
        if int(self.headers.get("Content-Length") or 0):
            raise Refused(400, "UNSUPPORTED", "a body in the first call of an upload")
        name = secrets.token_hex(16)
        _uploads[name] = repository
        self.note("POST")
        # A path of the same host, with a query of its own, as many registries answer.
        self.answer(202, [("Location", f"/v2/{repository}/blobs/uploads/{name}?_state=s%2B1"), ("Range", "0-0")])

    def put_upload(self, region, repository, query, reference):
        wanted = query.get("digest", [""])[0]
        if _uploads.get(reference) != repository or query.get("_state") != ["s+1"]:
            raise Refused(404, "BLOB_UPLOAD_UNKNOWN", "the upload is not known here")
        if not DIGEST.fullmatch(wanted):
            raise Refused(400, "DIGEST_INVALID", "no digest")
        if self.headers.get("Content-Type") != "application/octet-stream":
            raise Refused(400, "BLOB_UPLOAD_INVALID", "a blob is application/octet-stream")
        if self.is_cut():
            self.note(f"CUT {wanted[:19]}")
            return self.cut()
        content = self.body()
        if digest_of(content) != wanted:
            raise Refused(400, "DIGEST_INVALID", f"the content is {digest_of(content)}")
        if (repository, wanted) in _blobs:
            self.complain(f"{wanted} was sent although it was there")
        del _uploads[reference]
        _blobs[repository, wanted] = content
        self.note(f"PUT {wanted[:19]} {len(content)}")
        self.answer(201, [("Location", f"/v2/{repository}/blobs/{wanted}"), ("Docker-Content-Digest", wanted)])

    def is_cut(self):
        """Only an upload that is long enough to have a middle."""
        with _lock:
            if _cut["times"] and int(self.headers.get("Content-Length") or 0) > _cut["after"]:
                _cut["times"] -= 1
                return True
        return False

    def cut(self):
        self.rfile.read(_cut["after"])
        # Without lingering, so that the other side sees a reset and no end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    # Manifests

    def head_manifest(self, region, repository, query, reference):
        accepted = self.headers.get("Accept") or ""
        for image in backend("ecr", region).repositories[repository].images:
            if reference in (image.get_image_digest(), *image.image_tags):
                if image.image_manifest_media_type not in accepted:
                    raise Refused(404, "MANIFEST_UNKNOWN", "not in a form that is accepted")
                return self.answer(200, [
                    ("Content-Length", str(len(image.image_manifest))), ("Docker-Content-Digest", image.get_image_digest())])
        self.answer(404, [("Content-Length", "0")])

    def put_manifest(self, region, repository, query, reference):
        content = self.body()
        try:
            manifest = json.loads(content)
        except ValueError:
            raise Refused(400, "MANIFEST_INVALID", "no JSON")
        media = self.headers.get("Content-Type")
        if media not in MANIFESTS or manifest.get("mediaType", media) != media:
            raise Refused(400, "MANIFEST_INVALID", f"{media} is not what the manifest says")
        for part in [manifest["config"]] + manifest["layers"]:
            blob = _blobs.get((repository, part["digest"]))
            if blob is None:
                raise Refused(400, "MANIFEST_BLOB_UNKNOWN", part["digest"])
            if len(blob) != part["size"]:
                raise Refused(400, "MANIFEST_INVALID", f"{part['digest']} has {len(blob)} bytes")
        backend("ecr", region).put_image(
            repository, content.decode(), reference, image_manifest_mediatype=media, digest=digest_of(content))
        self.note(f"MANIFEST {digest_of(content)[:19]}")
        self.answer(201, [("Location", self.path), ("Docker-Content-Digest", digest_of(content))])


NAME = r"/v2/(?P<name>[a-z0-9]+(?:[._/-][a-z0-9]+)*)"
ROUTES = [
    (NAME + r"/blobs/uploads/", "uploads"),
    (NAME + r"/blobs/uploads/(?P<reference>[0-9a-f]{32})", "upload"),
    (NAME + r"/blobs/(?P<reference>sha256:[0-9a-f]{64})", "blob"),
    (NAME + r"/manifests/(?P<reference>[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127})", "manifest"),
]
