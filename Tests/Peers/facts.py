"""Reads an account after `terrace up --on aws` and checks the architecture's facts one by one, each by its name.

    facts.py [--stack NAME] [--port N]

Knows the architecture from AWS's documentation and the guide, not from Terrace: it asks AWS what is there. Prints a line for
each fact and ends with 1 when one does not hold.
"""

import argparse
import ipaddress
import json
import sys

from account import Account, tags

FACTS = []


def fact(name):
    def keep(function):
        FACTS.append((name, function))
        return function

    return keep


class Wrong(Exception):
    pass


def expect(condition, *found):
    if not condition:
        raise Wrong(" ".join(json.dumps(each, default=str) if not isinstance(each, str) else each for each in found))


class Stack:
    """The account seen as three tiers."""

    def __init__(self, account, port):
        self.account, self.inside, self.port = account, account.inside(), port
        expect(len(account.vpcs) == 1, f"there are {len(account.vpcs)} networks beside the default one, not 1")
        self.vpc = account.vpcs[0]

    def subnets(self, third):
        wanted = {f"10.0.{octet}.0/24" for octet in third}
        return [subnet for subnet in self.account.subnets if subnet["CidrBlock"] in wanted]

    @property
    def public(self):
        return self.subnets((1, 2))

    @property
    def application(self):
        return self.subnets((11, 12))

    @property
    def data(self):
        return self.subnets((21, 22))

    def table(self, subnet):
        found = [t for t in self.account.tables if any(a.get("SubnetId") == subnet["SubnetId"] for a in t["Associations"])]
        expect(len(found) == 1, f"subnet {subnet['CidrBlock']} has {len(found)} route tables of its own")
        return found[0]

    def default_route(self, subnet):
        return [route for route in self.table(subnet)["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]

    def group_of(self, word):
        found = [g for g in self.account.groups if g["GroupName"].endswith(word)]
        expect(len(found) == 1, f"there are {len(found)} groups …{word}")
        return found[0]["GroupId"]

    @property
    def balancer_group(self):
        return self.balancer["SecurityGroups"][0]

    @property
    def task_groups(self):
        return {group for service in self.account.services for group in service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]}

    @property
    def database_groups(self):
        return {group["VpcSecurityGroupId"] for group in self.cluster["VpcSecurityGroups"]}

    def rules(self, groups, egress):
        return [rule for rule in self.account.rules if rule["GroupId"] in groups and rule["IsEgress"] is egress]

    @property
    def balancer(self):
        expect(len(self.account.balancers) == 1, f"there are {len(self.account.balancers)} load balancers")
        return self.account.balancers[0]

    @property
    def cluster(self):
        expect(len(self.account.clusters) == 1, f"there are {len(self.account.clusters)} database clusters")
        return self.account.clusters[0]

    @property
    def distribution(self):
        expect(len(self.account.distributions) == 1, f"there are {len(self.account.distributions)} distributions")
        return self.account.distributions[0]

    @property
    def edge(self):
        return self.distribution["DistributionConfig"]


# Network


@fact("the network is 10.0.0.0/16 and has DNS hostnames")
def network(stack):
    expect(stack.vpc["CidrBlock"] == "10.0.0.0/16", stack.vpc["CidrBlock"])
    expect(stack.inside["attributes of the vpc"][0] == {"enableDnsHostnames": True, "enableDnsSupport": True}, stack.inside["attributes of the vpc"])


@fact("there are six subnets, two in each tier, one in each of two zones")
def six_subnets(stack):
    expect(len(stack.account.subnets) == 6, [subnet["CidrBlock"] for subnet in stack.account.subnets])
    zones = {subnet["AvailabilityZoneId"] for subnet in stack.account.subnets}
    expect(len(zones) == 2, zones)
    for tier in (stack.public, stack.application, stack.data):
        expect({subnet["AvailabilityZoneId"] for subnet in tier} == zones, [s["AvailabilityZoneId"] for s in tier])


@fact("no subnet gives public addresses by itself")
def no_public_addresses(stack):
    expect(not any(subnet["MapPublicIpOnLaunch"] for subnet in stack.application + stack.data), "MapPublicIpOnLaunch")


@fact("public subnets lead to the internet gateway")
def public_routes(stack):
    for subnet in stack.public:
        routes = stack.default_route(subnet)
        expect(len(routes) == 1 and routes[0].get("GatewayId", "").startswith("igw-"), subnet["CidrBlock"], routes)


@fact("each application subnet leads to the NAT gateway of its own zone")
def application_routes(stack):
    for subnet in stack.application:
        routes = stack.default_route(subnet)
        expect(len(routes) == 1 and routes[0].get("NatGatewayId"), subnet["CidrBlock"], routes)
        nat = [nat for nat in stack.account.nats if nat["NatGatewayId"] == routes[0]["NatGatewayId"]]
        home = [s for s in stack.public if nat and s["SubnetId"] == nat[0]["SubnetId"]]
        expect(home and home[0]["AvailabilityZoneId"] == subnet["AvailabilityZoneId"], f"{subnet['CidrBlock']} leaves by another zone")


@fact("data subnets have no way out at all")
def data_routes(stack):
    for subnet in stack.data:
        expect(not stack.default_route(subnet), subnet["CidrBlock"])
        gateways = [r for r in stack.table(subnet)["Routes"] if r.get("GatewayId", "local").startswith("igw-") or r.get("NatGatewayId")]
        expect(not gateways, gateways)


@fact("there are two available NAT gateways, each with its elastic address")
def nats(stack):
    expect(len(stack.account.nats) == 2, len(stack.account.nats))
    expect(all(nat["State"] == "available" for nat in stack.account.nats), [nat["State"] for nat in stack.account.nats])
    expect(len(stack.account.addresses) == 2, f"{len(stack.account.addresses)} addresses")


@fact("S3 is reached through a gateway endpoint")
def s3_endpoint(stack):
    found = [e for e in stack.account.endpoints if e["ServiceName"].endswith(".s3")]
    expect(len(found) == 1 and found[0]["VpcEndpointType"] == "Gateway", found)
    tables = {stack.table(subnet)["RouteTableId"] for subnet in stack.application}
    expect(tables <= set(found[0]["RouteTableIds"]), found[0]["RouteTableIds"])


@fact("the network's flow is logged")
def flow(stack):
    found = [log for log in stack.account.flow_logs if log["ResourceId"] == stack.vpc["VpcId"]]
    expect(len(found) == 1 and found[0]["FlowLogStatus"] == "ACTIVE", found)


# The chain of groups


@fact("the load balancer takes requests from CloudFront only")
def balancer_ingress(stack):
    rules = stack.rules({stack.balancer_group}, False)
    expect(rules and all(rule.get("PrefixListId") for rule in rules), rules)
    expect({rule["FromPort"] for rule in rules} <= {80, 443}, rules)


@fact("tasks take requests from the load balancer only")
def task_ingress(stack):
    rules = stack.rules(stack.task_groups, False)
    expect(rules and all((r.get("ReferencedGroupInfo") or {}).get("GroupId") == stack.balancer_group for r in rules), rules)
    expect({rule["FromPort"] for rule in rules} == {stack.port}, rules)


@fact("the database takes connections of tasks only")
def database_ingress(stack):
    rules = stack.rules(stack.database_groups, False)
    expect(rules and all((r.get("ReferencedGroupInfo") or {}).get("GroupId") in stack.task_groups for r in rules), rules)
    expect({rule["FromPort"] for rule in rules} == {5432}, rules)


@fact("no group lets everything out, and the database nothing")
def egress(stack):
    groups = {group["GroupId"] for group in stack.account.groups}
    everything = [r for r in stack.rules(groups, True) if r["IpProtocol"] == "-1"]
    expect(not everything, everything)
    expect(not stack.rules(stack.database_groups, True), "the database's group has a rule for egress")


@fact("the default group is empty")
def default_group(stack):
    default = {group["GroupId"] for group in stack.account.groups if group["GroupName"] == "default"}
    found = [rule for rule in stack.account.rules if rule["GroupId"] in default]
    expect(not found, found)


# Data


@fact("the database is Aurora PostgreSQL of a version with long-term support")
def engine(stack):
    expect(stack.cluster["Engine"] == "aurora-postgresql" and stack.cluster["EngineVersion"] == "17.7", stack.cluster["EngineVersion"])


@fact("the database is encrypted, protected, backed up for seven days, and copies its tags")
def database_settings(stack):
    wanted = {"StorageEncrypted": True, "DeletionProtection": True, "BackupRetentionPeriod": 7, "CopyTagsToSnapshot": True,
              "IAMDatabaseAuthenticationEnabled": True}
    found = {key: stack.cluster.get(key) for key in wanted}
    expect(found == wanted, found)
    expect("postgresql" in stack.cluster.get("EnabledCloudwatchLogsExports", []), "its log is not exported")


@fact("RDS keeps the master's password")
def master(stack):
    expect((stack.cluster.get("MasterUserSecret") or {}).get("SecretStatus") == "active", stack.cluster.get("MasterUserSecret"))


@fact("plain connections to the database are refused")
def force_ssl(stack):
    found = {p["name"]: p["value"] for p in stack.inside["parameters"][stack.cluster["DBClusterParameterGroup"]]}
    expect(found.get("rds.force_ssl") == "1", found)


@fact("a server of the database is in each zone, none of them public")
def database_instances(stack):
    expect(len(stack.account.instances) == 2, len(stack.account.instances))
    expect(len({i["AvailabilityZone"] for i in stack.account.instances}) == 2, [i["AvailabilityZone"] for i in stack.account.instances])
    expect(not any(i.get("PubliclyAccessible") for i in stack.account.instances), "a server is public")
    expect(all(i["DBInstanceStatus"] == "available" for i in stack.account.instances), [i["DBInstanceStatus"] for i in stack.account.instances])


@fact("the database lives in the data subnets")
def database_subnets(stack):
    group = [g for g in stack.account.subnet_groups if g["DBSubnetGroupName"] == stack.cluster["DBSubnetGroup"]]
    found = {s["SubnetIdentifier"] for s in group[0]["Subnets"]}
    expect(found == {s["SubnetId"] for s in stack.data}, found)


# Application


@fact("tasks run in the application subnets without public addresses")
def task_places(stack):
    expect(stack.account.services, "there is no service")
    for service in stack.account.services:
        place = service["networkConfiguration"]["awsvpcConfiguration"]
        expect(set(place["subnets"]) == {s["SubnetId"] for s in stack.application}, place["subnets"])
        expect(place.get("assignPublicIp", "DISABLED") == "DISABLED", place)


@fact("services run what they should, by capacity providers, and roll back a failed deployment")
def services(stack):
    expect(stack.account.services, "there is no service")
    for service in stack.account.services:
        expect(service["runningCount"] == service["desiredCount"] >= 2, service["serviceName"], service["runningCount"])
        expect(service["deployments"][0]["rolloutState"] == "COMPLETED", service["deployments"][0])
        breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
        expect(breaker["enable"] and breaker["rollback"], breaker)
        alarms = service["deploymentConfiguration"].get("alarms") or {}
        there = {alarm["AlarmName"] for alarm in stack.account.alarms}
        if service["loadBalancers"]:
            expect(alarms.get("enable") and alarms["rollback"], "no alarm watches the deployments of", service["serviceName"])
            expect(alarms["alarmNames"] and set(alarms["alarmNames"]) <= there, alarms)
        else:
            expect(not alarms.get("enable"), alarms)
        expect(service["capacityProviderStrategy"] and not service.get("launchType"), service.get("launchType", "no strategy"))
        expect(service["healthCheckGracePeriodSeconds"] == 60, service["healthCheckGracePeriodSeconds"])
        expect(service["availabilityZoneRebalancing"] == "ENABLED", service["availabilityZoneRebalancing"])


@fact("containers are not root, cannot write to their image, and have an init process")
def containers(stack):
    expect(stack.account.definitions, "there is no task definition")
    for definition in stack.account.definitions:
        for container in definition["containerDefinitions"]:
            expect(container.get("user", "root").split(":")[0] not in ("root", "0"), container.get("user"))
            expect(container.get("readonlyRootFilesystem") is True, container["name"])
            expect((container.get("linuxParameters") or {}).get("initProcessEnabled") is True, container["name"])


@fact("no password is in a task's environment; it comes from Secrets Manager")
def passwords(stack):
    expect(stack.account.definitions, "there is no task definition")
    for definition in stack.account.definitions:
        for container in definition["containerDefinitions"]:
            names = {entry["name"] for entry in container.get("environment", [])}
            expect("PGPASSWORD" not in names and "PGHOST" in names, names)
            found = {entry["name"]: entry["valueFrom"] for entry in container.get("secrets", [])}
            expect(":secretsmanager:" in found.get("PGPASSWORD", ""), found)


@fact("task role and execution role are two")
def two_roles(stack):
    expect(stack.account.definitions, "there is no task definition")
    for definition in stack.account.definitions:
        expect(definition["taskRoleArn"] != definition["executionRoleArn"], definition["taskRoleArn"])


@fact("no role's policy allows every action or all secrets")
def least_privilege(stack):
    expect(stack.inside["role policies"], "there is no role")
    for name, role in stack.inside["role policies"].items():
        for policy in role["inline"].values():
            for statement in policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]:
                actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
                expect("*" not in actions, name, statement)
                expect(not ("*" in resources and any(a.startswith("secretsmanager:") for a in actions)), name, statement)


