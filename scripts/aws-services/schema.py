"""The schema text that AWSWire reads at run time; its grammar is described in Sources/AWS/AWSWire/Schema/SchemaText.swift."""

KINDS = {
    "string": "text", "character": "text", "integer": "integer", "long": "long", "double": "double", "float": "double",
    "boolean": "flag", "blob": "blob", "timestamp": "time", "structure": "structure", "list": "list", "map": "map",
}


#: Where a model is narrower than its service: what AWS itself hands out would be refused before it is sent. Service, shape, and the
#: limits that do not hold. The ARN of a master secret that RDS manages has 108 characters, and the Data API takes it.
TOO_NARROW = {("rds-data", "Arn"): ["max"]}


def limits(shape, service, name):
    shape = {key: value for key, value in shape.items() if key not in TOO_NARROW.get((service, name), ())}
    if "min" not in shape and "max" not in shape:
        return []
    return [f"{plain(shape.get('min', ''))}..{plain(shape.get('max', ''))}"]


def plain(number):
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def namespace_of(thing):
    found = thing.get("xmlNamespace")
    if not found:
        return []
    return [f"ns={found['uri'] if isinstance(found, dict) else found}"]


def operation_line(service, name, operation):
    http = operation["http"]
    taken = operation.get("input", {})
    words = ["operation", name, http["method"], http["requestUri"], taken.get("shape", "-"),
             operation.get("output", {}).get("shape", "-")]
    if "resultWrapper" in operation.get("output", {}):
        words.append("wrapper=" + operation["output"]["resultWrapper"])
    if "locationName" in taken:
        words.append("root=" + taken["locationName"])
    words += namespace_of(taken)
    if operation.get("httpChecksum", {}).get("requestChecksumRequired"):
        words.append("checksum")
    if "none" in (operation.get("authtype"), *operation.get("auth", [])) or "smithy.api#noAuth" in operation.get("auth", []):
        words.append("unsigned")
    page = service.paginators.get(name)
    if page:
        words += [f"page-in={tokens(page['input_token'])}", f"page-out={tokens(page['output_token'])}"]
        if "more_results" in page:
            words.append("page-more=" + page["more_results"])
    return " ".join(words)


def tokens(value):
    return ",".join(part.replace(" ", "") for part in (value if isinstance(value, list) else [value]))


def member_line(service, name, member, shape):
    sent, received = service.wire_names(name, member)
    words = ["." + name, member["shape"]]
    if sent != name:
        words.append("in=" + sent)
    if received != name:
        words.append("out=" + received)
    location = member.get("location")
    if location:
        words.append({"uri": "uri", "querystring": "query", "header": "header", "headers": "headers",
                      "statusCode": "status"}[location])
    for word, holds in [("required", name in shape.get("required", [])), ("flat", service.is_flat(member)),
                        ("token", member.get("idempotencyToken")), ("attribute", member.get("xmlAttribute")),
                        ("bare-id", service.has_bare_id(member))]:
        if holds:
            words.append(word)
    if "timestampFormat" in member:
        words.append("time=" + member["timestampFormat"])
    return " ".join(words + namespace_of(member))


def shape_lines(service, name, shape):
    kind = KINDS[shape["type"]]
    words = [kind, name]
    if kind == "structure":
        if "payload" in shape:
            words.append("payload=" + shape["payload"])
        words += ["union"] if shape.get("union") else []
        lines = [" ".join(words + namespace_of(shape))]
        return lines + [member_line(service, n, m, shape) for n, m in service.members(name).items()]
    if kind == "list":
        words += [shape["member"]["shape"], "item=" + shape["member"].get("locationName", "member")]
        words += namespace_of(shape)
    if kind == "map":
        words += [shape["key"]["shape"], shape["value"]["shape"], "key=" + shape["key"].get("locationName", "key"),
                  "value=" + shape["value"].get("locationName", "value")]
    words += limits(shape, service.folder, name)
    if shape.get("sensitive"):
        words.append("secret")
    if "timestampFormat" in shape:
        words.append("time=" + shape["timestampFormat"])
    # What is only received is not checked.
    if name in service.inputs:
        if "enum" in shape:
            words.append("enum=" + "|".join(v.replace(" ", "%20") for v in shape["enum"]))
        if "pattern" in shape and "\n" not in shape["pattern"]:
            words.append("pattern=" + shape["pattern"])
    return [" ".join(words)]


def schema_lines(service):
    lines = [operation_line(service, name, op) for name, op in service.operations.items()]
    for name, shape in service.shapes.items():
        lines += shape_lines(service, name, shape)
    return lines
