"""ECS services that start tasks, reach a steady state or fail; load balancers that take time; what may not be deleted.

The tag of the image says how a task behaves: `crashes` exits with 1 after a line in its log, `missing` cannot be pulled, `unhealthy`
never passes its health check, and an entry point `/…` is in no image; every other runs, and those of `errors` answer so badly that the service's alarm goes off while they take
over, `endless` is as `missing`, and no circuit breaker looks after a canary of it; those of `slow` so slowly that the alarm of a canary does. A task that is started by hand with the command `exit 3` ends so, and one with `sh -c …` is carried out here, with its container's
environment. A service's task that is stopped gets a successor, which takes its time. Commands run inside the tasks of a service that allows
it, unless the role of its tasks forbids the agent to call home.
"""

import json
import os
import re
import secrets
import subprocess
from datetime import datetime, timezone

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.ecs.exceptions import TaskDefinitionNotFoundException
from moto.ecs.models import EC2ContainerServiceBackend

from . import canary, clock
from .network import interfaces
from .wire import ACCOUNT, PASS, Refusal, after, backend, before, instead

REASONS = {
    "crashes": ("EssentialContainerExited", "Essential container in task exited", 1),
    "missing": ("TaskFailedToStart", "CannotPullContainerError: pull image manifest has been retried 7 time(s): manifest unknown", None),
    "unhealthy": ("ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group)", 0),
    "endless": ("TaskFailedToStart", "CannotPullContainerError: pull image manifest has been retried 7 time(s): unauthorized", None),
    "absent": ("TaskFailedToStart", "CannotStartContainerError: runc create failed: unable to start container process: no such file or directory", None),
}
#: Which alarm a version sets off, by its image's tag.
ALARMS = {"errors": "-errors", "slow": "-canary"}
DEFAULTS = {
    "schedulingStrategy": "REPLICA",
    "platformVersion": "LATEST",
    "propagateTags": "NONE",
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "healthCheckGracePeriodSeconds": 0,
    "availabilityZoneRebalancing": "ENABLED",
    "deploymentController": {"type": "ECS"},
    "placementConstraints": [],
    "placementStrategy": [],
    "serviceRegistries": [],
    "loadBalancers": [],
}
DEPLOYMENT = {
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}
KEPT = [
    "serviceName", "loadBalancers", "serviceRegistries", "desiredCount", "capacityProviderStrategy", "launchType",
    "platformVersion", "networkConfiguration", "healthCheckGracePeriodSeconds", "schedulingStrategy",
    "deploymentController", "enableECSManagedTags", "propagateTags", "enableExecuteCommand", "availabilityZoneRebalancing",
    "placementConstraints", "placementStrategy",
]


def stamp():
    return datetime.now(timezone.utc)


def invalid(message):
    return Refusal("InvalidParameterException", message, 400)


class Deployment:
    def __init__(self, service, definition, reason=None, group=None):
        self.id = f"ecs-svc/{secrets.randbelow(10**19):019d}"
        self.service, self.definition = service, definition
        self.began, self.created = clock.now(), stamp()
        self.fate = fate(definition, service.region)
        self.reason = reason
        # Somebody had ECS give it up.
        self.is_stopped = False
        self.heard = 0
        # Where its tasks are registered; of a canary the target group that has no requests yet.
        self.group, self.canary = service.next_group(group)

    @property
    def alarm(self):
        """The one that goes off; only an alarm that the service has can tell."""
        alarms = self.service.doc["deploymentConfiguration"].get("alarms") or {}
        word = next((word for tag, word in ALARMS.items() if tag in tags(self.definition, self.service.region)), None)
        names = alarms["alarmNames"] if word and alarms.get("enable") else []
        return next((name for name in names if name.endswith(word)), None)

    @property
    def is_alarmed(self):
        return bool(self.alarm)

    @property
    def has_failed(self):
        return bool(self.fate) or self.is_alarmed or bool(self.canary and self.canary.refusal)

    @property
    def stage(self):
        """Of a canary; 0 while its tasks do not run."""
        return self.canary.stage(clock.now() - self.began) if self.canary and not self.fate and not self.canary.refusal else 0

    @property
    def runs(self):
        return self.state == "COMPLETED" or (self.stage > 0 and self.state != "FAILED")

    @property
    def arn(self):
        """As a service deployment."""
        return f"{self.service.arn.replace(':service/', ':service-deployment/')}/{self.id[-19:]}"

    @property
    def state(self):
        if self.is_stopped:
            return "FAILED"
        if self.canary and self.fate == "endless":
            return "IN_PROGRESS"
        if self.canary and self.service.desired and not self.fate and not self.canary.refusal:
            if self.is_alarmed:
                return "IN_PROGRESS" if clock.now() < self.began + self.canary.alarmed_after() else "FAILED"
            return "COMPLETED" if self.stage == 3 else "IN_PROGRESS"
        kind = "failing-service" if self.has_failed else "service"
        if self.service.desired and clock.now() < self.began + clock.seconds(clock.CREATE[kind]):
            return "IN_PROGRESS"
        return "FAILED" if self.has_failed and self.service.desired else "COMPLETED"

    def shape(self, status):
        done = self.runs
        running = self.service.desired if done and status == "PRIMARY" else 0
        words = {
            "IN_PROGRESS": f"ECS deployment {self.id} in progress.",
            "COMPLETED": f"ECS deployment {self.id} completed.",
            "FAILED": f"ECS deployment {self.id} failed: {self.cause}." if self.is_alarmed or not self.fate
            else "ECS deployment circuit breaker: tasks failed to start.",
        }
        return {
            "id": self.id, "status": status, "taskDefinition": self.definition, "desiredCount": self.service.desired,
            "runningCount": running, "pendingCount": 0 if done else self.service.desired, "failedTasks": self.failed,
            "createdAt": self.created, "updatedAt": self.created, "rolloutState": self.state,
            "rolloutStateReason": self.reason or words[self.state], "platformVersion": "1.4.0", "platformFamily": "Linux",
            "networkConfiguration": self.service.doc.get("networkConfiguration"),
            **{k: self.service.doc[k] for k in ("capacityProviderStrategy", "launchType") if self.service.doc.get(k)},
        }

    @property
    def cause(self):
        return "alarm detected" if self.is_alarmed else "tasks failed to start" if self.fate else self.canary and self.canary.refusal

    @property
    def failed(self):
        """Tasks die one by one while the deployment is under way."""
        if not self.fate:
            return 0
        whole = clock.seconds(clock.CREATE["failing-service"])
        return 3 if whole == 0 else min(3, int(3 * (clock.now() - self.began) / whole))


