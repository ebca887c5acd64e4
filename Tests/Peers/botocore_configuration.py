"""Botocore's reading of AWS's shared files: which credentials it would ask for, which endpoints, which region.

One JSON object a line comes in, one goes out. Nothing is asked on the network: whatever botocore would call is replaced by something that
writes down how it was called.
"""

import json
import os
import shlex
import sys
import tempfile
from unittest import mock

import botocore.configloader
import botocore.configprovider
import botocore.credentials
import botocore.session
import botocore.tokens
import botocore.utils


class Asked(Exception):
    """Ends a call with what was asked."""


def ini(question):
    with tempfile.NamedTemporaryFile("w", suffix=".ini", newline="") as file:
        file.write(question["text"])
        file.flush()
        try:
            return {"sections": botocore.configloader.raw_config_parse(file.name)}
        except Exception as error:
            return {"error": type(error).__name__}


def words(question):
    try:
        return {"words": shlex.split(question["text"])}
    except ValueError:
        return {"error": "ValueError"}


def keys(credentials):
    frozen = credentials.get_frozen_credentials()
    return f"keys {frozen.access_key} {frozen.secret_key} {frozen.token or '-'}"


def given(session):
    return "-" if session.startswith("botocore-session-") else session


class Client:
    """Stands for STS and for the sign-in's service."""

    class exceptions:
        UnauthorizedException = type("UnauthorizedException", (Exception,), {})

    def __init__(self, source):
        self.source = source

    def assume_role(self, **p):
        session = given(p["RoleSessionName"])
        text = f"role {p['RoleArn']} {session} {p.get('ExternalId', '-')} {p.get('DurationSeconds', '-')}"
        raise Asked(f"{text} < {self.source}")

    def assume_role_with_web_identity(self, **p):
        session = given(p["RoleSessionName"])
        raise Asked(f"web {p['RoleArn']} {session} {p['WebIdentityToken']}")


def source_of(kwargs):
    return f"keys {kwargs.get('aws_access_key_id')} {kwargs.get('aws_secret_access_key')} {kwargs.get('aws_session_token') or '-'}"


def client_creator(session, region):
    def create(service, **kwargs):
        return Client(source_of(kwargs))

    return create


class Process:
    def __init__(self, command, **_):
        raise Asked(f"process {json.dumps(command)}")


def sso(self):
    raise Asked(f"sso {self._account_id} {self._role_name} {self._sso_region} {self._start_url} {self._sso_session_name or '-'}")


def container(self, url, headers=None):
    self._validate_allowed_url(url)
    raise Asked(f"container {url} {(headers or {}).get('Authorization', '-')}")


def instance(self):
    if self._disabled:
        return {}
    raise Asked(f"instance {self._base_url.rstrip('/')} {self._timeout} {self._num_attempts}")


def in_world(question, ask):
    """With the question's files and environment, and nothing of this machine's."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"HOME": folder, "AWS_CONFIG_FILE": f"{folder}/config", "AWS_SHARED_CREDENTIALS_FILE": f"{folder}/credentials"}
        for name in ("config", "credentials"):
            if question.get(name) is not None:
                with open(f"{folder}/{name}", "w") as file:
                    file.write(question[name])
        environment.update(question.get("environment", {}))
        with mock.patch.dict(os.environ, environment, clear=True):
            return ask(botocore.session.Session(profile=question.get("profile")))


class Waiting:
    """Credentials that would be asked for when they are needed."""

    def __init__(self, asked):
        self.asked = asked

    def get_frozen_credentials(self):
        raise self.asked


resolve = botocore.credentials.AssumeRoleProvider._resolve_source_credentials


def patient(self, *arguments):
    try:
        return resolve(self, *arguments)
    except Asked as asked:
        return Waiting(asked)


def credentials(question):
    def ask(session):
        try:
            found = session.get_credentials()
            if found is None:
                return "none"
            return keys(found)
        except Asked as asked:
            return str(asked)
        except Exception as error:
            return f"error {type(error).__name__}"

    with (
        mock.patch.object(botocore.credentials, "_get_client_creator", client_creator),
        mock.patch.object(botocore.credentials.SSOCredentialFetcher, "_get_credentials", sso),
        mock.patch.object(botocore.utils.FileWebIdentityTokenLoader, "__call__", lambda self: self._web_identity_token_path),
        mock.patch.object(botocore.utils.ContainerMetadataFetcher, "retrieve_full_uri", container),
        mock.patch.object(botocore.utils.InstanceMetadataFetcher, "retrieve_iam_role_credentials", instance),
        mock.patch.object(botocore.credentials.ProcessProvider.__init__, "__defaults__", (Process,)),
        mock.patch.object(botocore.credentials.BotoProvider, "load", lambda self: None),
        mock.patch.object(botocore.credentials.AssumeRoleCredentialFetcher, "_create_client", chained),
        mock.patch.object(botocore.credentials.AssumeRoleProvider, "_resolve_source_credentials", patient),
    ):
        return {"answer": in_world(question, ask)}


def chained(self):
    """The source of a role may be a role itself, which is asked first: then its question is the source's text."""
    try:
        source = keys(self._source_credentials)
    except Asked as asked:
        source = str(asked)
    return Client(source)


def endpoints(question):
    def ask(session):
        found = {}
        for client in question["clients"]:
            try:
                ignored = session.get_config_variable("ignore_configured_endpoint_urls")
                chain = botocore.configprovider.ConfiguredEndpointProvider(
                    full_config=session.full_config, scoped_config=session.get_scoped_config(), client_name=client)
                found[client] = None if ignored else chain.provide()
            except Exception as error:
                found[client] = f"error {type(error).__name__}"
        return found

    return {"answer": in_world(question, ask)}


asks = {"ini": ini, "words": words, "credentials": credentials, "endpoints": endpoints}
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(asks[question["ask"]](question)), flush=True)
