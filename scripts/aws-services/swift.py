"""Swift source for a service: a namespace, a struct for each structure, a struct of constants for each enum."""

import re

from schema import schema_lines

KEYWORDS = {
    "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout", "internal",
    "let", "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static", "struct",
    "subscript", "typealias", "var", "break", "case", "catch", "continue", "default", "defer", "do", "else",
    "fallthrough", "for", "guard", "if", "in", "repeat", "return", "throw", "switch", "where", "while", "as", "false",
    "is", "nil", "self", "super", "throws", "true", "try", "Self", "Any", "Type", "Protocol",
}
TAKEN_TYPES = {"Type", "Protocol", "Self", "Any", "String", "Int", "Double", "Bool", "Array", "Dictionary", "Error"}
SCALARS = {"integer": "Int", "long": "Int", "double": "Double", "float": "Double", "boolean": "Bool",
           "blob": "Blob", "timestamp": "Moment"}
STRUCTS_IN_A_FILE = 40


def lower_first_word(text):
    """DBCluster → dbCluster, VpcId → vpcId, IPv6 → ipv6, EC2Group → ec2Group, ARN → arn."""
    if re.match(r"IPv\d", text):
        return "ipv" + text[3:]
    match = re.match(r"[A-Z0-9]+(?=[A-Z][a-z])|[A-Z0-9]+s?$|[A-Z]", text)
    return match.group(0).lower() + text[match.end():] if match else text


def escaped(name):
    return f"`{name}`" if name in KEYWORDS else name


def property_name(name):
    return escaped(lower_first_word(re.sub(r"[^A-Za-z0-9_]", "", name)))


def type_name(name):
    name = name[0].upper() + name[1:]
    return name + "Shape" if name in TAKEN_TYPES else name


def constant_name(value):
    words = [w for w in re.split(r"[^A-Za-z0-9]+", value) if w]
    if not words:
        return "none" if not value else "other"
    words = [w.lower() if w.isupper() or w[1:].isupper() else w for w in words]
    name = lower_first_word(words[0]) + "".join(("_" if w[0].isdigit() else "") + w[0].upper() + w[1:] for w in words[1:])
    return escaped("_" + name if name[0].isdigit() else name)