class Service:
    def __init__(self, call, cluster):
        self.region, self.cluster = call.region, cluster
        self.doc = {**DEFAULTS, **{key: call.params[key] for key in KEPT if call.params.get(key) is not None}}
        self.doc["deploymentConfiguration"] = {**DEPLOYMENT, **(call.params.get("deploymentConfiguration") or {})}
        self.tags = list(call.params.get("tags") or [])
        self.token = call.params.get("clientToken")
        self.name = self.doc["serviceName"]
        self.desired = self.doc.pop("desiredCount", 0)
        self.arn = f"arn:aws:ecs:{self.region}:{ACCOUNT}:service/{cluster.name}/{self.name}"
        self.created, self.deleted_at = stamp(), None
        self.events, self.rung = [], None
        # Of tasks that were stopped, by index: how often, and when the successor runs.
        self.successors = {}
        # What was given up: its tasks are shown for an hour.
        self.given_up = []
        canary.check(self.doc, self.region)
        self.deployments = []
        self.deployments = [Deployment(self, definition(call.params["taskDefinition"], self.region))]
        if not self.doc.get("launchType") and not self.doc.get("capacityProviderStrategy"):
            self.doc["capacityProviderStrategy"] = [
                {"base": 0, "weight": 0, **entry} for entry in cluster.default_capacity_provider_strategy or []
            ]
        self.doc["capacityProviderStrategy"] = [
            {"base": 0, "weight": 0, **entry} for entry in self.doc.get("capacityProviderStrategy") or []
        ]
        self.attach()

    @property
    def subnets(self):
        return (self.doc.get("networkConfiguration") or {}).get("awsvpcConfiguration", {}).get("subnets", [])

    def attach(self):
        groups = (self.doc.get("networkConfiguration") or {}).get("awsvpcConfiguration", {}).get("securityGroups", [])
        chosen = [self.subnets[i % len(self.subnets)] for i in range(self.desired)] if self.subnets else []
        interfaces.add(self.arn, f"arn:aws:ecs:{self.region}:{ACCOUNT}:attachment/{self.name}", "amazon-ecs", chosen, groups, self.region)

    @property
    def status(self):
        if self.deleted_at is None:
            return "ACTIVE"
        return "DRAINING" if clock.now() < self.deleted_at else "INACTIVE"

    @property
    def groups(self):
        """Target groups that are its own."""
        said = canary.turns(self.doc)
        return [entry["targetGroupArn"] for entry in self.doc["loadBalancers"]] + ([said["alternateTargetGroupArn"]] if said else [])

    def next_group(self, group):
        """Where the next deployment's tasks come, and how; `group` for one that goes back."""
        if not self.doc["loadBalancers"]:
            return None, None
        first = self.doc["loadBalancers"][0]["targetGroupArn"]
        if self.doc["deploymentConfiguration"].get("strategy") != "CANARY" or group:
            return group or first, None
        # The first deployment, too, ends in the other one.
        live = next((d.group for d in self.deployments if d.state == "COMPLETED"), first)
        other = next(arn for arn in self.groups if arn != live)
        return other, canary.Canary(self, other)

    def shown_balancers(self):
        """The one that serves comes first, whatever was said."""
        live = self.deployments[0].group
        return [
            {**entry, "targetGroupArn": live, "advancedConfiguration": {**entry["advancedConfiguration"], "alternateTargetGroupArn": entry["targetGroupArn"]}}
            if entry.get("advancedConfiguration") and live == entry["advancedConfiguration"].get("alternateTargetGroupArn") else entry
            for entry in self.doc["loadBalancers"]
        ]

    def groups_with_tasks(self):
        return {d.group for d in self.deployments if d.runs}

    def settle(self):
        """Carries out what the circuit breaker decided, and tells it in the events."""
        primary = self.deployments[0]
        if primary.canary and self.desired:
            if primary.state == "FAILED" and not primary.fate and not primary.canary.refusal:
                primary.canary.take_back()
            elif primary.state != "FAILED":
                primary.canary.shift(primary.stage)
        if primary.state == "FAILED" and not any(primary.id in event["message"] and "failed" in event["message"] for event in self.events):
            self.say(f"(service {self.name}) (deployment {primary.id}) deployment failed: {primary.cause}.")
            if primary.alarm:
                self.ring(primary.alarm, "ALARM")
            judge = self.doc["deploymentConfiguration"]["alarms" if primary.is_alarmed else "deploymentCircuitBreaker"]
            earlier = [d for d in self.deployments[1:] if d.state == "COMPLETED"]
            if (judge.get("rollback") or primary.is_stopped) and earlier:
                reason = f"ECS deployment circuit breaker: rolling back to deploymentId {earlier[0].id}."
                back = Deployment(self, earlier[0].definition, reason, earlier[0].group)
                self.deployments.insert(0, back)
        elif primary.state == "COMPLETED":
            self.given_up += [d for d in self.deployments[1:] if d.fate]
            self.deployments = [primary]
            if not any("steady state" in event["message"] for event in self.events[:1]):
                self.say(f"(service {self.name}) has reached a steady state.")

        canary.watch_rule(self)

    def ring(self, alarm, state):
        known = backend("cloudwatch", self.region)
        if alarm in known.alarms:
            known.set_alarm_state(alarm, "its deployment is judged", "{}", state)
            self.rung = alarm if state == "ALARM" else None

    def hush(self):
        """What an earlier version set off is over when the next one comes."""
        if self.rung:
            self.ring(self.rung, "OK")

    def say(self, words):
        self.events.insert(0, {"id": secrets.token_hex(16), "createdAt": stamp(), "message": words})

    def shape(self, with_tags):
        self.settle()
        statuses = ["PRIMARY"] + ["ACTIVE"] * (len(self.deployments) - 1)
        active = self.status == "ACTIVE"
        shown = [d.shape(s) for d, s in zip(self.deployments, statuses)] if active else []
        running = len([task for task in self.tasks() if task["lastStatus"] == "RUNNING"])
        shape = {
            **self.doc, "loadBalancers": self.shown_balancers(), "serviceArn": self.arn, "clusterArn": self.cluster.arn, "status": self.status,
            "desiredCount": self.desired if active else 0, "runningCount": running,
            "pendingCount": self.desired - running if active else 0,
            "taskDefinition": self.deployments[0].definition, "deployments": shown, "events": self.events[:100],
            "createdAt": self.created, "createdBy": f"arn:aws:iam::{ACCOUNT}:root", "platformFamily": "Linux",
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        }
        if with_tags:
            shape["tags"] = self.tags
        return shape

    def tasks(self):
        """The tasks as describe calls show them: running ones, and those that failed."""
        if self.status != "ACTIVE":
            return []
        found = []
        for deployment in self.given_up + self.deployments:
            if deployment.fate:
                ended = [task_shape(self, deployment, index, deployment.fate) for index in range(deployment.failed)]
                if deployment.fate == "crashes":
                    for shape in ended[deployment.heard:]:
                        write_line(shape, "no table users", self.region)
                    deployment.heard = len(ended)
                found += ended
        done = [d for d in self.deployments if d.state == "COMPLETED"]
        if done:
            found += [task_shape(self, done[0], index, None) for index in range(self.desired)]
        return found

    def stop(self, name):
        """Whether it was a task of this service; ECS starts another in its place."""
        for index, task in enumerate(self.tasks()[-self.desired:] if self.desired else []):
            if task["taskArn"].split("/")[-1] == name and task["lastStatus"] != "STOPPED":
                count = self.successors.get(index, (0, 0))[0]
                self.successors[index] = (count + 1, clock.now() + clock.seconds(clock.CREATE["successor"]))
                self.say(f"(service {self.name}) has stopped 1 running tasks: (task {name}).")
                return task
        return None


