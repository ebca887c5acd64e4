"""Writes Sources/AWS/AWSServices/Generated from the models of the pinned botocore and operations.txt.

It is Python because its input is: the models are gzip files inside a Python package, found by asking that package.
"""

import sys
from pathlib import Path

from model import Service, listed_services
from swift import Writer

here = Path(__file__).resolve().parent
target = here.parent.parent / "Sources/AWS/AWSServices/Generated"


def main():
    wanted = {}
    for namespace, folder, operations in listed_services(here / "operations.txt"):
        for name, text in Writer(Service(namespace, folder, operations)).files().items():
            wanted[target / namespace / f"{name}.swift"] = text
    for old in target.rglob("*.swift"):
        if old not in wanted:
            old.unlink()
    changed = 0
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed += 1
    print(f"{len(wanted)} files, {changed} changed", file=sys.stderr)


main()
