"""Has the time of a schedule come, which moto's never does.

    due.py GROUP NAME          starts what its target is, as EventBridge Scheduler does
    due.py GROUP NAME older    makes of it what an older Terrace has made: a schedule that starts the task itself
"""

import json
import sys

from account import client

group, name = sys.argv[1:3]
scheduler, machines = client("scheduler"), client("stepfunctions")
schedule = scheduler.get_schedule(GroupName=group, Name=name)
target = schedule["Target"]
if sys.argv[3:] == ["older"]:
    definition = json.loads(machines.describe_state_machine(stateMachineArn=target["Arn"])["definition"])
    task = definition["States"]["Run"]["Parameters"]
    override = task["Overrides"]["ContainerOverrides"][0]
    network = task["NetworkConfiguration"]["AwsvpcConfiguration"]
    scheduler.update_schedule(
        GroupName=group, Name=name, ScheduleExpression=schedule["ScheduleExpression"], State=schedule["State"],
        ScheduleExpressionTimezone=schedule["ScheduleExpressionTimezone"], FlexibleTimeWindow=schedule["FlexibleTimeWindow"],
        Target={
            "Arn": task["Cluster"], "RoleArn": target["RoleArn"], "RetryPolicy": target["RetryPolicy"],
            "Input": json.dumps({"containerOverrides": [{"name": override["Name"], "command": override["Command"]}]}),
            "EcsParameters": {"TaskDefinitionArn": task["TaskDefinition"], "TaskCount": 1, "LaunchType": "FARGATE",
                              "NetworkConfiguration": {"awsvpcConfiguration": network}},
        })
    machines.delete_state_machine(stateMachineArn=target["Arn"])
else:
    machines.start_execution(stateMachineArn=target["Arn"])
