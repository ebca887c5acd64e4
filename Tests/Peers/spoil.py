"""Changes by hand what a stack has made, as people do.

    spoil.py rule GROUP | network | role NAME | taken KIND | alarm NAME | time | opened GROUP PORT | listed ACL | peering TABLE |
        public SERVICE | data-api | shift SECONDS | function NAME

`rule` closes the ways into a security group, `network` deletes the network with what is in it, `role` makes a role of that name,
`taken` makes what the stack `guestbook` would make, with the tags of another stack, `alarm` has an alarm go off, `time` has
every action that Application Auto Scaling is to carry out once be due. `opened` lets everybody into a security group, `listed` into and
out of an access list, `peering` leads a route to a network of somebody else's, and `public` puts the tasks of the stack `guestbook`'s
service into the public subnets, with public addresses. `data-api` switches off the Data API of the cluster `guestbook`, `shift` has
every restore of a cluster from now on miss its moment by so many seconds, and
`function` has CloudFront run another script.
"""

import json
import sys
import urllib.request

from account import client, every


def rule(name):
    group = next(g for g in every("ec2", "describe_security_groups", "SecurityGroups") if g["GroupName"] == name)
    client("ec2").revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])


def network():
    ec2 = client("ec2")
    vpc = next(v for v in every("ec2", "describe_vpcs", "Vpcs") if not v["IsDefault"])["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    for gateway in every("ec2", "describe_internet_gateways", "InternetGateways"):
        if any(a["VpcId"] == vpc for a in gateway["Attachments"]):
            ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
            ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    for subnet in every("ec2", "describe_subnets", "Subnets", Filters=inside):
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    groups = list(every("ec2", "describe_security_groups", "SecurityGroups", Filters=inside))
    for group in groups:  # Groups that name each other hold each other.
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
    for group in groups:
        if group["GroupName"] != "default":
            ec2.delete_security_group(GroupId=group["GroupId"])
    ec2.delete_vpc(VpcId=vpc)


def role(name):
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))


def function(name):
    cloudfront = client("cloudfront")
    found = cloudfront.describe_function(Name=name)
    cloudfront.update_function(
        Name=name, IfMatch=found["ETag"], FunctionConfig=found["FunctionSummary"]["FunctionConfig"],
        FunctionCode=b"function handler(event) { return event.request; }")
    cloudfront.publish_function(Name=name, IfMatch=cloudfront.describe_function(Name=name)["ETag"])


def taken(kind):
    owner = {"terrace:stack": "other"}
    pairs = [{"Key": key, "Value": value} for key, value in owner.items()]
    if kind == "log-group":
        client("logs").create_log_group(logGroupName="/terrace/guestbook/web", tags=owner)
    elif kind == "bucket":
        bucket = "guestbook-logs-us-east-1-123456789012"
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": pairs})
    elif kind == "repository":
        client("ecr").create_repository(repositoryName="terrace/guestbook-web", tags=pairs)
    elif kind == "alarm":
        client("cloudwatch").put_metric_alarm(
            AlarmName="guestbook-errors", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, MetricName="Errors",
            Namespace="Other", Period=60, Statistic="Sum", Threshold=1, Tags=pairs)
    elif kind == "database":
        client("rds").create_db_cluster(
            DBClusterIdentifier="guestbook", Engine="aurora-postgresql", MasterUsername="other", MasterUserPassword="not-a-secret",
            Tags=pairs)


def alarm(name):
    client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="somebody said so")


def time():
    scaling = client("application-autoscaling")
    for action in every("application-autoscaling", "describe_scheduled_actions", "ScheduledActions", ServiceNamespace="ecs"):
        asked = ("ServiceNamespace", "ScheduledActionName", "ResourceId", "ScalableDimension", "ScalableTargetAction")
        scaling.put_scheduled_action(Schedule="at(2020-01-01T00:00:00)", **{key: action[key] for key in asked})


def named(found, name):
    return next(each for each in found if {"Key": "Name", "Value": name} in each.get("Tags", []))


def opened(name, port):
    group = next(g for g in every("ec2", "describe_security_groups", "SecurityGroups") if g["GroupName"] == name)
    everybody = {"CidrIp": "0.0.0.0/0", "Description": "for a moment"}
    client("ec2").authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": int(port), "ToPort": int(port), "IpRanges": [everybody]}])


def listed(name):
    found = named(every("ec2", "describe_network_acls", "NetworkAcls"), name)
    for egress in (False, True):
        client("ec2").create_network_acl_entry(
            NetworkAclId=found["NetworkAclId"], RuleNumber=50, Protocol="-1", RuleAction="allow", Egress=egress,
            CidrBlock="0.0.0.0/0")


def peering(name):
    ec2 = client("ec2")
    table = named(every("ec2", "describe_route_tables", "RouteTables"), name)
    other = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    way = ec2.create_vpc_peering_connection(VpcId=table["VpcId"], PeerVpcId=other)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=way["VpcPeeringConnectionId"])
    ec2.create_route(
        RouteTableId=table["RouteTableId"], DestinationCidrBlock="10.77.0.0/16",
        VpcPeeringConnectionId=way["VpcPeeringConnectionId"])


def public(name):
    subnets = every("ec2", "describe_subnets", "Subnets")
    found = [named(subnets, f"guestbook-public-{zone}")["SubnetId"] for zone in "ab"]
    ecs = client("ecs")
    service = ecs.describe_services(cluster="guestbook", services=[f"guestbook-{name}"])["services"][0]
    place = service["networkConfiguration"]["awsvpcConfiguration"] | {"subnets": found, "assignPublicIp": "ENABLED"}
    ecs.update_service(
        cluster="guestbook", service=service["serviceName"], networkConfiguration={"awsvpcConfiguration": place})


def data_api():
    rds = client("rds")
    rds.disable_http_endpoint(ResourceArn=rds.describe_db_clusters(DBClusterIdentifier="guestbook")["DBClusters"][0]["DBClusterArn"])


def shift(seconds):
    asked = urllib.request.Request(f"{client('rds').meta.endpoint_url}/moto-api/shift", data=seconds.encode(), method="POST")
    urllib.request.urlopen(asked).read()


WAYS = (rule, network, role, taken, alarm, time, opened, listed, peering, public, data_api, shift, function)

if __name__ == "__main__":
    {way.__name__.replace("_", "-"): way for way in WAYS}[sys.argv[1]](*sys.argv[2:])
