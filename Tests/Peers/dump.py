"""Prints the account as JSON that is the same for the same architecture: generated ids become the names of what they stand
for, times and addresses go. Two dumps that differ show two worlds that differ; something that is there twice is twice in it.

`--networks` prints only how many networks there are beside the default one.
"""

import json
import re
import sys
from datetime import datetime

from account import Account, tags

#: Members whose values differ from one making of the same thing to the next.
FLEETING = re.compile(
    r"(Time|Date|Timestamp|CreatedAt|createdAt|updatedAt|ETag|LockToken|RevisionId|PublicIp|PrivateIp\w*|CallerReference|"
    r"AssociationId|NetworkInterfaceId|RequestId|HostedZoneId|ResourceId|DbiResourceId|registeredAt|LastModified\w*|creationTime|"
    r"AccessKeyId|RoleId|arnSuffix|events|PhysicalResourceId|ValidTo|Serial|SecurityGroupRuleId|ResourceRecord|clientToken|Version|"
    # Which zone has the default subnet and which server was first are chance.
    r"DefaultForAz|IsClusterWriter|SecretVersionsToStages|LatestRestorableTime|StateUpdated\w*|AlarmConfigurationUpdated\w*|Evaluat\w*|PublicIpv4Pool|storedBytes|Size|runningTasksCount)$"
)
#: Ids by pattern, after those that have a name were replaced.
PATTERNS = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b(sgr|rtbassoc|eipassoc|eni|aclassoc|acl|igw|rtb|nat|eipalloc|vpce|fl|sg|subnet|vpc|dopt)-[0-9a-f]{8,17}\b"), r"<\1>"),
    (re.compile(r"(loadbalancer/app/[^/\"]+|targetgroup/[^/\"]+|listener/app/[^/\"]+|listener-rule/app/[^/\"]+)((/[0-9a-f]{8,20})+)"), r"\1/<hash>"),
    # Before the shorter forms, which would leave a part of it.
    (re.compile(r"\bapp/([^/\"]+)/[0-9a-f]{16}\b"), r"app/\1/<hash>"),
    (re.compile(r"\bpl-[0-9a-f]{8,17}\b"), "<prefix list>"),
    (re.compile(r"(?<=scalable-target/)[a-z0-9]{30,}"), "<hash>"),
    (re.compile(r"(?<=:delivery:)[A-Za-z0-9]{16}\b|(?<=\"id\": \")[A-Za-z0-9]{16}(?=\")"), "<delivery>"),
    (re.compile(r"cluster-ro-[a-z0-9]{12}"), "cluster-ro-<cluster>"),
    (re.compile(r"\bE[A-Z0-9]{12,14}\b"), "<cloudfront>"),
    (re.compile(r"vo_[A-Za-z0-9]+"), "<vpc-origin>"),
    (re.compile(r"d[0-9a-f]{13}\.cloudfront\.net"), "<domain>"),
    (re.compile(r"(:secret:[^\":]+?)-[A-Za-z0-9]{6}\b"), r"\1"),
    (re.compile(r"cluster-[a-z0-9]{12}|(?<=\.)[a-z0-9]{12}(?=\.[a-z]{2}-)"), "<cluster>"),
    (re.compile(r"ecs-svc/\d+"), "<deployment>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[0-9:.+Z-]+"), "<time>"),
    (re.compile(r"(internal-)?([a-z0-9-]+)-\d+(\.[a-z0-9-]+\.elb\.amazonaws\.com)"), r"\2\3"),
]


def cleaned(value):
    if isinstance(value, dict):
        return {key: cleaned(each) for key, each in value.items() if not FLEETING.search(key) and each not in (None, "")}
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, (datetime, bytes)):
        return "<time>"
    return value


def names(account):
    """Generated id → a name, from the tag `Name`."""
    found = {}
    for kind, key in (("vpcs", "VpcId"), ("subnets", "SubnetId"), ("tables", "RouteTableId"), ("acls", "NetworkAclId"),
                      ("groups", "GroupId"), ("endpoints", "VpcEndpointId"), ("nats", "NatGatewayId"),
                      ("gateways", "InternetGatewayId"), ("addresses", "AllocationId")):
        for item in getattr(account, kind):
            name = tags(item.get("Tags")).get("Name") or item.get("GroupName")
            if name and key in item:
                found[item[key]] = f"<{kind}: {name}>"
    return found


def ordered(value):
    """Lists in an order that does not depend on ids or on who came first."""
    if isinstance(value, dict):
        return {key: ordered(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return sorted((ordered(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def text(account):
    world = {key: value for key, value in vars(account).items() if value not in ([], {}, None)}
    inside = {key: value for key, value in account.inside().items() if value not in ([], {}, None)}
    written = json.dumps(cleaned({**world, **inside}), default=str)
    for number, name in names(account).items():
        written = written.replace(number, name)
    for pattern, name in PATTERNS:
        written = pattern.sub(name, written)
    return json.dumps(ordered(json.loads(written)), indent=1)


if __name__ == "__main__":
    account = Account()
    sys.stdout.write(f"{len(account.vpcs)}\n" if sys.argv[1:] == ["--networks"] else text(account) + "\n")
