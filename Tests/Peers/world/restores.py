"""Restored clusters, and clusters and instances that are renamed.

moto's own restore carries over what RDS does not: tags, the master's secret, deletion protection, the parameter group; and its renaming
leaves the instances behind. Rules read in RDS's API reference (RestoreDBClusterToPointInTime, RestoreDBClusterFromSnapshot,
ModifyDBCluster, ModifyDBInstance), 2026-11.
"""

import copy
import time
from datetime import datetime, timezone

from . import clock, data
from .network import interfaces
from .wire import PASS, Refusal, after, backend, before, instead

#: By a snapshot's name: what was in the database when it was made, and when that was.
_snapshots = {}
#: By how many seconds restores miss the moment that they are asked for.
_shift = {}


def shift(seconds):
    """RDS does no such thing: for tests of whoever is to notice."""
    _shift["seconds"] = seconds


def seconds(moment):
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


@after("rds", "CreateDBClusterSnapshot")
def snapshot_is_taken(call, answer):
    if "Error" not in answer:
        keep(call.params["DBClusterSnapshotIdentifier"], backend("rds", call.region).clusters[call.params["DBClusterIdentifier"]])


@before("rds", "DeleteDBCluster")
def last_snapshot_is_taken(call):
    cluster = backend("rds", call.region).clusters.get(call.params["DBClusterIdentifier"])
    if cluster is not None and call.params.get("FinalDBSnapshotIdentifier"):
        keep(call.params["FinalDBSnapshotIdentifier"], cluster)


@after("rds", "DeleteDBCluster")
def own_snapshots_leave(call, answer):
    """Those that RDS has made by itself go with their cluster."""
    if "Error" not in answer:
        found = backend("rds", call.region).cluster_snapshots
        for name in [n for n in found if n.startswith(f"rds:{call.params['DBClusterIdentifier']}-2")]:
            del found[name]


def keep(name, cluster):
    _snapshots[name] = (data.database_of(cluster).as_of(time.time()), time.time())


def restored(call, source, database, moment):
    """A cluster with the data of another, and of its settings those that RDS carries over."""
    asked, rds = call.params, backend("rds", call.region)
    name = asked["DBClusterIdentifier"]
    data.cluster_name_is_free(call)
    if (asked.get("DBSubnetGroupName") or "default") not in {**rds.subnet_groups, "default": None}:
        raise Refusal("DBSubnetGroupNotFoundFault", f"DB subnet group '{asked['DBSubnetGroupName']}' does not exist.", 404)
    cluster = rds.create_db_cluster(
        {
            "db_cluster_identifier": name,
            "engine": source.engine,
            "engine_version": source.engine_version,
            "master_username": source.master_username,
            "master_user_password": "that-of-the-source",
            "database_name": source.database_name,
            "db_subnet_group_name": asked.get("DBSubnetGroupName"),
            "db_cluster_parameter_group_name": asked.get("DBClusterParameterGroupName"),
            "vpc_security_group_ids": asked.get("VpcSecurityGroupIds") or [],
            "port": asked.get("Port") or source.port,
            "storage_encrypted": source.storage_encrypted,
            "kms_key_id": asked.get("KmsKeyId") or source.kms_key_id,
            "backup_retention_period": source.backup_retention_period,
            "copy_tags_to_snapshot": bool(asked.get("CopyTagsToSnapshot")),
            "deletion_protection": bool(asked.get("DeletionProtection")),
            "tags": asked.get("Tags") or [],
        }
    )
    # What follows a name in an endpoint is the account's and region's, the same for every cluster.
    cluster.url_identifier = source.url_identifier
    data._said.pop(("cluster", name), None)
    kept = {key: data.memory("cluster", source.db_cluster_identifier).get(key) for key in ("BackupRetentionPeriod", "DatabaseInsightsMode")}
    data.remember("cluster", name, {**kept, **asked, "EnableHttpEndpoint": None}, data.SHOWN_CLUSTER)
    data.memory_of("cluster", name)["EnabledCloudwatchLogsExports"] = asked.get("EnableCloudwatchLogsExports") or []
    data._databases[cluster.db_cluster_resource_id] = database
    data.copy_server(source, cluster, moment + _shift.get("seconds", 0))
    clock.begin("cluster", name)
    status = {"Status": data.cluster_status(name), "Engine": source.engine, "DBClusterArn": cluster.arn}
    return {"DBCluster": {"DBClusterIdentifier": name, **status}}


@instead("rds", "RestoreDBClusterToPointInTime")
def restored_to_a_moment(call):
    settle(call)
    asked = call.params
    source = backend("rds", call.region).clusters.get(asked.get("SourceDBClusterIdentifier") or "")
    if source is None:
        raise Refusal("DBClusterNotFoundFault", f"DBCluster {asked.get('SourceDBClusterIdentifier')} not found.", 404)
    if clock.busy("cluster", source.db_cluster_identifier):
        raise Refusal("InvalidDBClusterStateFault", f"DB cluster {source.db_cluster_identifier} is not currently in the available state.", 400)
    if asked.get("RestoreToTime") is None and not asked.get("UseLatestRestorableTime"):
        raise Refusal("InvalidParameterCombination", "Either RestoreToTime or UseLatestRestorableTime must be specified.", 400)
    latest = data.latest_restorable()
    moment = seconds(asked["RestoreToTime"]) if asked.get("RestoreToTime") else latest
    if not int(seconds(source.earliest_restorable_time)) <= moment <= latest:
        raise Refusal("InvalidParameterValue", "The specified time is not within the window of restorable times.", 400)
    return restored(call, source, data.database_of(source).as_of(moment), moment)


