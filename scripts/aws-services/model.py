"""The part of a service model that is reachable from the listed operations."""

import gzip
import json
from pathlib import Path

# botocore speaks CBOR to these services; the JSON protocol is in their models as well and is one that exists here anyway.
PREFERRED = ["ec2", "json", "rest-json", "rest-xml", "query"]

# Route 53 gives ids as "/hostedzone/Z123" and takes "Z123".
BARE_IDS = {"route53": {"ResourceId", "ChangeId"}}


def data_folder():
    import botocore

    return Path(botocore.__file__).parent / "data"


def load(path):
    packed = path.with_name(path.name + ".gz")
    if packed.exists():
        return json.loads(gzip.decompress(packed.read_bytes()))
    return json.loads(path.read_bytes()) if path.exists() else {}


def listed_services(path):
    """(namespace, folder, [operation]) for each section of the list."""
    sections = []
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            namespace, folder = line[1:].split("]")
            sections.append((namespace, folder.strip(), []))
        elif line:
            sections[-1][2].append(line)
    return sections


class Service:
    def __init__(self, namespace, folder, operations):
        self.namespace = namespace
        self.folder = folder
        version = sorted(p.name for p in (data_folder() / folder).iterdir())[-1]
        model = load(data_folder() / folder / version / "service-2.json")
        self.metadata = model["metadata"]
        self.protocol = next(p for p in PREFERRED if p in self.metadata.get("protocols", [self.metadata["protocol"]]))
        self.all_shapes = model["shapes"]
        missing = [name for name in operations if name not in model["operations"]]
        if missing:
            raise SystemExit(f"{folder} has no operation {', '.join(missing)}")
        self.operations = {name: model["operations"][name] for name in sorted(set(operations))}
        paginators = load(data_folder() / folder / version / "paginators-1.json").get("pagination", {})
        self.paginators = {name: paginators[name] for name in self.operations if name in paginators}
        self.inputs = self._reachable("input")
        self.outputs = self._reachable("output")
        # In the order in which a reader meets them, so that a new operation adds lines and moves none.
        self.shapes = {name: self.all_shapes[name] for name in sorted(self.inputs | self.outputs)}

    def _reachable(self, side):
        found = set()
        waiting = [op[side]["shape"] for op in self.operations.values() if side in op]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [reference["shape"] for reference in self.references(name)]
        return found

    def members(self, name):
        """A document is any JSON at all; no listed operation needs one, and it has no place in a typed answer."""
        members = self.all_shapes[name].get("members", {})
        return {k: m for k, m in members.items() if not self.all_shapes[m["shape"]].get("document")}

    def references(self, name):
        shape = self.all_shapes[name]
        parts = [shape[key] for key in ("member", "key", "value") if isinstance(shape.get(key), dict)]
        return list(self.members(name).values()) + parts

    def wire_names(self, name, member):
        """What a member is called in a request and in an answer."""
        shape = self.all_shapes[member["shape"]]
        plain = member.get("locationName", name)
        sent = plain
        if self.protocol == "ec2":
            capitalised = member["locationName"][0].upper() + member["locationName"][1:] if "locationName" in member else name
            sent = member.get("queryName", capitalised)
        received = plain
        if shape["type"] == "list" and self.is_flat(member):
            received = shape["member"].get("locationName", plain)
            if self.protocol == "query":
                sent = received
        return sent, received

    def is_flat(self, member):
        return bool(member.get("flattened") or self.all_shapes[member["shape"]].get("flattened"))

    def has_bare_id(self, member):
        return member["shape"] in BARE_IDS.get(self.folder, ())
