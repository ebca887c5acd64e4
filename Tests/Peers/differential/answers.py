"""Writes an answer of a model as a service would send it. botocore reads it as well, so what it means is never decided here."""

import base64
import email.utils
import json
from xml.sax.saxutils import escape

UNKNOWN = "somethingNewOfTomorrow"


def stamp(moment, form):
    if form == "iso8601":
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "rfc822":
        return email.utils.format_datetime(moment.replace(tzinfo=None)).replace("-0000", "GMT")
    return int(moment.timestamp())


def plain(shape, value, form):
    """A value without parts as text."""
    kind = shape.type_name
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "timestamp":
        return str(stamp(value, shape.serialization.get("timestampFormat", form)))
    if kind == "blob":
        return base64.b64encode(value).decode()
    return str(value)


class Answers:
    def __init__(self, random, model):
        self.random = random
        self.model = model
        self.protocol = model.metadata["protocol"]

    def write(self, operation, value):
        """Status, headers, body."""
        shape = operation.output_shape
        if self.protocol == "json":
            return 200, {"content-type": "application/x-amz-json-1.1"}, json.dumps(self.json(shape, value) if shape else {}).encode()
        if self.protocol in ("query", "ec2"):
            return 200, {"content-type": "text/xml"}, self.query(operation, shape, value).encode()
        return self.rest(shape, value)

    def query(self, operation, shape, value):
        inner = self.members(shape, value) if shape else ""
        if self.protocol == "ec2":
            inner = "<requestId>r-1</requestId>" + inner
        elif wrapper := shape and shape.serialization.get("resultWrapper"):
            inner = f"<{wrapper}>{inner}</{wrapper}><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<{operation.name}Response xmlns="http://x/">{inner}</{operation.name}Response>'

    def rest(self, shape, value):
        headers = {"content-type": "application/xml" if self.protocol == "rest-xml" else "application/json"}
        status, body, inside = 200, b"", {}
        if shape is None:
            return 200, headers, b""
        payload = shape.serialization.get("payload")
        for name, item in value.items():
            member = shape.members[name]
            place = member.serialization.get("location")
            word = member.serialization.get("name", name)
            if place == "header":
                headers[word.lower()] = self.header(member, item)
            elif place == "headers":
                headers.update({f"{word.lower()}{key.lower()}": text for key, text in item.items()})
            elif place == "statusCode":
                status = 200
            elif name == payload:
                body = self.payload(member, item)
            else:
                inside[name] = item
        if not payload and any("location" not in m.serialization for m in shape.members.values()):
            root = shape.serialization.get("name", shape.name)
            body = f"<{root}>{self.members(shape, inside)}</{root}>".encode() if self.protocol == "rest-xml" else json.dumps(self.json(shape, inside)).encode()
        return status, headers, body

    def header(self, shape, value):
        if shape.type_name == "list":
            return ",".join(plain(shape.member, item, "rfc822") for item in value)
        return plain(shape, value, "rfc822")

    def payload(self, shape, value):
        if shape.type_name == "blob":
            return value
        if shape.type_name == "string":
            return value.encode()
        if self.protocol == "rest-xml":
            return self.element(shape, value, shape.serialization.get("name", shape.name)).encode()
        return json.dumps(self.json(shape, value)).encode()

    # XML

    def members(self, shape, value):
        parts = [self.element(shape.members[name], item, self.name(shape.members[name], name)) for name, item in value.items() if not shape.members[name].serialization.get("xmlAttribute")]
        if self.random.random() < 0.2 and not shape.is_tagged_union:
            parts.append(f"<{UNKNOWN}><a>1</a></{UNKNOWN}>")
        if self.random.random() < 0.2:
            self.random.shuffle(parts)
        return self.random.choice(["", "\n  ", "<!-- -->"]).join(parts)

    def name(self, shape, standard):
        """Of a list that is flat, its items' name counts when there is one."""
        if shape.type_name == "list" and shape.serialization.get("flattened"):
            return shape.serialization.get("name") or shape.member.serialization.get("name") or standard
        return shape.serialization.get("name", standard)

    def element(self, shape, value, name):
        kind = shape.type_name
        if kind == "structure":
            attributes = ""
            for word, item in value.items():
                member = shape.members[word]
                if member.serialization.get("xmlAttribute"):
                    attributes += f' xmlns:xsi="http://x/xsi" {member.serialization["name"]}="{escape(str(item), {chr(34): "&quot;"})}"'
            return f"<{name}{attributes}>{self.members(shape, value)}</{name}>"
        if kind == "list":
            if shape.serialization.get("flattened"):
                return "".join(self.element(shape.member, item, name) for item in value)
            word = shape.member.serialization.get("name", "item" if self.protocol == "ec2" else "member")
            inner = "".join(self.element(shape.member, item, word) for item in value)
            return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"
        if kind == "map":
            key, item = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
            flat = shape.serialization.get("flattened")
            word = name if flat else "entry"
            inner = "".join(f"<{word}>{self.element(shape.key, k, key)}{self.element(shape.value, v, item)}</{word}>" for k, v in value.items())
            return inner if flat else f"<{name}>{inner}</{name}>"
        text = escape(plain(shape, value, "iso8601"))
        return f"<{name}>{text}</{name}>" if text else f"<{name}/>"

    # JSON

    def json(self, shape, value):
        kind = shape.type_name
        if kind == "structure":
            found = {shape.members[name].serialization.get("name", name): self.json(shape.members[name], item) for name, item in value.items()}
            if shape.is_tagged_union:
                return found
            if self.random.random() < 0.2:
                found[UNKNOWN] = self.random.choice([None, [1, {"a": None}], "x", 1.5])
            if self.random.random() < 0.1 and (missing := [n for n in shape.members if n not in value and "location" not in shape.members[n].serialization]):
                name = self.random.choice(missing)
                found[shape.members[name].serialization.get("name", name)] = None
            return found
        if kind == "list":
            return [self.json(shape.member, item) for item in value]
        if kind == "map":
            return {key: self.json(shape.value, item) for key, item in value.items()}
        if kind == "timestamp":
            return stamp(value, shape.serialization.get("timestampFormat", "unixTimestamp"))
        return plain(shape, value, "") if kind == "blob" else value

    # Errors

    def error(self):
        """Status, headers, body of a refusal."""
        code = self.random.choice(["Throttling", "AccessDenied", "InvalidVpcID.NotFound", "ValidationError", "Odd_1"])
        message = self.random.choice(["", "no", "a & b <c> \u4e16", "User: arn:aws:iam::1:user/x is not authorized"])
        status = self.random.choice([400, 403, 404, 409, 429, 500, 503])
        if self.protocol in ("json", "rest-json"):
            kind = self.random.choice([code, f"com.amazonaws.x#{code}", f"x#{code}:http://internal/"])
            body = {self.random.choice(["message", "Message"]): message}
            headers = {"x-amzn-requestid": "r-1"}
            if self.protocol == "rest-json" or self.random.random() < 0.3:
                headers["x-amzn-errortype"] = kind
            if self.protocol == "json" or self.random.random() < 0.5:
                body["__type"] = kind
            return status, headers, json.dumps(body).encode()
        inner = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        if self.protocol == "ec2":
            body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>r-1</RequestID></Response>"
        elif self.model.service_name == "s3":
            body = f"<Error>{inner}<RequestId>r-1</RequestId></Error>"
        else:
            body = f'<ErrorResponse xmlns="http://x/"><Error><Type>Sender</Type>{inner}</Error><RequestId>r-1</RequestId></ErrorResponse>'
        headers = {"content-type": "text/xml"} | ({"x-amz-request-id": "r-1"} if self.model.service_name == "s3" else {})
        return status, headers, f'<?xml version="1.0"?>\n{body}'.encode()
