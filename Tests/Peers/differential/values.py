"""Random values of botocore's models: valid ones that keep every rule of the model, and answers that keep none but the types."""

import datetime
import functools
import re
import string

try:
    from re import _constants as sre
    from re import _parser as parser
except ImportError:  # before Python 3.11
    import sre_constants as sre
    import sre_parse as parser

PLAIN = string.ascii_letters + string.digits + "-_./:"
# What each protocol has to escape, and letters of two, three and four bytes.
ODD = " &<>\"'%+=?#;,~\\{}[]()|@!$*\u00e9\u00df\u4e16\u754c\U0001f600"
CONTROL = "\n\t"


class Impossible(Exception):
    """No value keeps the rules."""


def sample(pattern, random, longest=40):
    """A text that the pattern matches."""
    text = []
    write(parser.parse(pattern), random, text, longest)
    return "".join(text)


@functools.cache
def pythonic(pattern):
    """The models' patterns in Python's words: classes of Unicode become a few of their letters."""
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF").replace(r"\ud800\udc00-\udbff\udfff", r"\U00010000-\U0010FFFF")
    for name, letters in UNICODE.items():
        pattern = pattern.replace(rf"\p{{{name}}}", letters if in_brackets(pattern, rf"\p{{{name}}}") else f"[{letters}]")
    return pattern


def in_brackets(pattern, word):
    before = pattern[: pattern.find(word)].replace(r"\[", "").replace(r"\]", "")
    return before.count("[") > before.count("]")


UNICODE = {
    "L": "a-zA-Z\u00e0-\u00f6", "M": "\u0301", "Z": " ", "Zs": " ", "N": "0-9", "S": "+<=>|~", "P": r"\-_.,!?", "Graph": "!-~", "Print": " -~",
    "IsLetter": "a-zA-Z", "IsDigit": "0-9", "ASCII": " -~", "Alnum": "a-zA-Z0-9", "Nd": "0-9", "LD": "a-zA-Z0-9", "Alpha": "a-zA-Z", "Digit": "0-9",
    "Pc": "_", "Pd": r"\-", "Lu": "A-Z", "Ll": "a-z", "Punct": r"!,.?", "Space": " ", "Blank": " ",
}


def write(items, random, text, longest):
    for kind, argument in items:
        if kind is sre.LITERAL:
            text.append(chr(argument))
        elif kind is sre.NOT_LITERAL:
            text.append(random.choice([c for c in string.ascii_letters if ord(c) != argument]))
        elif kind is sre.ANY:
            text.append(random.choice(string.ascii_letters))
        elif kind is sre.IN:
            text.append(member(argument, random))
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)):
            low, high, inner = argument
            for _ in range(random.randint(low, max(low, min(high, low + 12, longest)))):
                write(inner, random, text, longest)
        elif kind is sre.SUBPATTERN:
            write(argument[3], random, text, longest)
        elif kind is sre.BRANCH:
            write(random.choice(argument[1]), random, text, longest)
        elif kind not in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            raise Impossible(f"{kind}")


CATEGORIES = {
    sre.CATEGORY_DIGIT: string.digits,
    sre.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: string.ascii_letters + string.digits,
    sre.CATEGORY_NOT_DIGIT: string.ascii_letters,
    sre.CATEGORY_NOT_WORD: " ",
}


def member(items, random):
    if items[0][0] is sre.NEGATE:
        allowed = [c for c in PLAIN + " " if not any(has(item, c) for item in items[1:])]
        if not allowed:
            raise Impossible("nothing is left")
        return random.choice(allowed)
    kind, argument = random.choice(items)
    if kind is sre.LITERAL:
        return chr(argument)
    if kind is sre.RANGE:
        return readable(*argument, random)
    return random.choice(CATEGORIES[argument])


def readable(low, high, random):
    """Of a range, without what no XML may hold and without halves of pairs."""
    low = max(low, 32)
    for _ in range(20):
        code = random.randint(low, min(high, low + 94)) if random.random() < 0.8 else random.randint(low, max(low, high))
        if not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF) and not 0x7F <= code < 0xA0:
            return chr(code)
    return chr(low)


