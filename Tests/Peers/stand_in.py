"""A small program that provisions as Terrace must: no state, everything found again by tag or name. The tests of the crash
harness run it, so that they know what the harness finds before they judge Terrace with it.

    stand_in.py up | destroy | forgetful-up

`forgetful-up` does not look for what is there, which the harness must notice.
"""

import sys

from account import client, every, maybe

NAME = "stand-in"
OWNED = [{"Key": "Name", "Value": NAME}, {"Key": "terrace:stack", "Value": NAME}]
TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}'


def specification(kind):
    return [{"ResourceType": kind, "Tags": OWNED}]


def found(operation, member):
    filters = [{"Name": "tag:terrace:stack", "Values": [NAME]}]
    return every("ec2", operation, member, Filters=filters)


def up(looks=True):
    ec2 = client("ec2")
    vpcs = found("describe_vpcs", "Vpcs") if looks else []
    vpc = vpcs[0] if vpcs else ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification("vpc"))["Vpc"]
    there = {subnet["CidrBlock"] for subnet in found("describe_subnets", "Subnets")}
    for octet, zone in ((1, "us-east-1a"), (2, "us-east-1b")):
        cidr = f"10.0.{octet}.0/24"
        if cidr not in there:
            ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=specification("subnet"))
    if not found("describe_security_groups", "SecurityGroups"):
        ec2.create_security_group(VpcId=vpc["VpcId"], GroupName=NAME, Description=NAME, TagSpecifications=specification("security-group"))
    if maybe("iam", "get_role", RoleName=NAME) is None:
        client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=TRUST, Tags=OWNED)
    if not any(group["logGroupName"] == NAME for group in every("logs", "describe_log_groups", "logGroups")):
        client("logs").create_log_group(logGroupName=NAME)
    client("logs").put_retention_policy(logGroupName=NAME, retentionInDays=30)


def destroy():
    ec2 = client("ec2")
    for group in found("describe_security_groups", "SecurityGroups"):
        ec2.delete_security_group(GroupId=group["GroupId"])
    for subnet in found("describe_subnets", "Subnets"):
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for vpc in found("describe_vpcs", "Vpcs"):
        ec2.delete_vpc(VpcId=vpc["VpcId"])
    if maybe("iam", "get_role", RoleName=NAME):
        client("iam").delete_role(RoleName=NAME)
    if any(group["logGroupName"] == NAME for group in every("logs", "describe_log_groups", "logGroups")):
        client("logs").delete_log_group(logGroupName=NAME)


{"up": up, "forgetful-up": lambda: up(looks=False), "destroy": destroy}[sys.argv[1]]()