def task_shape(service, deployment, index, failure):
    times, since = service.successors.get(index, (0, 0))
    number = f"{deployment.id[-12:]}{times:04d}{index:016d}"
    subnet = service.subnets[index % len(service.subnets)] if service.subnets else None
    zone = backend("ec2", service.region).get_subnet(subnet).availability_zone if subnet else None
    shape = {
        "taskArn": f"arn:aws:ecs:{service.region}:{ACCOUNT}:task/{service.cluster.name}/{number}",
        "clusterArn": service.cluster.arn, "taskDefinitionArn": deployment.definition, "group": f"service:{service.name}",
        "startedBy": deployment.id, "launchType": "FARGATE", "availabilityZone": zone, "createdAt": deployment.created,
        "lastStatus": "RUNNING", "desiredStatus": "RUNNING", "healthStatus": "HEALTHY", "connectivity": "CONNECTED",
        "startedAt": deployment.created, "enableExecuteCommand": service.doc["enableExecuteCommand"],
        "containers": [
            {"name": name, "lastStatus": "RUNNING", "healthStatus": "HEALTHY", "runtimeId": f"{number}-{9876543210 + times}",
             "managedAgents": agents(service, deployment.definition)}
            for name in containers(deployment.definition, service.region)
        ],
        "attachments": [{"type": "ElasticNetworkInterface", "status": "ATTACHED", "details": [
            {"name": "subnetId", "value": subnet or ""}, {"name": "privateIPv4Address", "value": f"10.0.11.{10 + index}"}]}],
    }
    if clock.now() < since and not failure:
        shape.update(lastStatus="PENDING", healthStatus="UNKNOWN")
    if failure:
        code, reason, exit_code = REASONS[failure]
        shape.update(lastStatus="STOPPED", desiredStatus="STOPPED", stopCode=code, stoppedReason=reason, healthStatus="UNKNOWN", stoppedAt=stamp())
        for container in shape["containers"]:
            container.update(lastStatus="STOPPED", healthStatus="UNKNOWN", reason=reason)
            if exit_code is not None:
                container["exitCode"] = exit_code
    return shape


def agents(service, arn):
    """The agent of ECS Exec writes into its container and calls home by the task's role."""
    if not service.doc["enableExecuteCommand"]:
        return []
    found = definition_object(arn, service.region)
    said = _definitions.get(arn, {})
    role = (said.get("taskRoleArn") or "").split("/")[-1]
    known = next((each for each in backend("iam").roles.values() if each.name == role), None)
    policies = [json.loads(text) for text in known.policies.values()] if known else []
    actions = [action for policy in policies for entry in policy["Statement"] for action in entry["Action"]]
    reason = None
    if any(entry.get("readonlyRootFilesystem") for entry in said.get("containerDefinitions") or found.container_definitions):
        reason = "its container's files are read-only"
    elif not {f"ssmmessages:{verb}{side}Channel" for verb in ("Create", "Open") for side in ("Control", "Data")} <= set(actions):
        reason = "the task's role may not call ssmmessages"
    agent = {"name": "ExecuteCommandAgent", "lastStatus": "STOPPED" if reason else "RUNNING"}
    return [{**agent, "reason": reason} if reason else agent]


