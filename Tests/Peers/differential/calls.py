"""botocore's own calls with random input: how it sends them, and how it reads random answers.

A question comes in as one line of JSON: `{"client": "ec2", "operations": […], "seed": 1, "cases": 200, "errors": 5, "broken": 20}`. Each case goes
out as one line; an empty line ends the answer. Nothing is sent: the request is taken where botocore would hand it to the network.
"""

import base64
import datetime
import json
import random
import sys
from pathlib import Path
from unittest import mock
from urllib.parse import urlencode, urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.exceptions
import botocore.session
import botocore.validate
from botocore.config import Config

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from differential.answers import Answers  # noqa: E402
from differential.values import Impossible, Values  # noqa: E402

NOW = datetime.datetime(2026, 11, 24, 18, 5, 0)
# Mostly one, and each partition.
REGIONS = ["eu-west-1"] * 6 + ["us-east-1"] * 2 + ["cn-north-1", "us-gov-west-1"]
# Of botocore's own bookkeeping and of the way: not part of what is compared.
LEFT_OUT = {"user-agent", "x-amz-user-agent", "content-length", "expect", "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request"}
PREFERRED = ["ec2", "json", "query", "rest-json", "rest-xml"]


def encode(value):
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    return value


class Body:
    """What botocore's HTTP layer would give."""

    def __init__(self, body):
        self.body = body

    def stream(self, **_):
        yield self.body

    def read(self, *_):
        return self.body


class Peer:
    def __init__(self, client):
        self.name = client
        self.session = botocore.session.Session()
        self.clients = {}
        self.request = None
        self.reply = None
        self.speak_as_we_do()

    def speak_as_we_do(self):
        """botocore speaks CBOR to some services; their models have another protocol as well, which is the one that is generated."""
        loader = self.session.get_component("data_loader")
        load = loader.load_service_model

        def loaded(service, kind, *more, **words):
            model = load(service, kind, *more, **words)
            if kind == "service-2" and service == self.name:
                metadata = model["metadata"]
                metadata["protocol"] = next(p for p in PREFERRED if p in metadata.get("protocols", [metadata["protocol"]]))
                metadata["protocols"] = [metadata["protocol"]]
            return model

        loader.load_service_model = loaded

    def client(self, region):
        if region not in self.clients:
            made = self.session.create_client(
                self.name,
                region_name=region,
                aws_access_key_id="AKIDEXAMPLE",
                aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                aws_session_token="a+token/=",
                config=Config(
                    retries={"max_attempts": 0, "mode": "standard"},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                    s3={"payload_signing_enabled": True, "us_east_1_regional_endpoint": "regional"},
                ),
            )
            self.protocol = made.meta.service_model.metadata["protocol"]
            made.meta.events.register_first("before-sign", self.before_sign)
            made.meta.events.register("before-send", self.before_send)
            self.clients[region] = made
        return self.clients[region]

    def before_sign(self, request, **_):
        for name in LEFT_OUT:
            if name in request.headers:
                del request.headers[name]
        # Byte for byte after canonicalisation: a space in a form is %20, JSON is without spaces and escapes that need not be.
        if isinstance(request.data, dict) and request.data:
            request.data = urlencode(request.data, doseq=True).replace("+", "%20")
        if "json" in self.protocol and isinstance(request.data, bytes) and request.data:
            request.data = json.dumps(json.loads(request.data), separators=(",", ":"), ensure_ascii=False).encode()

    def before_send(self, request, **_):
        self.request = request
        status, headers, body = self.reply
        response = botocore.awsrequest.AWSResponse(request.url, status, botocore.awsrequest.HeadersDict(headers), Body(body))
        response._content = body
        return response

    def sent(self):
        request = self.request
        url = urlsplit(request.url)
        headers = {}
        for name, value in request.headers.items():
            if name.lower() not in LEFT_OUT:
                headers[name.lower()] = value.decode() if isinstance(value, bytes) else str(value)
        body = request.body or b""
        if not isinstance(body, (bytes, bytearray, str)):
            body = body.read()
        return {
            "method": request.method,
            "url": f"{url.scheme}://{url.netloc}{url.path}",
            "query": sorted(item if "=" in item else f"{item}=" for item in url.query.split("&")) if url.query else [],
            "headers": headers,
            "body": base64.b64encode(body.encode() if isinstance(body, str) else bytes(body)).decode(),
        }

    def cases(self, operation, question):
        dice = random.Random(f"{question['seed']} {self.name} {operation}")
        client = self.client("eu-west-1")
        model = client.meta.service_model.operation_model(operation)
        values = Values(dice, client.meta.service_model.metadata["protocol"])
        answers = Answers(dice, client.meta.service_model)
        for index in range(question["cases"]):
            yield self.case(model, values, answers, REGIONS[index % len(REGIONS)], index < question["errors"])
        for _ in range(question["broken"] if model.input_shape else 0):
            if broken := self.broken(model, values):
                yield broken

    def input(self, model, values):
        for _ in range(20):
            try:
                return values.valid(model.input_shape) if model.input_shape else {}
            except Impossible as impossible:
                last = impossible
        raise last

    def case(self, model, values, answers, region, fails):
        # For a key that the caller brings, botocore works out more than the model says.
        params = {name: value for name, value in self.input(model, values).items() if not name.startswith("SSECustomer")}
        answer = values.answer(model.output_shape) if model.output_shape else {}
        self.reply = answers.error() if fails else answers.write(model, answer)
        case = {"operation": model.name, "region": region, "params": encode(params)}
        try:
            parsed = self.client(region)._make_api_call(model.name, params)
            parsed.pop("ResponseMetadata", None)
            self.drop_empty_payload(model, parsed)
            # A text in the model, of which botocore makes a time.
            if "ExpiresString" in parsed:
                parsed["Expires"] = parsed.pop("ExpiresString")
            # A stream would be held against a length and a checksum that are as random as all else.
            case["parsed"] = encode({name: self.reply[2] if hasattr(item, "read") else item for name, item in parsed.items()})
        except botocore.exceptions.ClientError as error:
            case["error"] = {**error.response["Error"], "RequestId": error.response["ResponseMetadata"].get("RequestId")}
        status, headers, body = self.reply
        case["answer"] = {"status": status, "headers": headers, "body": base64.b64encode(body).decode()}
        case["request"] = self.sent()
        return case

    def drop_empty_payload(self, model, parsed):
        """An answer without a body has no payload; botocore makes an empty structure of it."""
        payload = model.output_shape and model.output_shape.serialization.get("payload")
        if payload and not self.reply[2] and parsed.get(payload) == {}:
            del parsed[payload]

    def broken(self, model, values):
        params = self.input(model, values)
        if not values.broken(model.input_shape, params):
            return None
        report = botocore.validate.ParamValidator().validate(params, model.input_shape)
        if not report.has_errors():
            return None
        faults = []
        for kind, name, more in report._errors:
            path = name.lstrip(".")
            if kind == "missing required field":
                path = ".".join(part for part in (path, more["required_name"]) if part)
            faults.append(path)
        return {"operation": model.name, "params": encode(params), "faults": faults, "report": report.generate_report()}


peers = {}
with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: NOW):
    for line in sys.stdin:
        question = json.loads(line)
        peer = peers.setdefault(question["client"], Peer(question["client"]))
        for operation in question["operations"]:
            for case in peer.cases(operation, question):
                print(json.dumps(case, ensure_ascii=False, separators=(",", ":")))
        print(flush=True)
