"""Writes an image as other programs do.

    image.py FORM PATH [SEED [PROCESSOR]]

FORM: `docker` is what `docker save` wrote for a decade, with a layer that occurs twice as a symbolic link; `engine` what it writes since
version 25, a layout beside the table of contents; `oci` a layout in a folder, `oci-tar` one in an archive, each with an index in the
index and an attestation beside the image. Two layers of 300 kB that no compression makes smaller, by SEED.
"""

import hashlib
import io
import json
import os
import random
import sys
import tarfile


def digest(content):
    return hashlib.sha256(content).hexdigest()


def tarred(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                archive.addfile(entry)
            else:
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def layers(seed):
    noise = random.Random(seed)
    first = tarred({"app": noise.randbytes(300_000)})
    # A name that no plain header holds.
    second = tarred({"usr/" + "long/" * 40 + "name": noise.randbytes(300_000)})
    return [first, second, first]


def configuration(contents, processor):
    return json.dumps({
        "architecture": processor, "os": "linux", "config": {"Cmd": ["/app"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(content) for content in contents]},
    }).encode()


def docker(contents, config):
    files = {f"{digest(config)}.json": config}
    names = []
    for index, content in enumerate(contents):
        name = f"{index:064x}/layer.tar"
        twin = next((i for i in range(index) if contents[i] == content), None)
        files[name] = content if twin is None else f"../{twin:064x}/layer.tar"
        names.append(name)
    table = [{"Config": f"{digest(config)}.json", "RepoTags": ["shop/web:1"], "Layers": names}]
    files["manifest.json"] = json.dumps(table).encode()
    return files


def descriptor(media, content, **more):
    return {"mediaType": media, "digest": "sha256:" + digest(content), "size": len(content), **more}


def layout(contents, config, processor):
    oci = "application/vnd.oci.image."
    blobs = {digest(content): content for content in contents + [config]}
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": oci + "manifest.v1+json", "config": descriptor(oci + "config.v1+json", config),
        "layers": [descriptor(oci + "layer.v1.tar", content) for content in contents],
    }, indent=2).encode()
    attestation = json.dumps({
        "schemaVersion": 2, "mediaType": oci + "manifest.v1+json", "config": descriptor(oci + "config.v1+json", b"{}"), "layers": [],
    }).encode()
    inner = json.dumps({"schemaVersion": 2, "mediaType": oci + "index.v1+json", "manifests": [
        descriptor(oci + "manifest.v1+json", manifest, platform={"architecture": processor, "os": "linux"}),
        descriptor(oci + "manifest.v1+json", attestation, platform={"architecture": "unknown", "os": "unknown"},
                   annotations={"vnd.docker.reference.type": "attestation-manifest"}),
    ]}).encode()
    for content in (manifest, attestation, inner):
        blobs[digest(content)] = content
    files = {f"blobs/sha256/{name}": content for name, content in blobs.items()}
    files["oci-layout"] = b'{"imageLayoutVersion": "1.0.0"}'
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [descriptor(oci + "index.v1+json", inner)]}).encode()
    return files


def engine(contents, config, processor):
    files = layout(contents, config, processor)
    table = [{"Config": f"blobs/sha256/{digest(config)}", "RepoTags": ["shop/web:1"],
              "Layers": [f"blobs/sha256/{digest(content)}" for content in contents]}]
    return {**files, "manifest.json": json.dumps(table).encode()}


def main(form, path, seed="1", processor="amd64"):
    contents = layers(int(seed))
    config = configuration(contents, processor)
    if form == "docker":
        files = docker(contents, config)
    elif form == "engine":
        files = engine(contents, config, processor)
    else:
        files = layout(contents, config, processor)
    if form == "oci":
        for name, content in files.items():
            target = os.path.join(path, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(content)
    else:
        with open(path, "wb") as file:
            file.write(tarred(files))


if __name__ == "__main__":
    main(*sys.argv[1:])
