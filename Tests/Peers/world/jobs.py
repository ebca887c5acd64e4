"""EventBridge Scheduler: names that are taken, roles that it must be able to take on, and expressions that it refuses."""

import json
import re

from .wire import PASS, Refusal, backend, before, instead

#: What a call with a token has made: a second one is the same call.
_made = {}

#: minute hour day-of-month month day-of-week year; one of the two kinds of days names none.
FIELD = r"[0-9A-Z*,/LW#-]+"
CRON = re.compile(rf"^cron\({FIELD} {FIELD} ({FIELD}|\?) {FIELD} ({FIELD}|\?) {FIELD}\)$")


def invalid(message):
    return Refusal("ValidationException", message, 400)


def groups(call):
    return backend("scheduler", call.region).schedule_groups


def group_of(call):
    name = call.params.get("GroupName") or "default"
    if name not in groups(call):
        raise Refusal("ResourceNotFoundException", f"Schedule group {name} does not exist.", 404)
    return groups(call)[name]


def check(call):
    expression = call.params["ScheduleExpression"]
    found = CRON.match(expression)
    if expression.startswith("cron(") and (not found or (found[1] == "?") == (found[2] == "?")):
        raise invalid(f"Invalid Schedule Expression {expression}.")
    if len(expression) > 256:
        raise invalid("ScheduleExpression: Member must have length less than or equal to 256")
    role = next((role for role in backend("iam").roles.values() if role.arn == call.params["Target"]["RoleArn"]), None)
    if role is None or "scheduler.amazonaws.com" not in json.dumps(role.assume_role_policy_document):
        raise invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
    json.loads(call.params["Target"].get("Input") or "{}")


@instead("scheduler", "CreateScheduleGroup")
def create_group(call):
    name = call.params["Name"]
    if name not in groups(call):
        _made[name, call.region] = call.params.get("ClientToken")
        return PASS
    if call.params.get("ClientToken") and _made.get((name, call.region)) == call.params["ClientToken"]:
        return {"ScheduleGroupArn": groups(call)[name].arn}
    raise Refusal("ConflictException", f"Schedule group {name} already exists.", 409)


@before("scheduler", "DeleteScheduleGroup", "GetScheduleGroup")
def group_is_there(call):
    if call.params["Name"] not in groups(call):
        raise Refusal("ResourceNotFoundException", f"Schedule group {call.params['Name']} does not exist.", 404)


@instead("scheduler", "CreateSchedule")
def create_schedule(call):
    group, name, token = group_of(call), call.params["Name"], call.params.get("ClientToken")
    check(call)
    if name in group.schedules:
        if token and _made.get((group.name, name, call.region)) == token:
            return {"ScheduleArn": group.schedules[name].arn}
        raise Refusal("ConflictException", f"Schedule {name} already exists.", 409)
    _made[group.name, name, call.region] = token
    return PASS


@before("scheduler", "UpdateSchedule")
def update_schedule(call):
    group_of(call)
    check(call)
