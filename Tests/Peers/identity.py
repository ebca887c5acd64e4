"""Stands for everything that gives credentials: an instance's metadata service, a container's host, STS, and the sign-in's two services.

Prints its port and serves until its standard input ends. What it was asked is at /log.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

asked = []
counts = {}


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def document(key, life, **more):
    return json.dumps({"Code": "Success", "AccessKeyId": key, "SecretAccessKey": "secret", "Token": "token", "Expiration": stamp(life), **more})


def sts(operation, key):
    return f"""<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{operation}Result><Credentials>
<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>{stamp(3600)}</Expiration></Credentials></{operation}Result></{operation}Response>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body="", kind="application/json"):
        data = body.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def take(self):
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.place = urlsplit(self.path)
        counts[self.place.path] = counts.get(self.place.path, 0) + 1
        if self.place.path != "/log":
            asked.append(f"{self.command} {self.path}")

    # An instance below /imds; its moods have a folder of their own.

    def do_PUT(self):
        self.take()
        if self.path == "/imds-old/latest/api/token":
            return self.answer(404)
        if self.path == "/imds-slow/latest/api/token":
            time.sleep(3)
        if self.headers.get("x-aws-ec2-metadata-token-ttl-seconds") != "21600":
            return self.answer(400)
        self.answer(200, "TOKEN", "text/plain")

    def instance(self):
        mood, _, rest = self.place.path[1:].partition("/")
        if self.headers.get("x-aws-ec2-metadata-token") != "TOKEN":
            return self.answer(401)
        if mood == "imds-bare":
            return self.answer(404)
        if rest.endswith("security-credentials/"):
            return self.answer(200, "the role", "text/plain")
        if not rest.endswith("security-credentials/the%20role"):
            return self.answer(404)
        if mood == "imds-refused":
            return self.answer(200, json.dumps({"Code": "AssumeRoleUnauthorizedAccess", "Message": "no trust"}))
        self.answer(200, document("ASIAINSTANCE", -60 if mood == "imds-stale" else 3600))

    def do_GET(self):
        self.take()
        path = self.place.path
        if path == "/log":
            return self.answer(200, json.dumps(asked))
        if path.startswith("/imds"):
            return self.instance()
        if path == "/container":
            return self.answer(200, document(f"ASIACONTAINER{self.headers.get('authorization', '')}", 3600))
        if path == "/container-flaky":
            return self.answer(*((200, document("ASIAFLAKY", 3600)) if counts[path] == 3 else (500, "not yet")))
        if path == "/container-odd":
            return self.answer(200, "<html>")
        if path == "/federation/credentials":
            return self.federation(parse_qs(self.place.query))
        self.answer(404)

    def federation(self, query):
        if self.headers.get("x-amz-sso_bearer_token") not in ("good", "renewed"):
            return self.answer(401, json.dumps({"message": "Session token not found or invalid"}))
        key = f"ASIASSO-{query['account_id'][0]}-{query['role_name'][0]}"
        end = int((time.time() + 3600) * 1000)
        self.answer(200, json.dumps({"roleCredentials": {"accessKeyId": key, "secretAccessKey": "secret", "sessionToken": "token", "expiration": end}}))

    def do_POST(self):
        self.take()
        if self.place.path == "/token":
            question = json.loads(self.body)
            if question["refreshToken"] != "refresh" or question["grantType"] != "refresh_token":
                return self.answer(400, json.dumps({"error": "invalid_grant", "error_description": "Invalid refresh token"}))
            return self.answer(200, json.dumps({"accessToken": "renewed", "expiresIn": 28800, "refreshToken": "next", "tokenType": "Bearer"}))
        form = {name: values[0] for name, values in parse_qs(self.body).items()}
        asked.append(" ".join(f"{name}={form[name]}" for name in sorted(form) if name not in ("Version",)))
        operation = form["Action"]
        if operation == "AssumeRole":
            signer = self.headers["authorization"].partition("Credential=")[2].partition("/")[0]
            if form["RoleArn"].endswith("/closed"):
                return self.answer(
                    403,
                    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not for you</Message></Error>"
                    "<RequestId>r-1</RequestId></ErrorResponse>",
                    "text/xml",
                )
            return self.answer(200, sts(operation, f"ASIAROLE-{form['RoleArn'].rpartition('/')[2]}-{signer}"), "text/xml")
        if operation == "AssumeRoleWithWebIdentity" and "authorization" not in self.headers:
            return self.answer(200, sts(operation, f"ASIAWEB-{form['WebIdentityToken']}"), "text/xml")
        self.answer(400)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
