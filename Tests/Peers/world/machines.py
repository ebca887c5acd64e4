"""Step Functions: machines of one state that runs a task of ECS, whose end is the run's and which a run's timeout stops; roles that it must
be able to take on, names that are taken, and a machine that stays until its last run has ended.

A task that is started with the command `wait` goes on until somebody stops it.
"""

import json
from types import SimpleNamespace

from . import application, clock
from .wire import PASS, Refusal, after, backend, before, instead

#: By the ARN of the run: the ARN of its task, and when its time is over.
_runs = {}
#: ARNs of machines whose end was asked for.
_leaving = {}


def machine(arn, region):
    return next((found for found in backend("stepfunctions", region).state_machines if found.arn == arn), None)


def check(call):
    if call.params.get("definition") is not None:
        try:
            states = json.loads(call.params["definition"])["States"]
        except (ValueError, KeyError) as fault:
            raise Refusal("InvalidDefinition", f"Invalid State Machine Definition: {fault}", 400) from fault
        for state in states.values():
            if not state["Resource"].startswith("arn:aws:states:::"):
                raise Refusal("InvalidDefinition", f"The resource provided {state['Resource']} is not recognized.", 400)
    role = next((role for role in backend("iam").roles.values() if role.arn == call.params.get("roleArn")), None)
    if call.params.get("roleArn") and (role is None or "states.amazonaws.com" not in json.dumps(role.assume_role_policy_document)):
        raise Refusal("AccessDeniedException", "Neither the global service principal states.amazonaws.com, nor the regional one is "
                      "authorized to assume the provided role.", 400)


@before("stepfunctions", "CreateStateMachine")
def create(call):
    check(call)
    for found in backend("stepfunctions", call.region).state_machines:
        if found.name == call.params["name"]:
            if found.arn in _leaving:
                raise Refusal("StateMachineDeleting", f"State Machine is being deleted: '{found.arn}'", 400)
            if found.definition != call.params["definition"]:
                raise Refusal("StateMachineAlreadyExists", f"State Machine Already Exists: '{found.arn}'", 400)


@before("stepfunctions", "UpdateStateMachine")
def update(call):
    check(call)


def small(value):
    """RunTask's parameters begin with capitals here and with small letters there."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: small(inner) for key, inner in value.items()}
    return [small(inner) for inner in value] if isinstance(value, list) else value


def capital(value):
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: capital(inner) for key, inner in value.items()}
    return [capital(inner) for inner in value] if isinstance(value, list) else value


@after("stepfunctions", "StartExecution")
def start(call, answer):
    found = machine(call.params["stateMachineArn"], call.region)
    if found is None or answer["executionArn"] in _runs:
        return
    definition = json.loads(found.definition)
    parameters = small(definition["States"][definition["StartAt"]]["Parameters"])
    task = application.run_task(SimpleNamespace(params=parameters, region=call.region))["tasks"][0]
    _runs[answer["executionArn"]] = (task["taskArn"], clock.now() + clock.seconds(definition["TimeoutSeconds"]))


def settle(found):
    """A run has ended when its task has, and at its timeout at the latest."""
    for run in found.executions if found else []:
        if run.status != "RUNNING" or run.execution_arn not in _runs:
            continue
        arn, end = _runs[run.execution_arn]
        task = application.single_shape(application._single[arn])
        if task["lastStatus"] == "STOPPED":
            codes = [entry.get("exitCode") for entry in task["containers"]]
            run.status, run.stop_date = "SUCCEEDED" if codes == [0] else "FAILED", application.stamp()
            if run.status == "FAILED":
                run.error, run.cause = "States.TaskFailed", json.dumps(capital(task), default=str)
        elif clock.now() >= end:
            application._single[arn]["until"] = 0
            run.status, run.stop_date = "TIMED_OUT", application.stamp()


def of_run(arn):
    return arn.replace(":execution:", ":stateMachine:").rsplit(":", 1)[0]


@before("stepfunctions", "ListExecutions", "DescribeStateMachine", "DeleteStateMachine", "DescribeExecution", "StopExecution")
def look(call):
    arn = call.params.get("stateMachineArn") or of_run(call.params["executionArn"])
    found = machine(arn, call.region)
    settle(found)
    if arn in _leaving and not any(run.status == "RUNNING" for run in found.executions):
        backend("stepfunctions", call.region).state_machines.remove(found)
        del _leaving[arn]


@after("stepfunctions", "ListExecutions")
def ends_of_all(call, answer):
    found = machine(call.params["stateMachineArn"], call.region)
    dates = {run.execution_arn: run.stop_date for run in found.executions} if found else {}
    for entry in answer.get("executions") or []:
        if dates[entry["executionArn"]]:
            entry["stopDate"] = dates[entry["executionArn"]]


@after("stepfunctions", "StopExecution")
def stop(call, answer):
    if call.params["executionArn"] in _runs:
        application._single[_runs[call.params["executionArn"]][0]]["until"] = 0


@after("stepfunctions", "DescribeStateMachine")
def state(call, answer):
    if call.params["stateMachineArn"] in _leaving:
        answer["status"] = "DELETING"


@instead("stepfunctions", "DeleteStateMachine")
def delete(call):
    found = machine(call.params["stateMachineArn"], call.region)
    if found is None or not any(run.status == "RUNNING" for run in found.executions):
        return PASS
    _leaving[found.arn] = True
    return {}


@instead("stepfunctions", "ListStateMachineVersions")
def no_versions(call):
    return {"stateMachineVersions": []}


@instead("stepfunctions", "ValidateStateMachineDefinition")
def validated(call):
    try:
        check(SimpleNamespace(params={"definition": call.params["definition"]}))
    except Refusal as fault:
        return {"result": "FAIL", "diagnostics": [{"severity": "ERROR", "code": fault.code, "message": fault.message}]}
    return {"result": "OK", "diagnostics": []}
