"""An account as boto3 sees it: what both readers, `dump.py` and `facts.py`, ask.

`AWS_ENDPOINT_URL` says where; nothing here knows Terrace's code, only AWS's API.
"""

import json
import os

import boto3
from botocore.config import Config

for name, value in (("AWS_ACCESS_KEY_ID", "reader"), ("AWS_SECRET_ACCESS_KEY", "reader")):
    os.environ.setdefault(name, value)
REGION = os.environ.get("AWS_REGION", "us-east-1")
_clients = {}


def client(service, region=REGION, patient=True):
    key = service, region, patient
    if key not in _clients:
        retries = {"max_attempts": 10 if patient else 0, "mode": "standard"}
        _clients[key] = boto3.client(service, region_name=region, config=Config(retries=retries))
    return _clients[key]


def every(service, operation, member, region=REGION, **asked):
    """All pages of a list."""
    caller = client(service, region)
    if caller.can_paginate(operation):
        return [item for page in caller.get_paginator(operation).paginate(**asked) for item in page.get(member) or []]
    return getattr(caller, operation)(**asked).get(member) or []


def maybe(service, operation, region=REGION, **asked):
    """An answer, or None when there is no such thing."""
    caller = client(service, region)
    try:
        answer = getattr(caller, operation)(**asked)
    except caller.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        if any(word in code for word in ("NotFound", "NoSuch", "Nonexistent", "DoesNotExist")):
            return None
        raise
    answer.pop("ResponseMetadata", None)
    return answer


def tags(listed):
    """Tags in any of AWS's spellings as a dict."""
    if isinstance(listed, dict):
        return dict(listed)
    return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value", "")) for tag in listed or []}