_services = {}
_single = {}


def definition(name, region):
    return backend("ecs", region).describe_task_definition(name).arn


def definition_object(arn, region):
    return backend("ecs", region).describe_task_definition(arn)


def containers(arn, region):
    return [entry["name"] for entry in definition_object(arn, region).container_definitions]


def tags(arn, region):
    return [entry["image"].split("@")[0].rsplit(":", 1)[-1] for entry in definition_object(arn, region).container_definitions]


def fate(arn, region):
    if any(word.count("/") == 1 and word.startswith("/") for entry in definition_object(arn, region).container_definitions
           for word in (entry.get("entryPoint") or [])[:1]):
        return "absent"
    return next((tag for tag in tags(arn, region) if tag in REASONS), None)


def cluster_of(call):
    name = (call.params.get("cluster") or "default").split("/")[-1]
    cluster = backend("ecs", call.region).clusters.get(name)
    if cluster is None or cluster.status != "ACTIVE":
        raise Refusal("ClusterNotFoundException", "Cluster not found.", 400)
    return cluster


def service_of(call):
    cluster = cluster_of(call)
    name = call.params["service"].split("/")[-1]
    service = _services.get((call.region, cluster.name, name))
    if service is None:
        raise Refusal("ServiceNotFoundException", "Service not found.", 400)
    if service.status != "ACTIVE":
        raise Refusal("ServiceNotActiveException", "Service was not ACTIVE.", 400)
    return service


def check_parts(call):
    for entry in call.params.get("loadBalancers") or []:
        arn = entry.get("targetGroupArn")
        group = backend("elbv2", call.region).target_groups.get(arn)
        if group is None:
            raise invalid(f"The specified target group does not exist: {arn}")
        if not backend("elbv2", call.region)._any_listener_using(arn):
            raise invalid(f"The target group with targetGroupArn {arn} does not have an associated load balancer.")
    ec2 = backend("ec2", call.region)
    vpc = (call.params.get("networkConfiguration") or {}).get("awsvpcConfiguration", {})
    known = {name for subnets in ec2.subnets.values() for name in subnets}
    for name in vpc.get("subnets") or []:
        if name not in known:
            raise invalid(f"Error retrieving subnet information for [{name}]: The subnet ID '{name}' does not exist (ErrorCode: InvalidSubnetID.NotFound)")


@instead("ecs", "CreateService")
def create_service(call):
    cluster = cluster_of(call)
    key = (call.region, cluster.name, call.params["serviceName"])
    there = _services.get(key)
    if there and there.status == "DRAINING":
        raise invalid("Unable to Start a service that is still Draining.")
    if there and there.status == "ACTIVE":
        if there.token and there.token == call.params.get("clientToken"):
            return {"service": there.shape(True)}
        raise invalid("Creation of service was not idempotent.")
    check_parts(call)
    _services[key] = Service(call, cluster)
    return {"service": _services[key].shape(True)}


@instead("ecs", "UpdateService")
def update_service(call):
    service = service_of(call)
    service.settle()
    check_parts(call)
    said = call.params.get("deploymentConfiguration") or {}
    next_doc = {**service.doc, "loadBalancers": service.doc["loadBalancers"] if call.params.get("loadBalancers") is None else call.params["loadBalancers"]}
    next_doc["deploymentConfiguration"] = {**service.doc["deploymentConfiguration"], **said}
    if next_doc["deploymentConfiguration"]["strategy"] != service.doc["deploymentConfiguration"]["strategy"] and len(service.deployments) > 1:
        raise invalid("The deployment strategy cannot be changed while a deployment is in progress.")
    canary.check(next_doc, call.region)
    # New settings of it are a deployment's own.
    is_moved = call.params.get("loadBalancers") is not None and call.params["loadBalancers"] != service.doc["loadBalancers"]
    for key in KEPT:
        if call.params.get(key) is not None and key != "desiredCount":
            service.doc[key] = call.params[key]
    if call.params.get("deploymentConfiguration") is not None:
        service.doc["deploymentConfiguration"].update(call.params["deploymentConfiguration"])
    if call.params.get("desiredCount") is not None:
        service.desired = call.params["desiredCount"]
        interfaces.remove(service.arn)
        interfaces.all()
        service.attach()
    wanted = call.params.get("taskDefinition")
    rolls = ("networkConfiguration", "capacityProviderStrategy", "platformVersion", "loadBalancers", "enableExecuteCommand")
    if wanted or call.params.get("forceNewDeployment") or any(call.params.get(key) is not None for key in rolls):
        arn = definition(wanted, call.region) if wanted else service.deployments[0].definition
        if arn != service.deployments[0].definition or call.params.get("forceNewDeployment") or is_moved:
            service.hush()
            service.deployments.insert(0, Deployment(service, arn))
    return {"service": service.shape(True)}


@instead("ecs", "DeleteService")
def delete_service(call):
    service = service_of(call)
    if service.desired and not call.params.get("force"):
        raise invalid("The service cannot be stopped while it is scaled above 0.")
    service.deleted_at = clock.now() + (clock.seconds(clock.DELETE["service"]) if service.desired else 0)
    interfaces.remove(service.arn, "service" if service.desired else None)
    return {"service": service.shape(True)}


