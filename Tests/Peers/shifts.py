"""Prints what ECS did with the requests of services that have canaries, oldest first, and which target groups have them now.

Fails when at some time a rule led where no task was.
"""

import re
import sys

from account import client, every

elb, ecs = client("elbv2"), client("ecs")
groups = {g["TargetGroupArn"]: g["TargetGroupName"] for g in every("elbv2", "describe_target_groups", "TargetGroups")}
lost = []
for cluster in ecs.list_clusters()["clusterArns"]:
    services = ecs.list_services(cluster=cluster)["serviceArns"]
    for service in ecs.describe_services(cluster=cluster, services=services)["services"] if services else []:
        told = [event["message"] for event in reversed(service["events"])]
        lost += [message for message in told if "found no task" in message]
        for percent in (re.search(r"shifted (\S+) percent of the requests to (\S+)\.", message) for message in told):
            if percent:
                print(percent.group(1), percent.group(2))
for balancer in every("elbv2", "describe_load_balancers", "LoadBalancers"):
    for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
        for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
            config = rule["Actions"][0].get("ForwardConfig") or {}
            shares = {groups[t["TargetGroupArn"]]: t["Weight"] for t in config.get("TargetGroups") or []}
            alone = rule["Actions"][0].get("TargetGroupArn")
            for name in [n for n, weight in shares.items() if weight] if len(shares) > 1 else [groups[alone]] if alone else []:
                arn = next(a for a, n in groups.items() if n == name)
                healthy = len(elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"])
                print("rule", rule["Priority"], name, f"{healthy} tasks")
if lost:
    sys.exit("\n".join(lost))
