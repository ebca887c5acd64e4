"""A WSGI layer around moto that sees calls as AWS's own models describe them: service, operation, parameters, answer.

The other modules register what they add:

    @instead("cloudfront", "CreateVpcOrigin")   answers in place of moto
    @before("ec2", "DeleteSubnet")              may refuse, before moto sees the call
    @after("rds", "DescribeDBClusters")         changes moto's answer

One call at a time: moto's models are not made for threads, and a call costs milliseconds.
"""

import copy
import importlib
import io
import re
import sys
import threading
from urllib.parse import parse_qs

import botocore.parsers
from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

#: Where the name in a signature is not the name of the model.
MODEL_OF_SIGNATURE = {
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
}
ACCOUNT = "123456789012"
#: What an `instead` hook gives back when the call is moto's after all.
PASS = object()

_instead, _before, _after = {}, {}, {}


def _register(table, service, operations):
    def keep(function):
        for operation in operations:
            table.setdefault((service, operation), []).append(function)
        return function

    return keep


def instead(service, *operations):
    return _register(_instead, service, operations)


def before(service, *operations):
    return _register(_before, service, operations)


def after(service, *operations):
    return _register(_after, service, operations)


class Refusal(ServiceException):
    """An answer other than success, with the code of AWS's model."""

    def __init__(self, code, message, status=None):
        super().__init__(code, message)
        self.status = status


def backend(service, region="us-east-1"):
    """moto's own state of a service. Global services live in the partition."""
    backends = get_backend(service)[ACCOUNT]
    return backends["aws"] if service in ("iam", "cloudfront", "route53", "s3") else backends[region]


