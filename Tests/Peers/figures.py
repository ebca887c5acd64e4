"""Writes into CloudWatch what AWS's services would: the same figures of every minute of the last quarter of an hour, in an account
that has one stack. Of the second service, which takes no requests, and of the readers' connections there is nothing.
"""

from datetime import datetime, timedelta, timezone

from account import REGION, Account, client

account = Account()
minute = datetime.now(timezone.utc).replace(second=0, microsecond=0)
MINUTES = [minute - timedelta(minutes=ago) for ago in range(15)]


def write(namespace, names, region=REGION, **figures):
    dimensions = [{"Name": key, "Value": value} for key, value in names.items()]
    for name, figure in figures.items():
        data = [{"MetricName": name, "Dimensions": dimensions, "Timestamp": begin, **figure} for begin in MINUTES]
        client("cloudwatch", region).put_metric_data(Namespace=namespace, MetricData=data)


def one(value):
    return {"Value": value}


def answers(*own):
    """Seconds: one in fifty takes long."""
    return {"RequestCount": one(600), "TargetResponseTime": {"Values": [0.02, 0.3], "Counts": [98, 2]}, **dict(own)}


edge = {"DistributionId": account.distributions[0]["Id"], "Region": "Global"}
rates = {"4xxErrorRate": one(2), "5xxErrorRate": one(0.5)}
write("AWS/CloudFront", edge, region="us-east-1", Requests=one(1200), **rates)
balancer = {"LoadBalancer": account.balancers[0]["LoadBalancerArn"].split(":loadbalancer/")[1]}
write("AWS/ApplicationELB", balancer,
      **answers(("HTTPCode_Target_5XX_Count", one(3)), ("HTTPCode_ELB_5XX_Count", one(2))))
group = {**balancer, "TargetGroup": account.target_groups[0]["TargetGroupArn"].split(":")[-1]}
write("AWS/ApplicationELB", group, **answers(("HTTPCode_Target_5XX_Count", one(3))))
cluster = account.ecs_clusters[0]["clusterName"]
behind = next(service for service in account.services if service["loadBalancers"])
write("AWS/ECS", {"ClusterName": cluster, "ServiceName": behind["serviceName"]},
      CPUUtilization=one(42), MemoryUtilization=one(63))
for member in account.clusters[0]["DBClusterMembers"]:
    name = {"DBInstanceIdentifier": member["DBInstanceIdentifier"]}
    write("AWS/RDS", name, CPUUtilization=one(12), AuroraReplicaLag=one(18), ServerlessDatabaseCapacity=one(2.5))
    if member["IsClusterWriter"]:
        write("AWS/RDS", name, DatabaseConnections=one(24))
alarm = next(alarm["AlarmName"] for alarm in account.alarms if alarm["AlarmName"].endswith("web-errors"))
client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="Threshold Crossed")