@instead("ecs", "DescribeServices")
def describe_services(call):
    cluster = cluster_of(call)
    shown, failures = [], []
    for name in call.params["services"]:
        service = _services.get((call.region, cluster.name, name.split("/")[-1]))
        if service is None:
            arn = name if name.startswith("arn:") else f"arn:aws:ecs:{call.region}:{ACCOUNT}:service/{cluster.name}/{name}"
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            shown.append(service.shape("TAGS" in (call.params.get("include") or [])))
    return {"services": shown, "failures": failures}


#: What a service deployment is called, by what its rollout is.
SERVICE_DEPLOYMENTS = {"IN_PROGRESS": "IN_PROGRESS", "COMPLETED": "SUCCESSFUL", "FAILED": "ROLLBACK_IN_PROGRESS"}


@instead("ecs", "ListServiceDeployments")
def list_service_deployments(call):
    service = service_of(call)
    service.settle()
    wanted = call.params.get("status") or []
    shown = [{"serviceDeploymentArn": d.arn, "serviceArn": service.arn, "clusterArn": service.cluster.arn, "createdAt": d.created,
              "startedAt": d.created, "status": SERVICE_DEPLOYMENTS[d.state]} for d in service.deployments]
    return {"serviceDeployments": [each for each in shown if not wanted or each["status"] in wanted]}


@instead("ecs", "StopServiceDeployment")
def stop_service_deployment(call):
    arn = call.params["serviceDeploymentArn"]
    service, found = next(((s, d) for s in _services.values() for d in s.deployments if d.arn == arn), (None, None))
    if found is None:
        raise Refusal("ServiceDeploymentNotFoundException", "The service deployment was not found.", 400)
    if found.state != "IN_PROGRESS":
        raise Refusal("ConflictException", f"The service deployment is {SERVICE_DEPLOYMENTS[found.state]}.", 400)
    found.is_stopped = True
    service.settle()
    return {"serviceDeploymentArn": arn}


@instead("ecs", "ListServices")
def list_services(call):
    cluster = cluster_of(call)
    return {"serviceArns": [s.arn for (region, name, _), s in _services.items()
                            if region == call.region and name == cluster.name and s.status != "INACTIVE"]}


# Tasks


def single_shape(task):
    """One task that was started by hand: it ends well when its time has passed, or as its image says."""
    shape = dict(task["shape"])
    if clock.now() >= task["until"]:
        failure = REASONS.get(task["fate"]) if task["fate"] else None
        if not failure and task["code"] is not None:
            failure = ("EssentialContainerExited", "Essential container in task exited", task["code"])
        reason = failure[1] if failure else "Essential container in task exited"
        shape.update(lastStatus="STOPPED", desiredStatus="STOPPED", stoppedReason=reason, stoppedAt=stamp(),
                     stopCode=failure[0] if failure else "EssentialContainerExited")
        code = failure[2] if failure else 0
        shape["containers"] = [
            {**entry, "lastStatus": "STOPPED", "reason": reason, **({} if code is None else {"exitCode": code})}
            for entry in shape["containers"]
        ]
    return shape


def words_of(task):
    """The command of a task that was started with one of its own."""
    entries = (task["shape"]["overrides"] or {}).get("containerOverrides") or []
    return list(entries[0].get("command") or []) if entries else []


