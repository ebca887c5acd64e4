"""Checks that the peer holds what moto alone lets go: a private origin's life from nothing to nothing, and everything AWS refuses on
the way. Run against a peer of its own with `--speed 600`; prints what is wrong and ends with 1.
"""

import sys
import time
from datetime import datetime, timedelta, timezone

from account import client
from botocore.exceptions import ClientError

wrong = []


def holds(name, found, wanted=True):
    if found != wanted:
        wrong.append(f"{name}: {found!r}, not {wanted!r}")


def code(call, **asked):
    try:
        call(**asked)
        return "ok"
    except ClientError as error:
        return error.response["Error"]["Code"]


def until(name, condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    wrong.append(f"{name}: never")


ec2, elb, ecs, rds, cloudfront = (client(name) for name in ("ec2", "elbv2", "ecs", "rds", "cloudfront"))
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
subnets = [
    ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{octet}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    for octet, zone in ((1, "us-east-1a"), (2, "us-east-1b"))
]
gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
front = ec2.create_security_group(GroupName="front", Description="-", VpcId=vpc)["GroupId"]
tasks = ec2.create_security_group(GroupName="tasks", Description="-", VpcId=vpc)["GroupId"]
pair = [{"GroupId": front, "Description": "from the front"}]
ec2.authorize_security_group_ingress(
    GroupId=tasks, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": pair}])


def network():
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    asked = {"SubnetId": subnets[0], "AllocationId": address, "ClientToken": "once"}
    nat = ec2.create_nat_gateway(**asked)["NatGateway"]
    holds("a NAT gateway begins as", nat["State"], "pending")
    holds("the same token gives the same gateway", ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"], nat["NatGatewayId"])
    holds("a group that another refers to", code(ec2.delete_security_group, GroupId=front), "DependencyViolation")
    found = [rule.get("Description") for rule in ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [tasks]}])["SecurityGroupRules"] if not rule["IsEgress"]]
    holds("a rule's description", found, ["from the front"])
    return address, nat["NatGatewayId"]


def balancer():
    made = elb.create_load_balancer(Name="l", Subnets=subnets, SecurityGroups=[front], Scheme="internal")["LoadBalancers"][0]
    holds("a load balancer begins as", made["State"]["Code"], "provisioning")
    arn = made["LoadBalancerArn"]
    found = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [front]}])["NetworkInterfaces"]
    holds("its interfaces", [entry["RequesterId"] for entry in found], ["amazon-elb"] * 2)
    group = elb.create_target_group(Name="t", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
    return made, arn, group


def service(arn, group):
    ecs.create_cluster(clusterName="c", capacityProviders=["FARGATE"])
    good, bad = (
        ecs.register_task_definition(
            family="f", networkMode="awsvpc", cpu="256", memory="512", requiresCompatibilities=["FARGATE"],
            containerDefinitions=[{"name": "w", "image": image}])["taskDefinition"]["taskDefinitionArn"]
        for image in ("app:1", "app:crashes")
    )
    asked = {
        "cluster": "c", "serviceName": "s", "desiredCount": 2, "taskDefinition": good,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [tasks]}},
        "loadBalancers": [{"targetGroupArn": group, "containerName": "w", "containerPort": 80}],
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    }
    holds("a service before its listener", code(ecs.create_service, **asked), "InvalidParameterException")
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    canary = {"strategy": "CANARY", "bakeTimeInMinutes": 1, "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5}}
    holds("a canary with one target group", code(ecs.create_service, **{**asked, "deploymentConfiguration": canary}), "InvalidParameterException")
    ecs.create_service(**asked)
    shown = lambda: ecs.describe_services(cluster="c", services=["s"])["services"][0]  # noqa: E731
    holds("a service begins without tasks", shown()["runningCount"], 0)
    until("a service is steady", lambda: shown()["deployments"][0]["rolloutState"] == "COMPLETED" and shown()["runningCount"] == 2)
    holds("its targets", [entry["TargetHealth"]["State"] for entry in elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]], ["healthy"] * 2)
    ecs.update_service(cluster="c", service="s", taskDefinition=bad)
    # On its way back for less than a look may take on a busy machine.
    until("a failing deployment is rolled back", lambda: shown()["taskDefinition"] == good)
    stopped = ecs.list_tasks(cluster="c", serviceName="s", desiredStatus="STOPPED")["taskArns"]
    reasons = {task["stoppedReason"] for task in ecs.describe_tasks(cluster="c", tasks=stopped)["tasks"]} if stopped else set()
    holds("stopped tasks say why", reasons, {"Essential container in task exited"})
    return shown


