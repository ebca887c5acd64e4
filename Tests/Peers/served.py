"""Prints the level (`LOG_LEVEL`) of each version whose tasks get requests: by the weights of the rules, the targets of their groups and
the tasks at these addresses.
"""

from account import client, every

elb, ecs = client("elbv2"), client("ecs")


def levels():
    """By a task's address."""
    found = {}
    for cluster in ecs.list_clusters()["clusterArns"]:
        arns = ecs.list_tasks(cluster=cluster)["taskArns"]
        for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []:
            definition = ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
            told = {each["name"]: each["value"] for container in definition["containerDefinitions"] for each in container["environment"]}
            details = {each["name"]: each["value"] for attachment in task["attachments"] for each in attachment["details"]}
            if "LOG_LEVEL" in told:
                found[details["privateIPv4Address"]] = told["LOG_LEVEL"]
    return found


def groups():
    """ARNs of those to which a rule sends requests."""
    for balancer in every("elbv2", "describe_load_balancers", "LoadBalancers"):
        for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
                action = rule["Actions"][0]
                for group in (action.get("ForwardConfig") or {}).get("TargetGroups") or []:
                    if group.get("Weight", 1):
                        yield group["TargetGroupArn"]
                if "TargetGroupArn" in action:
                    yield action["TargetGroupArn"]


if __name__ == "__main__":
    known = levels()
    for arn in set(groups()):
        for target in elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]:
            print(known.get(target["Target"]["Id"], "nobody"))