def carried_out(said, arn, region):
    """What a command writes, line by line, and the code that it ends with; None where it ends as its image says."""
    if said[:1] == ["exit"]:
        return [f"$ {' '.join(said)}"], int(said[1])
    if said[:2] != ["sh", "-c"]:
        return [f"$ {' '.join(said)}"] if said else [], None
    told = {entry["name"]: entry["value"] for each in definition_object(arn, region).container_definitions for entry in each.get("environment") or []}
    ended = subprocess.run(said, env={"PATH": os.environ["PATH"], **told}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return ended.stdout.splitlines() + ended.stderr.splitlines(), ended.returncode


def write_line(shape, line, region):
    """What a task says, in its container's log."""
    for entry in definition_object(shape["taskDefinitionArn"], region).container_definitions:
        options = (entry.get("logConfiguration") or {}).get("options") or {}
        group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
        logs = backend("logs", region)
        if group in logs.groups:
            stream = f"{prefix}/{entry['name']}/{shape['taskArn'].split('/')[-1]}"
            logs.create_log_stream(group, stream)
            logs.put_log_events(group, stream, [{"timestamp": int(stamp().timestamp() * 1000), "message": line}])


def tasks_in(call, cluster):
    found = [task for (region, name, _), service in _services.items()
             if region == call.region and name == cluster.name for task in service.tasks()]
    return found + [single_shape(task) for task in _single.values() if task["shape"]["clusterArn"] == cluster.arn]


@instead("ecs", "RunTask")
def run_task(call):
    cluster = cluster_of(call)
    token = call.params.get("clientToken")
    for task in _single.values():
        if token and task["token"] == token:
            return {"tasks": [single_shape(task)], "failures": []}
    arn = definition(call.params["taskDefinition"], call.region)
    number = secrets.token_hex(16)
    task_arn = f"arn:aws:ecs:{call.region}:{ACCOUNT}:task/{cluster.name}/{number}"
    _single[task_arn] = {
        "token": token, "until": clock.now() + clock.seconds(clock.CREATE["task"]), "fate": fate(arn, call.region), "code": None,
        "shape": {
            "taskArn": task_arn, "clusterArn": cluster.arn, "taskDefinitionArn": arn, "lastStatus": "RUNNING",
            "desiredStatus": "RUNNING", "launchType": "FARGATE", "createdAt": stamp(), "startedBy": call.params.get("startedBy"),
            "group": call.params.get("group") or f"family:{arn.split('/')[-1].split(':')[0]}",
            "tags": call.params.get("tags") or [], "overrides": call.params.get("overrides") or {},
            "containers": [{"name": name, "lastStatus": "RUNNING"} for name in containers(arn, call.region)],
        },
    }
    if words_of(_single[task_arn])[:1] == ["wait"]:
        _single[task_arn]["until"] = float("inf")
    lines, _single[task_arn]["code"] = carried_out(words_of(_single[task_arn]), arn, call.region)
    for line in lines:
        write_line(_single[task_arn]["shape"], line, call.region)
    return {"tasks": [single_shape(_single[task_arn])], "failures": []}


@instead("ecs", "ListTasks")
def list_tasks(call):
    cluster = cluster_of(call)
    wanted = call.params.get("desiredStatus") or "RUNNING"
    service = call.params.get("serviceName")
    family = call.params.get("family")
    started = call.params.get("startedBy")
    return {"taskArns": [
        task["taskArn"] for task in tasks_in(call, cluster)
        if task["desiredStatus"] == wanted
        and (not service or task.get("group") == f"service:{service.split('/')[-1]}")
        and (not family or task["taskDefinitionArn"].split("/")[-1].split(":")[0] == family)
        and (not started or task.get("startedBy") == started)
    ]}


@instead("ecs", "DescribeTasks")
def describe_tasks(call):
    cluster = cluster_of(call)
    wanted = [name.split("/")[-1] for name in call.params["tasks"]]
    shown = [task for task in tasks_in(call, cluster) if task["taskArn"].split("/")[-1] in wanted]
    there = [task["taskArn"].split("/")[-1] for task in shown]
    return {"tasks": shown, "failures": [{"arn": name, "reason": "MISSING"} for name in wanted if name not in there]}


@instead("ecs", "StopTask")
def stop_task(call):
    for arn, task in _single.items():
        if arn.split("/")[-1] == call.params["task"].split("/")[-1]:
            task["until"] = 0
            return {"task": single_shape(task)}
    for service in _services.values():
        task = service.stop(call.params["task"].split("/")[-1]) if service.cluster is cluster_of(call) else None
        if task:
            return {"task": {**task, "desiredStatus": "STOPPED", "stoppedReason": call.params.get("reason") or ""}}
    raise invalid("The referenced task was not found.")


@instead("ecs", "ExecuteCommand")
def execute_command(call):
    name = call.params["task"].split("/")[-1]
    task = next((task for task in tasks_in(call, cluster_of(call)) if task["taskArn"].split("/")[-1] == name), None)
    if task is None:
        raise invalid("The referenced task was not found.")
    inside = next((entry for entry in task["containers"] if entry["name"] == call.params.get("container")), None)
    if inside is None or not call.params["interactive"]:
        raise invalid("Interactive is the only mode supported currently.")
    if not any(agent["lastStatus"] == "RUNNING" for agent in inside.get("managedAgents") or []):
        raise invalid(
            "The execute command failed because execute command was not enabled when the task was run or the execute command "
            "agent isn\u2019t running. Wait and try again or run a new task with execute command enabled and try again.")
    session = f"ecs-execute-command-{secrets.token_hex(8)}"
    return {
        "clusterArn": task["clusterArn"], "taskArn": task["taskArn"], "containerName": inside["name"], "interactive": True,
        "containerArn": task["taskArn"].replace(":task/", ":container/") + "/1",
        "session": {"sessionId": session, "streamUrl": f"wss://ssmmessages.{call.region}.amazonaws.com/v1/data-channel/{session}",
                    "tokenValue": f"token of {call.params['command']}"},
    }


@instead("ssm", "StartSession")
def start_session(call):
    """Port forwarding through a task: `ecs:cluster_task_runtime`, whose agent must run and have a way to the host."""
    asked = call.params
    if asked.get("DocumentName") != "AWS-StartPortForwardingSessionToRemoteHost":
        raise Refusal("InvalidDocument", f"Document with name {asked.get('DocumentName')} does not exist.", 400)
    parameters = asked.get("Parameters") or {}
    if not set(parameters) <= {"host", "portNumber", "localPortNumber"} or any(len(value) != 1 for value in parameters.values()):
        raise Refusal("InvalidParameters", "Parameters that the document does not have.", 400)
    cluster, name, runtime = (asked["Target"].removeprefix("ecs:").split("_") + ["", ""])[:3]
    services = [service for (region, place, _), service in _services.items() if (region, place) == (call.region, cluster)]
    inside = [entry for service in services for task in service.tasks() if task["taskArn"].split("/")[-1] == name
              for entry in task["containers"] if entry["runtimeId"] == runtime]
    if not any(agent["lastStatus"] == "RUNNING" for entry in inside for agent in entry.get("managedAgents") or []):
        raise Refusal("TargetNotConnected", f"{asked['Target']} is not connected.", 400)
    session = f"ops-{secrets.token_hex(8)}"
    return {"SessionId": session, "TokenValue": f"token of {session}",
            "StreamUrl": f"wss://ssmmessages.{call.region}.amazonaws.com/v1/data-channel/{session}"}


# Clusters and task definitions


@before("ecs", "DeleteCluster")
def cluster_in_use(call):
    name = call.params["cluster"].split("/")[-1]
    if any(key[1] == name and service.status != "INACTIVE" for key, service in _services.items()):
        raise Refusal("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.", 400)
    if any(single_shape(task)["lastStatus"] != "STOPPED" and arn.split("/")[-2] == name for arn, task in _single.items()):
        raise Refusal("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.", 400)


@instead("ecs", "UpdateClusterSettings")
def cluster_settings(call):
    cluster = cluster_of(call)
    cluster.settings = call.params["settings"]
    return {"cluster": {"clusterArn": cluster.arn, "clusterName": cluster.name, "status": "ACTIVE", "settings": cluster.settings}}


_definitions = {}


@instead("ecs", "ListTaskDefinitions")
def list_definitions(call):
    """moto takes the beginning of a family for the whole and knows one order."""
    known = backend("ecs", call.region).task_definitions
    families = [name for name in sorted(known) if name.startswith(call.params.get("familyPrefix") or "")]
    status = call.params.get("status") or "ACTIVE"
    arns = [known[name][number].arn for name in families for number in sorted(known[name]) if known[name][number].status == status]
    return {"taskDefinitionArns": arns[::-1] if call.params.get("sort") == "DESC" else arns}


# moto takes the newest revision of a family though it be inactive, and forgets at once what is deleted.

_leaving = {}


@before("ecs", "DeleteTaskDefinitions")
def definitions_leave(call):
    """One that services or tasks still have is told of as before."""
    for name in call.params["taskDefinitions"]:
        family, number = name.split("/")[-1].split(":")
        found = backend("ecs", call.region).task_definitions.get(family, {}).get(int(number))
        if found is not None and found.status != "ACTIVE":
            _leaving[name.split("/")[-1]] = found


_describe_definition = EC2ContainerServiceBackend.describe_task_definition


def newest_active_definition(self, task_definition_str):
    family = task_definition_str.split("/")[-1]
    if family in _leaving:
        return _leaving[family]
    if ":" in family:
        return _describe_definition(self, task_definition_str)
    active = [entry for entry in (self.task_definitions.get(family) or {}).values() if entry.status == "ACTIVE"]
    if not active:
        raise TaskDefinitionNotFoundException()
    return active[-1]


EC2ContainerServiceBackend.describe_task_definition = newest_active_definition


@after("ecs", "RegisterTaskDefinition")
def definition_kept(call, answer):
    found = answer.get("taskDefinition")
    if found:
        _definitions[found["taskDefinitionArn"]] = {k: v for k, v in call.params.items() if k != "tags"}


@after("ecs", "DescribeTaskDefinition")
def definition_shown(call, answer):
    found = answer.get("taskDefinition")
    if not found:
        return
    for key, value in _definitions.get(found["taskDefinitionArn"], {}).items():
        if key != "containerDefinitions" and found.get(key) in (None, [], {}):
            found[key] = value
    said = {entry["name"]: entry for entry in _definitions.get(found["taskDefinitionArn"], {}).get("containerDefinitions", [])}
    for entry in found["containerDefinitions"]:
        for key, value in said.get(entry["name"], {}).items():
            if entry.get(key) in (None, [], {}):
                entry[key] = value
        # ECS fills these in.
        entry.setdefault("cpu", 0)
        for key in ("environment", "mountPoints", "volumesFrom", "portMappings", "systemControls"):
            entry.setdefault(key, [])


# Tags of services


@instead("ecs", "TagResource", "UntagResource", "ListTagsForResource")
def service_tags(call):
    for service in _services.values():
        if service.arn == call.params["resourceArn"]:
            if call.operation == "ListTagsForResource":
                return {"tags": service.tags}
            gone = set(call.params.get("tagKeys") or []) | {tag["key"] for tag in call.params.get("tags") or []}
            service.tags = [tag for tag in service.tags if tag["key"] not in gone] + list(call.params.get("tags") or [])
            return {}
    return PASS


# Load balancers


@before("elbv2", "CreateLoadBalancer")
def balancer_name_is_free(call):
    """moto compares ARNs, in which a number is drawn, so an answer that was lost would make two of a name. AWS takes a call with the
    same settings for the first one and refuses it with others; whoever copes with the refusal copes with both."""
    if any(balancer.name == call.params["Name"] for balancer in backend("elbv2", call.region).load_balancers.values()):
        raise Refusal("DuplicateLoadBalancerName", "A load balancer with the specified name already exists", 400)


@after("elbv2", "CreateLoadBalancer")
def balancer_begins(call, answer):
    for found in answer.get("LoadBalancers") or []:
        arn = found["LoadBalancerArn"]
        if not any(shape["owner"].endswith(arn) for shape in interfaces.all()):
            clock.begin("load-balancer", arn)
            owner = ("public:" if found.get("Scheme") == "internet-facing" else "") + arn
            interfaces.add(
                owner, "ELB " + arn.split(":loadbalancer/")[-1], "amazon-elb",
                call.params.get("Subnets") or [m["SubnetId"] for m in call.params.get("SubnetMappings") or []],
                call.params.get("SecurityGroups") or [], call.region,
            )
    balancer_states(call, answer)


@after("elbv2", "DescribeLoadBalancers")
def balancer_states(call, answer):
    for found in answer.get("LoadBalancers") or []:
        busy = clock.busy("load-balancer", found["LoadBalancerArn"])
        found["State"] = {"Code": "provisioning" if busy else "active"}


#: What AWS tells of an application load balancer of which nobody has changed anything.
BALANCER_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}


