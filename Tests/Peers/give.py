"""Gives an account what only its owner can: an image, a secret, a hosted zone, an object.

    give.py image REPOSITORY | secret NAME | zone DOMAIN | object BUCKET
"""

import json
import sys

from account import client

IMAGE = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": "sha256:" + "0" * 64},
    "layers": [],
}


def main(what, name):
    if what == "image":
        client("ecr").put_image(repositoryName=name, imageManifest=json.dumps(IMAGE), imageTag="1")
    elif what == "secret":
        client("secretsmanager").create_secret(Name=name, SecretString="given")
    elif what == "zone":
        client("route53").create_hosted_zone(Name=name, CallerReference=name)
    elif what == "object":
        # The bucket's policy refuses what does not come over TLS, and the peer has none.
        policy = client("s3").get_bucket_policy(Bucket=name)["Policy"]
        client("s3").delete_bucket_policy(Bucket=name)
        client("s3").put_object(Bucket=name, Key="kept", Body=b"kept")
        client("s3").put_bucket_policy(Bucket=name, Policy=policy)
    else:
        sys.exit(f"cannot give a {what}")


if __name__ == "__main__":
    main(*sys.argv[1:])