@fact("each log group forgets")
def retention(stack):
    found = [g["logGroupName"] for g in stack.account.log_groups if not g.get("retentionInDays")]
    expect(stack.account.log_groups and not found, found)


@fact("Container Insights are on")
def insights(stack):
    settings = {s["name"]: s["value"] for c in stack.account.ecs_clusters for s in c["settings"]}
    expect(settings.get("containerInsights") in ("enabled", "enhanced"), settings)


@fact("services scale between two and ten on CPU 60")
def scaling(stack):
    expect([(t["MinCapacity"], t["MaxCapacity"]) for t in stack.account.targets] == [(2, 10)] * len(stack.account.services), stack.account.targets)
    values = [p["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for p in stack.account.policies]
    expect(values and all(value == 60 for value in values), values)


# Edge


@fact("the load balancer is internal, in two zones, and active")
def internal(stack):
    expect(stack.balancer["Scheme"] == "internal" and stack.balancer["State"]["Code"] == "active", stack.balancer["Scheme"])
    expect({z["SubnetId"] for z in stack.balancer["AvailabilityZones"]} == {s["SubnetId"] for s in stack.application}, stack.balancer["AvailabilityZones"])


@fact("the load balancer drops invalid headers, is protected, and logs to the bucket")
def balancer_attributes(stack):
    found = stack.inside["balancer attributes"][stack.balancer["LoadBalancerName"]]
    wanted = {"routing.http.drop_invalid_header_fields.enabled": "true", "deletion_protection.enabled": "true", "access_logs.s3.enabled": "true"}
    expect({key: found.get(key) for key in wanted} == wanted, found)
    expect(found.get("access_logs.s3.bucket") in [b["Name"] for b in stack.account.buckets], found)


@fact("what no rule takes is refused by the listener")
def listener_default(stack):
    expect(stack.account.listeners, "there is no listener")
    for listener in stack.account.listeners:
        action = listener["DefaultActions"][0]
        expect(action["Type"] == "fixed-response" and action["FixedResponseConfig"]["StatusCode"] in ("403", "404"), action)


@fact("targets are checked every ten seconds and drained for thirty")
def target_groups(stack):
    expect(stack.account.target_groups, "there is no target group")
    for group in stack.account.target_groups:
        found = {key: group[key] for key in ("TargetType", "HealthCheckPath", "HealthCheckIntervalSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount")}
        wanted = {"TargetType": "ip", "HealthCheckPath": "/health", "HealthCheckIntervalSeconds": 10, "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 3}
        expect(found == wanted, found)


@fact("CloudFront reaches the load balancer through a VPC origin that is deployed")
def vpc_origin(stack):
    expect(len(stack.account.origins) == 1, len(stack.account.origins))
    origin = stack.account.origins[0]
    expect(origin["Status"] == "Deployed", origin["Status"])
    expect(origin["VpcOriginEndpointConfig"]["Arn"] == stack.balancer["LoadBalancerArn"], origin)
    expect(stack.edge["Origins"]["Items"][0]["VpcOriginConfig"]["VpcOriginId"] == origin["Id"], stack.edge["Origins"])


@fact("CloudFront redirects to HTTPS and takes all seven methods")
def behavior(stack):
    default = stack.edge["DefaultCacheBehavior"]
    expect(default["ViewerProtocolPolicy"] == "redirect-to-https", default["ViewerProtocolPolicy"])
    expect(default["AllowedMethods"]["Quantity"] == 7, default["AllowedMethods"])
    expect(default.get("CachePolicyId") and default.get("OriginRequestPolicyId"), default)


@fact("CloudFront names every request for the load balancer and the tasks")
def request_id(stack):
    live = [found for found in stack.account.functions if found["FunctionMetadata"]["Stage"] == "LIVE"]
    expect(len(live) == 1 and "x-amzn-trace-id" in live[0]["Code"], [found["Name"] for found in stack.account.functions])
    expect(live[0]["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0", live[0]["FunctionConfig"])
    for behavior in [stack.edge["DefaultCacheBehavior"]] + (stack.edge["CacheBehaviors"].get("Items") or []):
        tied = [(each["EventType"], each["FunctionARN"]) for each in behavior["FunctionAssociations"].get("Items") or []]
        expect(tied == [("viewer-request", live[0]["FunctionMetadata"]["FunctionARN"])], tied)


@fact("the distribution is enabled and deployed")
def deployed(stack):
    expect(stack.edge["Enabled"] and stack.distribution["Status"] == "Deployed", stack.distribution["Status"])


@fact("the web ACL is attached, of scope CLOUDFRONT, with four managed groups and a rate rule")
def web_acl(stack):
    expect(len(stack.account.acls_of_edge) == 1, len(stack.account.acls_of_edge))
    acl = stack.account.acls_of_edge[0]
    expect(stack.edge["WebACLId"] == acl["ARN"], stack.edge["WebACLId"])
    managed = [r for r in acl["Rules"] if "ManagedRuleGroupStatement" in r["Statement"]]
    rates = [r["Statement"]["RateBasedStatement"]["Limit"] for r in acl["Rules"] if "RateBasedStatement" in r["Statement"]]
    expect(len(managed) == 4 and rates == [2000], acl["Rules"])


@fact("what the firewall does is logged")
def web_acl_logging(stack):
    expect([c["ResourceArn"] for c in stack.account.acl_loggings] == [stack.edge["WebACLId"]], stack.account.acl_loggings)
    expect(all(":aws-waf-logs-" in d for c in stack.account.acl_loggings for d in c["LogDestinationConfigs"]), stack.account.acl_loggings)


@fact("CloudFront's requests are logged by version 2 of its logs")
def edge_logs(stack):
    arns = [arn for source in stack.account.delivery_sources for arn in source["resourceArns"]]
    expect(stack.distribution["ARN"] in arns, arns)
    expect(len(stack.account.deliveries) == 1, stack.account.deliveries)


@fact("the bucket of logs is closed, encrypted and forgets")
def bucket(stack):
    expect(stack.account.buckets, "there is no bucket")
    for name, found in stack.inside["bucket settings"].items():
        expect(found["public access"] and all(found["public access"]["PublicAccessBlockConfiguration"].values()), name, found["public access"])
        expect(found["encryption"] and found["lifecycle"], name)


# Operations


@fact("alarms tell a topic that is encrypted")
def alarms(stack):
    expect(stack.account.alarms and stack.account.topics, "there are no alarms or no topic")
    for alarm in stack.account.alarms:
        expect(set(alarm["AlarmActions"]) & set(stack.account.topics), alarm["AlarmName"])
        expect(alarm.get("TreatMissingData"), alarm["AlarmName"])
    for topic, attributes in stack.inside["topic attributes"].items():
        expect(attributes.get("KmsMasterKeyId"), topic)


@fact("alarms watch metrics that exist")
def metrics(stack):
    expect(stack.account.alarms, "there is no alarm")
    known = {
        "AWS/ECS": {"CPUUtilization", "MemoryUtilization"},
        "ECS/ContainerInsights": {"RunningTaskCount", "DesiredTaskCount", "PendingTaskCount"},
        "AWS/RDS": {"CPUUtilization", "DatabaseConnections", "AuroraReplicaLagMaximum", "AuroraReplicaLag", "FreeableMemory", "FreeLocalStorage", "ACUUtilization", "ServerlessDatabaseCapacity"},
        "AWS/ApplicationELB": {"TargetResponseTime", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "UnHealthyHostCount", "HealthyHostCount", "RequestCount"},
        "AWS/NATGateway": {"ErrorPortAllocation", "PacketsDropCount"},
        "AWS/CloudFront": {"5xxErrorRate", "4xxErrorRate", "Requests"},
        "AWS/WAFV2": {"BlockedRequests", "AllowedRequests"},
    }
    for alarm in stack.account.alarms:
        used = [alarm] if "MetricName" in alarm else [m["MetricStat"]["Metric"] for m in alarm["Metrics"] if "MetricStat" in m]
        for metric in used:
            expect(metric["MetricName"] in known.get(metric["Namespace"], ()), alarm["AlarmName"], metric["Namespace"], metric["MetricName"])


@fact("there is a dashboard")
def dashboard(stack):
    expect(len(stack.account.dashboards) == 1, stack.account.dashboards)


@fact("everything that takes tags says whose it is")
def tagged(stack):
    account, missing = stack.account, []
    plain = {
        "VpcId": account.vpcs, "SubnetId": account.subnets, "NatGatewayId": account.nats, "InternetGatewayId": account.gateways,
        "AllocationId": account.addresses, "VpcEndpointId": account.endpoints, "FlowLogId": account.flow_logs,
        "RouteTableId": [t for t in account.tables if not any(a.get("Main") for a in t["Associations"])],
        "GroupId": [g for g in account.groups if g["GroupName"] != "default"],
        "ARN": [s for s in account.secrets if not s["Name"].startswith("rds!")],
        "clusterArn": account.ecs_clusters, "serviceArn": account.services, "taskDefinitionArn": account.definitions,
    }
    for key, items in plain.items():
        for item in items:
            found = tags(item.get("Tags") or item.get("TagSet") or item.get("tags"))
            if not found.get("terrace:stack") or not found.get("terrace:address"):
                missing.append(item.get(key))
    for item in [*account.clusters, *account.instances]:
        if not tags(item.get("TagList")).get("terrace:stack"):
            missing.append(item.get("DBClusterArn", item.get("DBInstanceArn")))
    for name, role in stack.inside["role policies"].items():
        if not role["tags"].get("terrace:stack"):
            missing.append(name)
    for name, found in stack.inside["bucket settings"].items():
        if not found["tags"].get("terrace:stack"):
            missing.append(name)
    expect(not missing, missing)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    try:
        stack = Stack(Account(), arguments.port)
    except Wrong as wrong:
        print(f"FAILED  the account can be read: {wrong}")
        return 1
    failed = 0
    for name, check in FACTS:
        if arguments.only and arguments.only not in name:
            continue
        try:
            check(stack)
            print(f"holds   {name}")
        except Wrong as wrong:
            failed += 1
            print(f"FAILED  {name}: {wrong}")
        except (KeyError, IndexError, TypeError) as error:
            failed += 1
            print(f"FAILED  {name}: the account has no such thing: {error!r}")
    print(f"{len(FACTS) - failed} of {len(FACTS)} facts hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
