"""AWS's own IAM policies. moto knows 1,582 and makes them anew, for each of its six partitions, whenever an account is emptied, which
takes seconds. An account here has those that stacks attach; another one is reported as missing."""

import json

from moto.iam import models

ATTACHED = ("AmazonECSTaskExecutionRolePolicy", "AmazonRDSEnhancedMonitoringRole")


def keep_attached():
    every = json.loads(models.aws_managed_policies_data)
    models.aws_managed_policies_data = json.dumps({name: every[name] for name in ATTACHED})