def database():
    rds.create_db_subnet_group(DBSubnetGroupName="d", DBSubnetGroupDescription="d", SubnetIds=subnets)
    made = rds.create_db_cluster(
        DBClusterIdentifier="k", Engine="aurora-postgresql", EngineVersion="17.7", MasterUsername="m", ManageMasterUserPassword=True,
        DBSubnetGroupName="d", VpcSecurityGroupIds=[tasks], DeletionProtection=True, EnableHttpEndpoint=True)["DBCluster"]
    holds("a cluster begins as", made["Status"], "creating")
    rds.create_db_instance(DBInstanceIdentifier="k1", DBClusterIdentifier="k", Engine="aurora-postgresql", DBInstanceClass="db.t4g.medium")
    ask = {"resourceArn": made["DBClusterArn"], "secretArn": made["MasterUserSecret"]["SecretArn"]}
    data = client("rds-data", patient=False)
    holds("a statement before the server is up", code(data.execute_statement, sql="SELECT 1", **ask), "DatabaseUnavailableException")
    until("the server is up", lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available")
    holds("a role is made", code(data.execute_statement, sql="CREATE ROLE shop LOGIN", **ask), "ok")
    found = data.execute_statement(
        sql="select rolname from pg_roles where rolname = :role", parameters=[{"name": "role", "value": {"stringValue": "shop"}}], **ask)
    holds("a role is found", found["records"], [[{"stringValue": "shop"}]])
    secret = client("secretsmanager").create_secret(Name="shop", SecretString='{"username":"shop","password":"x"}')["ARN"]
    holds("a role with another password", code(data.execute_statement, sql="select 1", resourceArn=made["DBClusterArn"], secretArn=secret), "BadRequestException")
    data.execute_statement(sql="alter role shop password 'x'", **ask)
    holds("a role with its password", code(data.execute_statement, sql="select 1", resourceArn=made["DBClusterArn"], secretArn=secret), "ok")
    holds("and not twice", code(data.execute_statement, sql="CREATE ROLE shop LOGIN", **ask), "DatabaseErrorException")
    now = datetime.now(timezone.utc)
    holds("RDS is behind with backups", rds.describe_db_clusters()["DBClusters"][0]["LatestRestorableTime"] < now, True)
    early = {"DBClusterIdentifier": "l", "SourceDBClusterIdentifier": "k", "RestoreToTime": now + timedelta(minutes=1)}
    holds("a moment that RDS cannot restore yet", code(rds.restore_db_cluster_to_point_in_time, **early), "InvalidParameterValue")


script = {"Comment": "c", "Runtime": "cloudfront-js-2.0"}


def function():
    made = cloudfront.create_function(Name="f", FunctionConfig=script, FunctionCode=b"one", Tags={"Items": [{"Key": "a", "Value": "b"}]})
    arn, first = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"], made["ETag"]
    holds("a function's name is used once", code(cloudfront.create_function, Name="f", FunctionConfig=script, FunctionCode=b"x"), "FunctionAlreadyExists")
    holds("its tags", cloudfront.list_tags_for_resource(Resource=arn)["Tags"]["Items"], [{"Key": "a", "Value": "b"}])
    holds("nothing runs before it is published", code(cloudfront.describe_function, Name="f", Stage="LIVE"), "NoSuchFunctionExists")
    cloudfront.publish_function(Name="f", IfMatch=first)
    cloudfront.update_function(Name="f", IfMatch=first, FunctionConfig=script, FunctionCode=b"two")
    holds("an old version of a function", code(cloudfront.update_function, Name="f", IfMatch=first, FunctionConfig=script, FunctionCode=b"x"), "PreconditionFailed")
    read = lambda stage: cloudfront.get_function(Name="f", Stage=stage)["FunctionCode"].read()  # noqa: E731
    holds("what was written and what runs", (read("DEVELOPMENT"), read("LIVE")), (b"two", b"one"))
    holds("a long script", code(cloudfront.update_function, Name="f", IfMatch=cloudfront.describe_function(Name="f")["ETag"],
                                FunctionConfig=script, FunctionCode=b"x" * 10241), "FunctionSizeLimitExceeded")
    return arn


def edge(made, arn):
    until("the load balancer is active", lambda: elb.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"] == "active")
    origin = cloudfront.create_vpc_origin(VpcOriginEndpointConfig={
        "Name": "o", "Arn": arn, "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"})["VpcOrigin"]
    runs = function()
    config = {
        "CallerReference": "r", "Comment": "c", "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "a", "DomainName": made["DNSName"], "VpcOriginConfig": {"VpcOriginId": origin["Id"]}}]},
        "DefaultCacheBehavior": {"TargetOriginId": "a", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"},
    }
    asked = {"DistributionConfigWithTags": {"DistributionConfig": config, "Tags": {"Items": [{"Key": "a", "Value": "b"}]}}}
    behavior = config["DefaultCacheBehavior"]
    behavior["FunctionAssociations"] = {"Quantity": 1, "Items": [{"EventType": "viewer-request", "FunctionARN": runs}]}
    holds("a distribution before its origin", code(cloudfront.create_distribution_with_tags, **asked), "InvalidOrigin")
    until("the origin is deployed", lambda: cloudfront.get_vpc_origin(Id=origin["Id"])["VpcOrigin"]["Status"] == "Deployed")
    first = cloudfront.create_distribution_with_tags(**asked)
    name, etag = first["Distribution"]["Id"], first["ETag"]
    holds("the same reference gives the same distribution", cloudfront.create_distribution_with_tags(**asked)["Distribution"]["Id"], name)
    holds("a function in use", code(cloudfront.delete_function, Name="f", IfMatch=cloudfront.describe_function(Name="f")["ETag"]), "FunctionInUse")
    unpublished = cloudfront.create_function(Name="g", FunctionConfig=script, FunctionCode=b"x")["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    loose = cloudfront.get_distribution_config(Id=name)
    loose["DistributionConfig"]["DefaultCacheBehavior"]["FunctionAssociations"]["Items"][0]["FunctionARN"] = unpublished
    holds("a function that nobody published", code(
        cloudfront.update_distribution, Id=name, IfMatch=loose["ETag"], DistributionConfig=loose["DistributionConfig"]), "InvalidFunctionAssociation")
    holds("an origin in use", code(cloudfront.delete_vpc_origin, Id=origin["Id"], IfMatch=cloudfront.get_vpc_origin(Id=origin["Id"])["ETag"]), "CannotDeleteEntityWhileInUse")
    holds("an enabled distribution", code(cloudfront.delete_distribution, Id=name, IfMatch=etag), "DistributionNotDisabled")
    found = cloudfront.get_distribution_config(Id=name)
    found["DistributionConfig"]["Enabled"] = False
    update = cloudfront.update_distribution(Id=name, IfMatch=found["ETag"], DistributionConfig=found["DistributionConfig"])
    holds("a distribution on its way", code(cloudfront.delete_distribution, Id=name, IfMatch=update["ETag"]), "DistributionNotDisabled")
    until("the distribution is deployed", lambda: cloudfront.get_distribution(Id=name)["Distribution"]["Status"] == "Deployed")
    holds("an old version", code(cloudfront.delete_distribution, Id=name, IfMatch=etag), "PreconditionFailed")
    holds("a disabled distribution", code(cloudfront.delete_distribution, Id=name, IfMatch=update["ETag"]), "ok")
    for each in ("f", "g"):
        holds("a free function", code(cloudfront.delete_function, Name=each, IfMatch=cloudfront.describe_function(Name=each)["ETag"]), "ok")
    holds("a load balancer with an origin", code(elb.delete_load_balancer, LoadBalancerArn=arn), "ResourceInUse")
    holds("a free origin", code(cloudfront.delete_vpc_origin, Id=origin["Id"], IfMatch=cloudfront.get_vpc_origin(Id=origin["Id"])["ETag"]), "ok")


def away(shown, arn, group, address, nat):
    holds("a target group in use", code(elb.delete_target_group, TargetGroupArn=group), "ResourceInUse")
    holds("a cluster with services", code(ecs.delete_cluster, cluster="c"), "ClusterContainsServicesException")
    holds("a service with tasks", code(ecs.delete_service, cluster="c", service="s"), "InvalidParameterException")
    holds("by force", code(ecs.delete_service, cluster="c", service="s", force=True), "ok")
    holds("a service leaves as", shown()["status"], "DRAINING")
    elb.delete_load_balancer(LoadBalancerArn=arn)
    holds("a free target group", code(elb.delete_target_group, TargetGroupArn=group), "ok")
    holds("a group whose interfaces linger", code(ec2.delete_security_group, GroupId=front), "DependencyViolation")
    holds("a protected cluster", code(rds.delete_db_cluster, DBClusterIdentifier="k", SkipFinalSnapshot=True), "InvalidParameterCombination")
    rds.modify_db_cluster(DBClusterIdentifier="k", DeletionProtection=False, ApplyImmediately=True)
    holds("a cluster with servers", code(rds.delete_db_cluster, DBClusterIdentifier="k", SkipFinalSnapshot=True), "InvalidDBClusterStateFault")
    rds.delete_db_instance(DBInstanceIdentifier="k1")
    holds("a server twice", code(rds.delete_db_instance, DBInstanceIdentifier="k1"), "InvalidDBInstanceState")
    holds("no word of a snapshot", code(rds.delete_db_cluster, DBClusterIdentifier="k"), "InvalidParameterCombination")
    holds("with a snapshot", code(rds.delete_db_cluster, DBClusterIdentifier="k", FinalDBSnapshotIdentifier="last"), "ok")
    holds("a subnet group in use", code(rds.delete_db_subnet_group, DBSubnetGroupName="d"), "InvalidDBSubnetGroupStateFault")
    holds("a gateway with addresses", code(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc), "DependencyViolation")
    ec2.delete_nat_gateway(NatGatewayId=nat)
    holds("an address in use", code(ec2.release_address, AllocationId=address), "InvalidIPAddress.InUse")
    holds("a network in use", code(ec2.delete_vpc, VpcId=vpc), "DependencyViolation")
    until("the address is free", lambda: code(ec2.release_address, AllocationId=address) == "ok")
    until("the subnet group is free", lambda: code(rds.delete_db_subnet_group, DBSubnetGroupName="d") == "ok")
    until("the service is gone", lambda: code(ecs.delete_cluster, cluster="c") == "ok")
    holds("the gateway is free", code(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc), "ok")
    holds("the gateway goes", code(ec2.delete_internet_gateway, InternetGatewayId=gateway), "ok")
    until("groups are free", lambda: code(ec2.delete_security_group, GroupId=tasks) == "ok" and code(ec2.delete_security_group, GroupId=front) == "ok")
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    holds("a table that a subnet follows", code(ec2.delete_route_table, RouteTableId=table), "DependencyViolation")
    for name in subnets:
        until("subnets are free", lambda: code(ec2.delete_subnet, SubnetId=name) == "ok")
    holds("a table whose subnets are gone", code(ec2.delete_route_table, RouteTableId=table), "ok")
    holds("the network goes", code(ec2.delete_vpc, VpcId=vpc), "ok")


address, nat = network()
made, arn, group = balancer()
shown = service(arn, group)
database()
edge(made, arn)
away(shown, arn, group, address, nat)
print("\n".join(wrong) or "the peer's rules hold")
sys.exit(1 if wrong else 0)
