"""Prints the account's database clusters as JSON, by name: what names, ids and tags they have, and who can sign in."""

import json
import re
import urllib.request

from account import client, every, tags


def logins(cluster):
    """As the stand-in for its PostgreSQL has them."""
    place = client("rds").meta.endpoint_url
    asked = urllib.request.Request(f"{place}/moto-api/logins", data=cluster["DbClusterResourceId"].encode(), method="POST")
    return json.loads(urllib.request.urlopen(asked).read())


instances = every("rds", "describe_db_instances", "DBInstances")
found = [
    {
        "name": cluster["DBClusterIdentifier"],
        "id": cluster["DbClusterResourceId"],
        "servers": sorted(i["DBInstanceIdentifier"] for i in instances if i.get("DBClusterIdentifier") == cluster["DBClusterIdentifier"]),
        "address": tags(cluster.get("TagList")).get("terrace:address"),
        "protected": cluster["DeletionProtection"],
        "logins": logins(cluster),
    }
    for cluster in every("rds", "describe_db_clusters", "DBClusters")
    if not re.search("deleting", cluster["Status"])
]
print(json.dumps(sorted(found, key=lambda each: each["name"])))