class Writer:
    def __init__(self, service):
        self.service = service

    def swift_type(self, name):
        shape = self.service.all_shapes[name]
        kind = shape["type"]
        if kind in SCALARS:
            return SCALARS[kind]
        if kind == "list":
            return f"[{self.swift_type(shape['member']['shape'])}]"
        if kind == "map":
            return f"[String: {self.swift_type(shape['value']['shape'])}]"
        if kind == "structure" or "enum" in shape:
            return type_name(name)
        # ECS has a shape of that name.
        secret = "AWSWire.Secret" if "Secret" in self.service.all_shapes else "Secret"
        return secret if shape.get("sensitive") else "String"

    def structure(self, swift_name, name, is_sent, conformance="WireShape", extra=()):
        """Lists in what is only received are empty when absent: in an answer both mean the same."""
        shape = self.service.all_shapes[name] if name else {}
        members = list(self.service.members(name).items()) if name else []
        lines = [f"    package struct {swift_name}: {conformance} {{"]
        lines += [f"        {line}" for line in extra]
        lines += ["        package var slots: Slots", "        package init(slots: Slots) { self.slots = slots }"]
        for index, (member, reference) in enumerate(members):
            kind = self.service.all_shapes[reference["shape"]]["type"]
            swift_type = self.swift_type(reference["shape"])
            absent_is_empty = not is_sent and kind in ("list", "map")
            label, mark = ("each: ", "") if absent_is_empty else ("", "?")
            accessors = f"{{ get {{ slots[{label}{index}] }} set {{ slots[{label}{index}] = newValue }} }}"
            lines.append(f"        package var {property_name(member)}: {swift_type}{mark} {accessors}")
        if is_sent and members:
            lines += self.initializer(members, shape.get("required", []))
        return lines + ["    }"]

    def initializer(self, members, required):
        lines = ["        package init("]
        last = len(members) - 1
        # The required ones first: they have no default.
        ordered = sorted(range(len(members)), key=lambda i: members[i][0] not in required)
        for place, index in enumerate(ordered):
            member, reference = members[index]
            default = "" if member in required else "? = nil"
            comma = "" if place == last else ","
            lines.append(f"            {property_name(member)}: {self.swift_type(reference['shape'])}{default}{comma}")
        lines += ["        ) {", "            slots = Slots()"]
        for index, (member, _) in enumerate(members):
            lines.append(f"            slots[{index}] = {property_name(member)}")
        return lines + ["        }"]

    def enumeration(self, name, values):
        lines = [f"    package struct {type_name(name)}: WireEnum {{", "        package let rawValue: String",
                 "        package init(rawValue: String) { self.rawValue = rawValue }"]
        names = set()
        for value in values:
            constant = constant_name(value)
            if constant in names:
                continue
            names.add(constant)
            lines.append(f'        package static var {constant}: Self {{ Self(rawValue: "{value}") }}')
        return lines + ["    }"]

    def operation(self, name, operation):
        taken = operation.get("input", {}).get("shape")
        given = operation.get("output", {}).get("shape")
        response = f"{name}Response" if given else "NoContent"
        extra = [f"package typealias Response = {response}",
                 f'package static let operation = OperationName(service: {self.service.namespace}.service, name: "{name}")']
        lines = self.structure(f"{name}Request", taken, True, "WireRequest", extra)
        if given:
            lines += self.structure(f"{name}Response", given, False)
        return lines

    def nested_names(self):
        """Structures that appear inside others; the tops are written under their operation's name."""
        inside = {r["shape"] for name in self.service.shapes for r in self.service.references(name)}
        return [n for n in self.service.shapes if self.service.all_shapes[n]["type"] == "structure" and n in inside]

    def files(self):
        service = self.service
        blocks = [self.operation(name, op) for name, op in service.operations.items()]
        parts = chunks(blocks, STRUCTS_IN_A_FILE // 2, f"{service.namespace}+Operations")
        shapes = [self.structure(type_name(n), n, n in service.inputs) for n in self.nested_names()]
        parts.update(chunks(shapes, STRUCTS_IN_A_FILE, f"{service.namespace}+Shapes"))
        enums = [self.enumeration(n, s["enum"]) for n, s in service.shapes.items() if "enum" in s]
        parts.update(chunks(enums, 2 * STRUCTS_IN_A_FILE, f"{service.namespace}+Values"))
        files = {name: self.wrapped(blocks, "package " if "+Values" not in name else "") for name, blocks in parts.items()}
        files[service.namespace] = self.namespace()
        files[f"{service.namespace}+Schema"] = self.schema()
        return files

    def wrapped(self, blocks, access):
        lines = [HEADER, f"{access}import AWSWire", "", f"extension {self.service.namespace} {{"]
        for index, block in enumerate(blocks):
            lines += ([""] if index else []) + block
        return "\n".join(lines + ["}", ""])

    def namespace(self):
        service, metadata = self.service, self.service.metadata
        rows = [("name", quoted(service.namespace)), ("wireProtocol", {"ec2": ".ec2", "query": ".query", "json": ".json",
                "rest-json": ".restJSON", "rest-xml": ".restXML"}[service.protocol]),
                ("apiVersion", quoted(metadata["apiVersion"])), ("endpointPrefix", quoted(metadata["endpointPrefix"])),
                ("signingName", quoted(metadata.get("signingName", metadata["endpointPrefix"]))),
                ("serviceId", quoted(metadata["serviceId"]))]
        if service.protocol == "json":
            rows.append(("target", quoted(metadata["targetPrefix"])))
            rows.append(("jsonVersion", quoted(metadata["jsonVersion"])))
            if "awsQueryCompatible" in metadata:
                rows.append(("isQueryCompatible", "true"))
        rows.append(("schema", "schemaText"))
        body = ",\n".join(f"        {key}: {value}" for key, value in rows)
        return "\n".join([HEADER, "package import AWSWire", "", f"/// Requests, answers and values of {metadata['serviceId']}.",
                          f"package enum {service.namespace} {{",
                          f"    package static let service = ServiceModel(\n{body})", "}", ""])

    def schema(self):
        lines = schema_lines(self.service)
        return "\n".join([HEADER, f"extension {self.service.namespace} {{", '    static let schemaText = ##"""'] +
                         ["        " + line for line in lines] + ['        """##', "}", ""])


def quoted(text):
    return f'"{text}"'


def chunks(blocks, size, name):
    groups = [blocks[i:i + size] for i in range(0, len(blocks), size)]
    return {name if len(groups) == 1 else f"{name}{n}": group for n, group in enumerate(groups, 1)}


HEADER = """// Generated by `make generate` from the public service models; names and shapes only. Do not edit.
// swift-format-ignore-file"""