class Account:
    """Everything outside the default VPC that an architecture of this kind is made of, read once."""

    def __init__(self):
        ec2 = lambda operation, member: every("ec2", operation, member)  # noqa: E731
        self.vpcs = [vpc for vpc in ec2("describe_vpcs", "Vpcs") if not vpc["IsDefault"]]
        ours = {vpc["VpcId"] for vpc in self.vpcs}
        mine = lambda found: [item for item in found if item.get("VpcId") in ours]  # noqa: E731
        self.subnets = mine(ec2("describe_subnets", "Subnets"))
        self.tables = mine(ec2("describe_route_tables", "RouteTables"))
        self.acls = mine(ec2("describe_network_acls", "NetworkAcls"))
        self.groups = mine(ec2("describe_security_groups", "SecurityGroups"))
        names = {group["GroupId"] for group in self.groups}
        self.rules = [rule for rule in ec2("describe_security_group_rules", "SecurityGroupRules") if rule["GroupId"] in names]
        self.endpoints = mine(ec2("describe_vpc_endpoints", "VpcEndpoints"))
        self.nats = [nat for nat in mine(ec2("describe_nat_gateways", "NatGateways")) if nat["State"] not in ("deleted", "deleting")]
        self.gateways = ec2("describe_internet_gateways", "InternetGateways")
        self.gateways = [g for g in self.gateways if not g["Attachments"] or g["Attachments"][0]["VpcId"] in ours]
        self.addresses = client("ec2").describe_addresses()["Addresses"]
        self.flow_logs = ec2("describe_flow_logs", "FlowLogs")

        self.subnet_groups = every("rds", "describe_db_subnet_groups", "DBSubnetGroups")
        self.parameter_groups = [
            group for group in every("rds", "describe_db_cluster_parameter_groups", "DBClusterParameterGroups")
            if not group["DBClusterParameterGroupName"].startswith("default.")
        ]
        self.clusters = every("rds", "describe_db_clusters", "DBClusters")
        self.instances = every("rds", "describe_db_instances", "DBInstances")
        # RDS's own, automatic ones go with their cluster; moto keeps them.
        self.snapshots = every("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", SnapshotType="manual")
        self.subscriptions = every("rds", "describe_event_subscriptions", "EventSubscriptionsList")

        self.secrets = every("secretsmanager", "list_secrets", "SecretList")
        self.roles = [role for role in every("iam", "list_roles", "Roles") if not role["Path"].startswith("/aws-service-role/")]
        self.log_groups = every("logs", "describe_log_groups", "logGroups") + (
            every("logs", "describe_log_groups", "logGroups", region="us-east-1") if REGION != "us-east-1" else [])
        self.delivery_sources = every("logs", "describe_delivery_sources", "deliverySources", region="us-east-1")
        self.delivery_destinations = every("logs", "describe_delivery_destinations", "deliveryDestinations", region="us-east-1")
        self.deliveries = every("logs", "describe_deliveries", "deliveries", region="us-east-1")

        self.repositories = every("ecr", "describe_repositories", "repositories")
        self.ecs_clusters = [c for c in client("ecs").describe_clusters(
            clusters=every("ecs", "list_clusters", "clusterArns") or ["none"], include=["TAGS", "SETTINGS"])["clusters"] if c["status"] != "INACTIVE"]
        self.services = []
        for cluster in self.ecs_clusters:
            arns = every("ecs", "list_services", "serviceArns", cluster=cluster["clusterArn"])
            for start in range(0, len(arns), 10):
                self.services += client("ecs").describe_services(
                    cluster=cluster["clusterArn"], services=arns[start:start + 10], include=["TAGS"])["services"]
        self.definitions = []
        for arn in every("ecs", "list_task_definitions", "taskDefinitionArns", status="ACTIVE"):
            answer = client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
            self.definitions.append({**answer["taskDefinition"], "tags": answer.get("tags") or []})
        self.targets = every("application-autoscaling", "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs")
        self.policies = every("application-autoscaling", "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="ecs")
        self.scheduled_actions = every(
            "application-autoscaling", "describe_scheduled_actions", "ScheduledActions", ServiceNamespace="ecs")
        self.schedule_groups = [g for g in every("scheduler", "list_schedule_groups", "ScheduleGroups") if g["Name"] != "default"]
        self.schedules = [client("scheduler").get_schedule(GroupName=found["GroupName"], Name=found["Name"])
                          for found in every("scheduler", "list_schedules", "Schedules")]
        self.machines = [client("stepfunctions").describe_state_machine(stateMachineArn=found["stateMachineArn"])
                         for found in every("stepfunctions", "list_state_machines", "stateMachines")]

        self.buckets = client("s3").list_buckets()["Buckets"]
        self.balancers = every("elbv2", "describe_load_balancers", "LoadBalancers")
        self.target_groups = every("elbv2", "describe_target_groups", "TargetGroups")
        self.listeners, self.listener_rules = [], []
        for balancer in self.balancers:
            self.listeners += every("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=balancer["LoadBalancerArn"])
        for listener in self.listeners:
            self.listener_rules += every("elbv2", "describe_rules", "Rules", ListenerArn=listener["ListenerArn"])
        self.certificates = [
            client("acm", region).describe_certificate(CertificateArn=found["CertificateArn"])["Certificate"]
            for region in sorted({REGION, "us-east-1"})
            for found in every("acm", "list_certificates", "CertificateSummaryList", region=region)
        ]
        self.distributions = []
        for found in (client("cloudfront").list_distributions()["DistributionList"].get("Items") or []):
            self.distributions.append(client("cloudfront").get_distribution(Id=found["Id"])["Distribution"])
        self.origins = [client("cloudfront").get_vpc_origin(Id=found["Id"])["VpcOrigin"]
                        for found in client("cloudfront").list_vpc_origins()["VpcOriginList"].get("Items") or []]
        self.cache_policies = [found["CachePolicy"] for found in
                               client("cloudfront").list_cache_policies(Type="custom")["CachePolicyList"].get("Items") or []]
        self.functions = []
        for found in client("cloudfront").list_functions()["FunctionList"].get("Items") or []:
            stage = found["FunctionMetadata"]["Stage"]
            code = client("cloudfront").get_function(Name=found["Name"], Stage=stage)["FunctionCode"].read().decode()
            tagged = client("cloudfront").list_tags_for_resource(Resource=found["FunctionMetadata"]["FunctionARN"])["Tags"]["Items"]
            self.functions.append({**found, "Code": code, "Tags": tagged})
        waf = client("wafv2", "us-east-1")
        self.acls_of_edge = [waf.get_web_acl(Name=found["Name"], Id=found["Id"], Scope="CLOUDFRONT")["WebACL"]
                             for found in waf.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]]
        found = [maybe("wafv2", "get_logging_configuration", region="us-east-1", ResourceArn=acl["ARN"]) for acl in self.acls_of_edge]
        self.acl_loggings = [answer["LoggingConfiguration"] for answer in found if answer]

        self.topics = [found["TopicArn"] for found in every("sns", "list_topics", "Topics")]
        self.topics += [found["TopicArn"] for found in every("sns", "list_topics", "Topics", region="us-east-1")] if REGION != "us-east-1" else []
        self.topic_subscriptions = every("sns", "list_subscriptions", "Subscriptions")
        self.alarms = every("cloudwatch", "describe_alarms", "MetricAlarms")
        self.alarms = [alarm for alarm in self.alarms if not alarm["AlarmName"].startswith("TargetTracking-")]
        self.dashboards = every("cloudwatch", "list_dashboards", "DashboardEntries")
        self.parameters = every("ssm", "describe_parameters", "Parameters")
        self.zones = every("route53", "list_hosted_zones", "HostedZones")
        self.records = [
            {**record, "zone": zone["Name"]} for zone in self.zones
            for record in every("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"])
            if record["Type"] not in ("NS", "SOA")
        ]

    def inside(self):
        """What hangs on the things above and has no list of its own."""
        return {
            "bucket settings": {bucket["Name"]: self.bucket(bucket["Name"]) for bucket in self.buckets},
            "balancer attributes": {b["LoadBalancerName"]: tags(every("elbv2", "describe_load_balancer_attributes", "Attributes", LoadBalancerArn=b["LoadBalancerArn"])) for b in self.balancers},
            "target group attributes": {t["TargetGroupName"]: tags(every("elbv2", "describe_target_group_attributes", "Attributes", TargetGroupArn=t["TargetGroupArn"])) for t in self.target_groups},
            "role policies": {role["RoleName"]: self.role(role["RoleName"]) for role in self.roles},
            "parameters": {group["DBClusterParameterGroupName"]: [
                {"name": p["ParameterName"], "value": p.get("ParameterValue")}
                for p in every("rds", "describe_db_cluster_parameters", "Parameters", DBClusterParameterGroupName=group["DBClusterParameterGroupName"], Source="user")
            ] for group in self.parameter_groups},
            "topic attributes": {topic: client("sns", topic.split(":")[3]).get_topic_attributes(TopicArn=topic)["Attributes"] for topic in self.topics},
            "dashboards": {d["DashboardName"]: json.loads(client("cloudwatch").get_dashboard(DashboardName=d["DashboardName"])["DashboardBody"]) for d in self.dashboards},
            "attributes of the vpc": [
                {name: client("ec2").describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=name)[name[0].upper() + name[1:]]["Value"] for name in ("enableDnsHostnames", "enableDnsSupport")}
                for vpc in self.vpcs],
        }

    @staticmethod
    def bucket(name):
        return {
            "policy": json.loads((maybe("s3", "get_bucket_policy", Bucket=name) or {"Policy": "null"})["Policy"]),
            "encryption": maybe("s3", "get_bucket_encryption", Bucket=name),
            "public access": maybe("s3", "get_public_access_block", Bucket=name),
            "lifecycle": maybe("s3", "get_bucket_lifecycle_configuration", Bucket=name),
            "ownership": maybe("s3", "get_bucket_ownership_controls", Bucket=name),
            "versioning": maybe("s3", "get_bucket_versioning", Bucket=name),
            "tags": tags((maybe("s3", "get_bucket_tagging", Bucket=name) or {}).get("TagSet")),
        }

    @staticmethod
    def role(name):
        return {
            "inline": {policy: client("iam").get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                       for policy in every("iam", "list_role_policies", "PolicyNames", RoleName=name)},
            "attached": sorted(p["PolicyArn"] for p in every("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)),
            "tags": tags(every("iam", "list_role_tags", "Tags", RoleName=name)),
        }