def has(item, letter):
    kind, argument = item
    if kind is sre.LITERAL:
        return ord(letter) == argument
    if kind is sre.RANGE:
        return argument[0] <= ord(letter) <= argument[1]
    return letter in CATEGORIES.get(argument, "")


class Values:
    def __init__(self, random, protocol):
        self.random = random
        self.protocol = protocol
        self.patterns = {}

    # Valid input

    def valid(self, shape, depth=0, place=None):
        """Keeps the model's rules. `place` is where the member travels: a header holds less than a body."""
        return getattr(self, f"valid_{shape.type_name}", self.valid_number)(shape, depth, place)

    def valid_structure(self, shape, depth, place):
        names = list(shape.members)
        if shape.is_tagged_union:
            names = [self.random.choice(names)]
            return {name: self.valid(shape.members[name], depth + 1) for name in names}
        found = {}
        for name in names:
            member = shape.members[name]
            required = name in shape.required_members or member.metadata.get("idempotencyToken") or name in GIVEN
            if name in AVOIDED or not required and self.random.random() > (0.45 if depth == 0 else 0.3 if depth < 3 else 0.05):
                continue
            try:
                found[name] = self.valid(member, depth + 1, member.serialization.get("location"))
                if name == "Bucket" and member.type_name == "string":
                    found[name] = self.bucket()
            except Impossible:
                if required:
                    raise
        return found

    def bucket(self):
        letters = string.ascii_lowercase + string.digits
        middle = "".join(self.random.choice(letters + "-") for _ in range(self.random.randint(3, 20)))
        return f"{self.random.choice(letters)}{middle.replace('--', '-x')}{self.random.choice(letters)}"

    def count(self, shape, usual):
        low = shape.metadata.get("min", 0)
        high = shape.metadata.get("max", low + usual)
        return self.random.randint(low, max(low, min(high, low + usual)))

    def valid_list(self, shape, depth, place):
        return [self.valid(shape.member, depth + 1, place) for _ in range(self.count(shape, 2))]

    def valid_map(self, shape, depth, place):
        found = {}
        for _ in range(self.count(shape, 2)):
            key = self.valid(shape.key, depth + 1, place)
            found[key] = self.valid(shape.value, depth + 1, place)
        return dict(sorted(found.items(), key=lambda entry: entry[0].encode()))

    def valid_string(self, shape, depth, place):
        if shape.enum:
            return self.random.choice(shape.enum)
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1 << 20)
        if pattern := shape.metadata.get("pattern"):
            return self.matching(pattern, low, high)
        low = max(low, 1) if place in ("uri", "header", "headers") else low
        return self.text(self.random.randint(low, max(low, min(high, low + 12))), place)

    def matching(self, pattern, low, high):
        pattern = pythonic(pattern)
        for _ in range(60):
            text = sample(pattern, self.random, max(low, 40))
            while len(text) < low and self.random.random() < 0.9:
                text += sample(pattern, self.random)
            if low <= len(text) <= high and re.search(pattern, text) and text == text.strip():
                return text
        raise Impossible(pattern)

    def text(self, length, place=None):
        letters = PLAIN * 3 + ODD
        if place in ("header", "headers"):
            letters = PLAIN
        elif self.protocol in ("json", "query", "ec2"):
            letters += CONTROL
        text = "".join(self.random.choice(letters) for _ in range(length))
        # An id is what stands behind the last slash: here there must be something.
        return text.rstrip("/") + "x" if place == "uri" and text.endswith("/") else text

    def valid_number(self, shape, depth, place):
        low = shape.metadata.get("min", -(2**31) if shape.type_name == "integer" else -(2**40))
        high = shape.metadata.get("max", 2**31 - 1 if shape.type_name == "integer" else 2**40)
        if shape.type_name in ("float", "double"):
            return self.random.choice([float(max(low, 0)), round(self.random.uniform(low, min(high, low + 1e6)), 3), float(min(high, 1e21))])
        if shape.type_name not in ("integer", "long"):
            raise Impossible(shape.type_name)
        return self.random.choice([low, high, self.random.randint(low, high)])

    def valid_boolean(self, shape, depth, place):
        return self.random.random() < 0.5

    def valid_timestamp(self, shape, depth, place):
        second = datetime.timedelta(seconds=self.random.randint(-(10**9), 4 * 10**9))
        return datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + second

    def valid_blob(self, shape, depth, place):
        return self.random.randbytes(self.count(shape, 20))

    # Answers

    def answer(self, shape, depth=0, place=None):
        """Of the model's types: words that no enum has, lengths that no rule allows."""
        kind = shape.type_name
        if kind == "structure":
            return self.answer_structure(shape, depth)
        if kind == "list":
            return [self.answer(shape.member, depth + 1, place) for _ in range(self.random.randint(0, 2))]
        if kind == "map":
            return {self.text(self.random.randint(1, 8), "header"): self.answer(shape.value, depth + 1, place) for _ in range(self.random.randint(0, 2))}
        if kind == "string":
            if shape.enum and self.random.random() < 0.8:
                return self.random.choice(shape.enum)
            text = self.text(self.random.randint(1 if place else 0, 12), place)
            # botocore makes a dictionary of what is JSON there; ours stays the text that came.
            return f"x{text}" if "olicyDocument" in shape.name else text
        if kind in ("integer", "long"):
            return self.random.choice([0, -1, self.random.randint(-(2**31), 2**31 - 1)])
        if kind in ("float", "double"):
            return self.random.choice([0.0, 1.0, round(self.random.uniform(-1e6, 1e6), 3), 1.5e-7])
        if kind == "blob":
            return self.random.randbytes(self.random.randint(0, 20))
        return self.valid(shape, depth)

    def answer_structure(self, shape, depth):
        names = list(shape.members)
        if shape.is_tagged_union:
            names = [self.random.choice(names)]
            return {name: self.answer(shape.members[name], depth + 1) for name in names}
        often = 0.6 if depth == 0 else 0.4 if depth < 4 else 0.1
        found = {}
        for name in names:
            if self.random.random() < often:
                found[name] = self.answer(shape.members[name], depth + 1, shape.members[name].serialization.get("location"))
        return found

    # Broken input

    def broken(self, shape, value):
        """The value with one rule broken that botocore checks itself; nil when there is none to break."""
        places = list(self.breakable(shape, value))
        if not places:
            return False
        self.random.choice(places)()
        return True

    def breakable(self, shape, value):
        if shape.type_name == "structure" and isinstance(value, dict):
            for name, member in shape.members.items():
                if name not in value:
                    continue
                if name in shape.required_members and not member.metadata.get("idempotencyToken"):
                    yield lambda name=name: value.pop(name)
                if (wrong := self.wrong(member)) is not None:
                    yield lambda name=name, wrong=wrong: value.__setitem__(name, wrong)
                yield from self.breakable(member, value[name])
        elif shape.type_name == "list":
            for index, item in enumerate(value):
                if (wrong := self.wrong(shape.member)) is not None:
                    yield lambda index=index, wrong=wrong: value.__setitem__(index, wrong)
                yield from self.breakable(shape.member, item)

    def wrong(self, shape):
        low = shape.metadata.get("min", 0)
        kind = shape.type_name
        if kind == "string":
            return "x" * (low - 1) if low > 0 and not shape.enum else 7
        if kind in ("integer", "long") and "min" in shape.metadata:
            return low - 1
        if kind == "list" and low > 0:
            return []
        if kind in ("integer", "long", "boolean", "list", "structure", "map"):
            return "wrong"
        return None


# botocore adds these itself when they are absent.
GIVEN = {"EncodingType"}

AVOIDED = {
    # A presigned URL of another region is made from these, which Terrace never sends.
    "SourceRegion",
    "PreSignedUrl",
    # Terrace gives every body that needs one a CRC-32, and offers no other.
    "ChecksumAlgorithm",
    "ContentMD5",
    "ChecksumCRC32",
    "ChecksumCRC32C",
    "ChecksumCRC64NVME",
    "ChecksumSHA1",
    "ChecksumSHA256",
    "ChecksumSHA512",
    "ChecksumMD5",
    "ChecksumXXHASH64",
    "ChecksumXXHASH3",
    "ChecksumXXHASH128",
}