@after("elbv2", "DescribeLoadBalancerAttributes")
def every_attribute_is_told(call, answer):
    if "Attributes" in answer:
        told = {attribute["Key"] for attribute in answer["Attributes"]}
        answer["Attributes"] += [
            {"Key": key, "Value": value} for key, value in BALANCER_ATTRIBUTES.items() if key not in told
        ]


@after("elbv2", "SetSecurityGroups")
def balancer_groups(call, answer):
    if "Error" not in answer:
        for prefix in ("", "public:"):
            interfaces.regroup(prefix + call.params["LoadBalancerArn"], call.params["SecurityGroups"])


@before("elbv2", "CreateListener")
def port_is_free(call):
    balancer = backend("elbv2", call.region).load_balancers.get(call.params["LoadBalancerArn"])
    if balancer is not None and any(int(listener.port) == call.params.get("Port") for listener in balancer.listeners.values()):
        raise Refusal("DuplicateListener", "A listener already exists on this port for this load balancer", 400)


@before("elbv2", "DeleteLoadBalancer")
def balancer_in_use(call):
    from .edge import origins

    arn = call.params["LoadBalancerArn"]
    balancer = backend("elbv2", call.region).load_balancers.get(arn)
    if balancer is None:
        return
    if balancer.attrs.get("deletion_protection.enabled") == "true":
        raise Refusal("OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled", 400)
    if any(origin["config"]["Arn"] == arn for origin in origins.values()):
        raise Refusal("ResourceInUse", f"Load balancer '{arn}' cannot be deleted because it is currently associated with another service", 400)
    # What AWS does with a balancer's listeners and their rules.
    for name in list(balancer.listeners):
        backend("elbv2", call.region).delete_listener(name)
    for owner in (arn, "public:" + arn):
        interfaces.remove(owner, "load-balancer")


