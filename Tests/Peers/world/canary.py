"""ECS's canaries: a new version's tasks come into the other of two target groups, a part of the requests follows them, then the rest.

ECS shifts the weights of the listener's rule by the role that it was given, and only as that role allows. What it did is told in the
service's events, and so is a rule that leads where no task is: `requests found no task`.
"""

import json
from fnmatch import fnmatchcase

from . import clock
from .wire import Refusal, backend, before


def invalid(message):
    return Refusal("InvalidParameterException", message, 400)


def turns(doc):
    """What a service's two target groups are tied by; None where it has one or none."""
    entry = (doc.get("loadBalancers") or [{}])[0]
    return {**entry["advancedConfiguration"], "targetGroupArn": entry["targetGroupArn"]} if entry.get("advancedConfiguration") else None


def check(doc, region):
    """What ECS refuses about a canary before anything begins."""
    deployment = doc["deploymentConfiguration"]
    if deployment.get("strategy", "ROLLING") == "ROLLING":
        return
    said = turns(doc)
    if not said or not all(said.get(key) for key in ("alternateTargetGroupArn", "productionListenerRule", "roleArn")):
        raise invalid("A CANARY deployment needs an alternate target group, a production listener rule and a role.")
    canary = deployment.get("canaryConfiguration") or {}
    if not 0.1 <= canary.get("canaryPercent", 5.0) <= 100 or not 0 <= canary.get("canaryBakeTimeInMinutes", 10) <= 1440:
        raise invalid("canaryConfiguration is out of range.")
    if not 0 <= deployment.get("bakeTimeInMinutes", 0) <= 1440:
        raise invalid("bakeTimeInMinutes is out of range.")
    for key in ("targetGroupArn", "alternateTargetGroupArn"):
        if said[key] not in shares(rule(said["productionListenerRule"], region)):
            raise invalid(f"The target group with targetGroupArn {said[key]} does not have an associated load balancer.")


def rule(arn, region):
    for balancer in backend("elbv2", region).load_balancers.values():
        for listener in balancer.listeners.values():
            if arn in listener.rules:
                return listener.rules[arn]
    raise invalid(f"The listener rule does not exist: {arn}")


def shares(found):
    """Weights by target group."""
    action = found.actions[0].data
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups")
    return {entry["TargetGroupArn"]: int(entry["Weight"]) for entry in groups} if groups else {action.get("TargetGroupArn"): 1}


def may(role, action, resource):
    """Whether ECS may take the role on, and what it may do then."""
    found = next((each for each in backend("iam").roles.values() if each.arn == role), None)
    if found is None:
        return False
    trust = found.assume_role_policy_document
    if "ecs.amazonaws.com" not in (trust if isinstance(trust, str) else json.dumps(trust)):
        return False
    for text in found.policies.values():
        for entry in json.loads(text)["Statement"]:
            actions, resources = ([each] if isinstance(each, str) else each for each in (entry["Action"], entry["Resource"]))
            if action in actions and any(fnmatchcase(resource, pattern) for pattern in resources):
                return True
    return False


class Canary:
    """One deployment's way through the two target groups."""

    def __init__(self, service, group):
        deployment = service.doc["deploymentConfiguration"]
        said = deployment.get("canaryConfiguration") or {}
        self.service, self.group = service, group
        self.turns = turns(service.doc)
        # Where nothing serves yet there is nothing to compare with.
        self.percent = said.get("canaryPercent", 5.0) if service.deployments else 100
        self.bake = clock.seconds(60 * said.get("canaryBakeTimeInMinutes", 10))
        self.watch = clock.seconds(60 * deployment.get("bakeTimeInMinutes", 0))
        self.shifted = 0

    @property
    def other(self):
        both = [self.turns["targetGroupArn"], self.turns["alternateTargetGroupArn"]]
        return both[0] if self.group == both[1] else both[1]

    @property
    def refusal(self):
        for action, resource in [("RegisterTargets", self.group), ("DeregisterTargets", self.other), ("ModifyRule", self.turns["productionListenerRule"])]:
            if not may(self.turns["roleArn"], f"elasticloadbalancing:{action}", resource):
                return f"the role {self.turns['roleArn']} does not allow {action}"
        return None

    def stage(self, elapsed):
        """0: tasks start; 1: the canary's share; 2: all requests, old tasks stand by; 3: done."""
        ends = [clock.seconds(clock.CREATE["service"]), self.bake, self.watch]
        for number in range(3):
            if elapsed < sum(ends[:number + 1]):
                return number
        return 3

    def alarmed_after(self):
        """Until an alarm goes off about a bad version: in the middle of its share."""
        return clock.seconds(clock.CREATE["service"]) + self.bake / 2

    def shift(self, stage):
        """Carries out every shift up to this stage, each once."""
        for number in range(self.shifted + 1, min(stage, 2) + 1):
            self.write(self.percent if number == 1 else 100)
            self.shifted = number

    def take_back(self):
        if self.shifted != -1:
            self.shift(1)
            self.write(0)
            self.shifted = -1

    def write(self, percent):
        found = rule(self.turns["productionListenerRule"], self.service.region)
        weights = {self.group: round(percent), self.other: round(100 - percent)}
        action = found.actions[0]
        action.data.pop("TargetGroupArn", None)
        action.data["ForwardConfig"] = {
            "TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in sorted(weights.items())],
            "TargetGroupStickinessConfig": {"Enabled": False},
        }
        action.__dict__.update(action.data)
        place = self.group.split("/")[1]
        self.service.say(f"(service {self.service.name}) shifted {percent:g} percent of the requests to {place}.")


def watch_rule(service):
    """Says once when the rule leads where no task of the service is."""
    if not service.desired or service.status != "ACTIVE" or not service.doc["loadBalancers"]:
        return
    served = service.groups_with_tasks()
    for balancer in backend("elbv2", service.region).load_balancers.values():
        for listener in balancer.listeners.values():
            for found in listener.rules.values():
                weights = shares(found) if found.actions[0].data.get("Type") == "forward" else {}
                own = [arn for arn, weight in weights.items() if weight and arn in service.groups and arn not in served]
                if own and served and not any("found no task" in event["message"] for event in service.events):
                    service.say(f"(service {service.name}) requests found no task in {own[0].split('/')[1]}.")


@before("elbv2", "DescribeRules", "ModifyRule", "DescribeTargetHealth", "DeleteTargetGroup", "DeleteRule")
def time_goes_on(call):
    from .application import _services

    for service in _services.values():
        if service.region == call.region and service.status == "ACTIVE":
            service.settle()