@instead("rds", "RestoreDBClusterFromSnapshot")
def restored_from_a_snapshot(call):
    settle(call)
    name = call.params["SnapshotIdentifier"].split(":cluster-snapshot:")[-1]
    snapshot = backend("rds", call.region).cluster_snapshots.get(name)
    if snapshot is None:
        raise Refusal("DBClusterSnapshotNotFoundFault", f"DBClusterSnapshot {name} not found.", 404)
    database, moment = _snapshots.get(name) or (data.Database(snapshot.cluster.master_username), time.time())
    return restored(call, snapshot.cluster, copy.deepcopy(database), moment)


# Names

#: (kind, region, old name) → new name, until the renaming is over. While it goes on, what is renamed is seen under its old name.
_renamings = {}


def settle(call):
    """Ends the renamings whose time has come."""
    for (kind, region, old), new in list(_renamings.items()):
        if not clock.busy("rename", old):
            del _renamings[kind, region, old]
            clock.forget("rename", old)
            {"cluster": rename_cluster, "instance": rename_instance}[kind](region, old, new)


def rename_backups(snapshots, name, old, new):
    """Those that moto has made by itself: the next one of the old name would get the same names within the same minute."""
    for key in [key for key in snapshots if key.startswith(f"rds:{old}-2")]:
        snapshot = snapshots.pop(key)
        setattr(snapshot, name, key.replace(old, new, 1))
        snapshots[key.replace(old, new, 1)] = snapshot


def rename_cluster(region, old, new):
    rds = backend("rds", region)
    cluster = rds.clusters.pop(old, None)
    if cluster is None:
        return
    members = cluster.members
    rename_backups(rds.cluster_snapshots, "db_cluster_snapshot_identifier", old, new)
    cluster.db_cluster_identifier = new
    rds.clusters[new] = cluster
    for member in members:
        member.db_cluster_identifier = new
    for table, key, other in ((data._said, ("cluster", old), ("cluster", new)), (data._writers, old, new)):
        table.pop(other, None)
        if key in table:
            table[other] = table.pop(key)


def rename_instance(region, old, new):
    rds = backend("rds", region)
    instance = rds.databases.pop(old, None)
    if instance is None:
        return
    rename_backups(rds.database_snapshots, "db_snapshot_identifier", old, new)
    instance.db_instance_identifier = new
    rds.databases[new] = instance
    data._said.pop(("instance", new), None)
    if ("instance", old) in data._said:
        data._said["instance", new] = data._said.pop(("instance", old))
    for cluster, writer in data._writers.items():
        if writer == old:
            data._writers[cluster] = new
    for shape in interfaces.all():
        if shape["owner"] == f"rds:{old}":
            shape["owner"] = f"rds:{new}"
    clock.begin("reboot", new)


#: By kind: there is none of that name, it is in another state, the new name is taken.
REFUSALS = {
    "cluster": [
        ("DBClusterNotFoundFault", "DBCluster {old} not found."),
        ("InvalidDBClusterStateFault", "DB cluster {old} is not currently in the available state."),
        ("DBClusterAlreadyExistsFault", "DB Cluster already exists: {new}"),
    ],
    "instance": [
        ("DBInstanceNotFound", "DBInstance {old} not found."),
        ("InvalidDBInstanceState", "Instance {old} is not in available state."),
        ("DBInstanceAlreadyExists", "DB instance already exists: {new}"),
    ],
}


def another_name(call, kind, things, status, leaving):
    """ModifyDBCluster and ModifyDBInstance with a new name; PASS without one."""
    settle(call)
    asked, parameter = call.params, "DBClusterIdentifier" if kind == "cluster" else "DBInstanceIdentifier"
    old, new = asked[parameter], asked.get(f"New{parameter}")
    absent, busy, taken = ((code, text.format(old=old, new=new)) for code, text in REFUSALS[kind])
    if old not in things:
        raise Refusal(*absent, 404)
    if not new:
        return PASS
    if status(old) != "available":
        raise Refusal(*busy, 400)
    if new in things or new in leaving.all():
        raise Refusal(*taken, 400)
    if kind == "cluster":
        data.logs_change(old, asked.get("CloudwatchLogsExportConfiguration"))
    return begin(call, kind, old, new)


@instead("rds", "ModifyDBCluster")
def cluster_gets_a_name(call):
    return another_name(call, "cluster", backend("rds", call.region).clusters, data.cluster_status, data.leaving_clusters)


@instead("rds", "ModifyDBInstance")
def instance_gets_a_name(call):
    return another_name(call, "instance", backend("rds", call.region).databases, data.instance_status, data.leaving_instances)


def begin(call, kind, old, new):
    word, state = ("DBCluster", "Status") if kind == "cluster" else ("DBInstance", "DBInstanceStatus")
    answer = {word: {f"{word}Identifier": old, state: "available"}}
    if not call.params.get("ApplyImmediately"):
        # In the next maintenance window, which no test waits for.
        return answer
    _renamings[kind, call.region, old] = new
    clock.begin("rename", old)
    if not clock.busy("rename", old):
        settle(call)
    return answer


@before(
    "rds", "DescribeDBClusters", "DescribeDBInstances", "CreateDBInstance", "CreateDBCluster", "RebootDBInstance", "DeleteDBCluster",
    "DeleteDBInstance", "AddTagsToResource", "RemoveTagsFromResource", "EnableHttpEndpoint",
)
def renamings_end(call):
    settle(call)