class Call:
    """One request, as its model describes it. `params` is None until somebody asks for it."""

    def __init__(self, environ, body, service, region):
        self.environ, self.body, self.service, self.region = environ, body, service, region
        self.model = get_service_model(service)
        self.request = Request({**environ, "wsgi.input": io.BytesIO(body)})
        self.path_values = {}
        self.operation = self._operation()
        self._params = None

    def _operation(self):
        target = self.environ.get("HTTP_X_AMZ_TARGET")
        if target:
            return target.split(".")[-1]
        if self.model.metadata["protocol"] in ("query", "ec2") or self.environ.get("CONTENT_TYPE", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            action = parse_qs(self.body.decode("utf-8", "replace")).get("Action") or parse_qs(
                self.environ.get("QUERY_STRING", "")
            ).get("Action")
            return action[0] if action else ""
        try:
            operation, self.path_values = get_service_router(self.service).match(self.request)
        except Exception:  # noqa: BLE001 - an unknown path is moto's to answer
            return self._tagging()
        query = parse_qs(self.environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if operation.name == "CreateDistribution" and "WithTags" in query:
            return "CreateDistributionWithTags"
        return operation.name

    def _tagging(self):
        operation = parse_qs(self.environ.get("QUERY_STRING", "")).get("Operation", [""])[0]
        return {"Tag": "TagResource", "Untag": "UntagResource"}.get(operation, "")

    @property
    def protocol(self):
        return determine_request_protocol(self.model, self.request.content_type)

    @property
    def params(self):
        if self._params is None:
            parser = PROTOCOL_PARSERS[self.protocol](self.model.operation_model(self.operation), map_type=dict)
            values = self.request.values
            self._params = parser.parse(
                {
                    "method": self.request.method,
                    "values": values,
                    "headers": self.request.headers,
                    "body": self.body,
                    "url_path": self.request.path,
                    "url_params": self.path_values,
                }
            )
        return self._params

    def parse(self, status, headers, body):
        """An answer of moto's, as boto3 would give it to its caller."""
        operation = self.model.operation_model(self.operation)
        parser = botocore.parsers.create_parser(self.protocol)
        found = parser.parse(
            {"body": body, "headers": {k.lower(): v for k, v in headers}, "status_code": status},
            operation.output_shape,
        )
        found.pop("ResponseMetadata", None)
        return found

    def write(self, answer):
        """The bytes of an answer: a dict as boto3 would show it, or a `Refusal`."""
        serializer = get_serializer_class(self.service, self.protocol)(
            operation_model=self.model.operation_model(self.operation)
        )
        written = serializer.serialize(answer)
        status = written["status_code"]
        if isinstance(answer, Refusal) and answer.status:
            status = answer.status
        body = written["body"]
        body = body if isinstance(body, bytes) else body.encode()
        return status, list(written["headers"].items()), body


MODULES = ("network", "data", "restores", "application", "edge", "operations", "registry", "jobs", "machines", "insights")


def keeps_state(value):
    return isinstance(value, dict) or type(value).__module__.startswith("world.")


def restore(state, empty):
    """In place: hooks hold on to what is inside."""
    for key in list(state):
        if isinstance(state[key], dict) and isinstance(empty.get(key), dict):
            restore(state[key], empty[key])
        elif key not in empty:
            del state[key]
    for key in empty:
        if not isinstance(state.get(key), dict):
            state[key] = copy.deepcopy(empty[key])


class World:
    def __init__(self, moto):
        self.moto = moto
        self.lock = threading.Lock()
        self.empty = []
        for module in [importlib.import_module(f"world.{name}") for name in MODULES] + [sys.modules["world.clock"]]:
            for name, value in vars(module).items():
                if keeps_state(value) and not name.startswith("__") and not name.isupper():
                    self.empty.append((value, copy.deepcopy(value if isinstance(value, dict) else vars(value))))

    def forget(self):
        """What these modules keep goes back to what it was at the start; moto does the same with its own."""
        for value, empty in self.empty:
            restore(value if isinstance(value, dict) else vars(value), empty)

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        with self.lock:
            if environ["PATH_INFO"] == "/moto-api/reset":
                self.forget()
            if environ["PATH_INFO"] == "/moto-api/databases":
                port, folder = body.decode().split(" ", 1)
                sys.modules["world.data"].serve_from(int(port), folder)
                status, headers, answer = 200, [], b""
            elif environ["PATH_INFO"] == "/moto-api/shift":
                sys.modules["world.restores"].shift(int(body))
                status, headers, answer = 200, [], b""
            elif environ["PATH_INFO"] == "/moto-api/logins":
                status, headers, answer = 200, [], sys.modules["world.data"].logins(body.decode())
            else:
                status, headers, answer = self.answer(environ, body)
        headers = [(name, str(value)) for name, value in headers if name.lower() not in ("content-length", "connection")]
        headers.append(("Content-Length", str(len(answer))))
        start_response(f"{status} {'OK' if status < 400 else 'Error'}", headers)
        return [answer] if environ["REQUEST_METHOD"] != "HEAD" else []

    def answer(self, environ, body):
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        call = None
        if scope:
            service = MODEL_OF_SIGNATURE.get(scope[2], scope[2])
            call = Call(environ, body, service, scope[1])
        key = (call.service, call.operation) if call else None
        try:
            for hook in _before.get(key, ()):
                hook(call)
            for hook in _instead.get(key, ()):
                found = hook(call)
                if found is not PASS:
                    return call.write(found)
            status, headers, answer = self.ask(environ, body)
            if key in _after:
                return self.changed(call, status, headers, answer)
            return status, headers, answer
        except Refusal as refusal:
            return call.write(refusal)

    def changed(self, call, status, headers, answer):
        """Hooks get moto's answer, or, when moto refused, the refusal's code under "Error"."""
        found = call.parse(status, headers, answer)
        for hook in _after[call.service, call.operation]:
            hook(call, found)
        if status >= 400 and "Error" in found:
            return status, headers, answer
        return call.write(found)

    def ask(self, environ, body):
        caught = {}

        def start(status, headers, error=None):
            caught["status"], caught["headers"] = int(status.split()[0]), headers

        parts = self.moto({**environ, "wsgi.input": io.BytesIO(body)}, start)
        try:
            answer = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return caught["status"], caught["headers"], answer