@after("elbv2", "DescribeTargetHealth")
def targets_of_services(call, answer):
    for service in _services.values():
        if call.params["TargetGroupArn"] not in service.groups_with_tasks() or service.status != "ACTIVE":
            continue
        port = service.doc["loadBalancers"][0]["containerPort"]
        answer["TargetHealthDescriptions"] = [
            {
                "Target": {"Id": f"10.0.11.{10 + index}", "Port": port, "AvailabilityZone": task["availabilityZone"]},
                "HealthCheckPort": str(port),
                "TargetHealth": {"State": "healthy"},
            }
            for index, task in enumerate(task for task in service.tasks() if task["lastStatus"] == "RUNNING")
        ]


# Auto scaling: moto looks for the service in its own ECS.

ApplicationAutoscalingBackend._ecs_service_exists_for_target = lambda self, r_id: True
_target_tags = {}


@before("application-autoscaling", "RegisterScalableTarget")
def target_has_service(call):
    asked = call.params
    if asked["ServiceNamespace"] != "ecs":
        return
    if not any(f"service/{key[1]}/{key[2]}" == asked["ResourceId"] and service.status == "ACTIVE" for key, service in _services.items()):
        raise Refusal("ValidationException", f"ECS service doesn't exist: {asked['ResourceId']}", 400)


def policies_named(call):
    asked = call.params
    for policy in backend("application-autoscaling", call.region).policies.values():
        if policy.policy_name == asked["PolicyName"] and policy.resource_id == asked["ResourceId"]:
            yield policy


@before("application-autoscaling", "PutScalingPolicy")
def policy_is_there(call):
    call.kept = next((policy.policy_arn for policy in policies_named(call)), None)


@after("application-autoscaling", "PutScalingPolicy")
def policy_keeps_its_arn(call, answer):
    """moto makes another policy of one that is put again."""
    if call.kept and "Error" not in answer:
        answer["PolicyARN"] = call.kept
        for policy in policies_named(call):
            policy.policy_arn = call.kept


@after("application-autoscaling", "RegisterScalableTarget")
def target_tags(call, answer):
    if call.params.get("Tags") and "ScalableTargetARN" in answer:
        _target_tags.setdefault(answer["ScalableTargetARN"], {}).update(call.params["Tags"])


@before("application-autoscaling", "DeregisterScalableTarget")
def target_loses_its_tags_and_actions(call):
    scaling = backend("application-autoscaling", call.region)
    for targets in scaling.targets.values():
        target = targets.get(call.params["ResourceId"])
        if target:
            _target_tags.pop(target.arn, None)
    scaling.scheduled_actions = [a for a in scaling.scheduled_actions if a.resource_id != call.params["ResourceId"]]


@before("application-autoscaling", "PutScheduledAction")
def an_action_has_a_target_and_a_time(call):
    asked = call.params
    targets = backend("application-autoscaling", call.region).targets
    if asked["ResourceId"] not in targets.get(asked["ScalableDimension"], {}):
        raise Refusal("ObjectNotFoundException", f"No scalable target registered for {asked['ResourceId']}", 400)
    if not re.fullmatch(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)", asked.get("Schedule", "")):
        raise Refusal("ValidationException", f"Invalid schedule: {asked.get('Schedule')}", 400)


@before("application-autoscaling", "DeleteScheduledAction")
def only_an_action_that_is_there_is_deleted(call):
    actions = backend("application-autoscaling", call.region).scheduled_actions
    name = call.params["ScheduledActionName"]
    if not any(a.scheduled_action_name == name and a.resource_id == call.params["ResourceId"] for a in actions):
        raise Refusal("ObjectNotFoundException", f"No scheduled action found: {name}", 400)


@before("application-autoscaling", "DescribeScalableTargets", "DescribeScheduledActions")
def what_is_due_is_carried_out(call):
    """moto keeps actions and does nothing. One that has run once stays listed here, as it may on AWS."""
    scaling, now = backend("application-autoscaling", call.region), datetime.now(timezone.utc)
    for action in scaling.scheduled_actions:
        due = datetime.fromisoformat(action.schedule[len("at("):-1]).replace(tzinfo=timezone.utc)
        if due > now or getattr(action, "has_run", None) == action.schedule:
            continue
        action.has_run = action.schedule
        target = scaling.targets[action.scalable_dimension][action.resource_id]
        bounds = action.scalable_target_action
        target.min_capacity, target.max_capacity = bounds["MinCapacity"], bounds["MaxCapacity"]


@instead("application-autoscaling", "TagResource", "UntagResource", "ListTagsForResource")
def tags_of_targets(call):
    tags = _target_tags.setdefault(call.params["ResourceARN"], {})
    tags.update(call.params.get("Tags") or {})
    for key in call.params.get("TagKeys") or []:
        tags.pop(key, None)
    return {"Tags": dict(tags)} if call.operation == "ListTagsForResource" else {}


@instead("application-autoscaling", "DescribeScalingActivities")
def no_activities(call):
    return {"ScalingActivities": []}
