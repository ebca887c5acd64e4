"""RDS, its Data API and Secrets Manager: states that take time, members that moto forgets, engine versions, refusals."""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import socket
import string
import subprocess
import time
from datetime import datetime, timezone

from . import clock
from .network import interfaces
from .wire import Refusal, after, backend, before, instead

leaving_clusters = clock.Leaving("cluster")
leaving_instances = clock.Leaving("instance")

#: Newest first. LTS minors are said in the description only, as RDS does. Release calendar read 2026-11.
POSTGRESQL = [
    ("18.3", False), ("17.9", False), ("17.7", True), ("17.6", False), ("16.13", False), ("16.11", False),
    ("16.8", True), ("15.17", False), ("15.13", False), ("15.10", True), ("14.22", False), ("14.17", False),
]

#: What a create or modify call says, and under which name a describe call shows it, where moto drops it.
SHOWN_CLUSTER = {
    "EnableHttpEndpoint": "HttpEndpointEnabled",
    "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
    "DatabaseInsightsMode": "DatabaseInsightsMode",
    "EnablePerformanceInsights": "PerformanceInsightsEnabled",
    "PerformanceInsightsRetentionPeriod": "PerformanceInsightsRetentionPeriod",
    "PerformanceInsightsKMSKeyId": "PerformanceInsightsKMSKeyId",
    "MonitoringInterval": "MonitoringInterval",
    "MonitoringRoleArn": "MonitoringRoleArn",
    "EngineLifecycleSupport": "EngineLifecycleSupport",
    "DeletionProtection": "DeletionProtection",
    "CopyTagsToSnapshot": "CopyTagsToSnapshot",
    "BackupRetentionPeriod": "BackupRetentionPeriod",
    "PreferredBackupWindow": "PreferredBackupWindow",
    "PreferredMaintenanceWindow": "PreferredMaintenanceWindow",
    "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "DBClusterParameterGroupName": "DBClusterParameterGroup",
    "ServerlessV2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
    "StorageType": "StorageType",
}
SHOWN_INSTANCE = {
    "EnablePerformanceInsights": "PerformanceInsightsEnabled",
    "PerformanceInsightsRetentionPeriod": "PerformanceInsightsRetentionPeriod",
    "DatabaseInsightsMode": "DatabaseInsightsMode",
    "PromotionTier": "PromotionTier",
    "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "CACertificateIdentifier": "CACertificateIdentifier",
    "CopyTagsToSnapshot": "CopyTagsToSnapshot",
    "PubliclyAccessible": "PubliclyAccessible",
    "PreferredMaintenanceWindow": "PreferredMaintenanceWindow",
    "DBInstanceClass": "DBInstanceClass",
    "MonitoringInterval": "MonitoringInterval",
    "MonitoringRoleArn": "MonitoringRoleArn",
}
_said = {}


def memory_of(kind, name):
    return _said.setdefault((kind, name), {})


def remember(kind, name, params, shown):
    said = memory_of(kind, name)
    for key, shape in shown.items():
        if params.get(key) is not None:
            said[shape] = params[key]


def memory(kind, name):
    return _said.get((kind, name), {})


def cluster_status(name):
    if clock.busy("cluster", name):
        return "creating"
    return "renaming" if clock.busy("rename", name) else "available"


def instance_status(name):
    if clock.busy("instance", name):
        return "creating"
    if clock.busy("rename", name):
        return "renaming"
    return "rebooting" if clock.busy("reboot", name) else "available"


#: By cluster, once a failover has chosen it; until then moto's own.
_writers = {}
#: By cluster: so many statements from now on find no writer, however little time a failover takes here.
_headless = {}
STATEMENTS_WITHOUT_WRITER = 3


def latest_restorable():
    """RDS is minutes behind. Source: Aurora user guide, "Backing up and restoring an Aurora DB cluster", read 2026-11."""
    return time.time() - clock.seconds(300)


def show_cluster(cluster):
    name = cluster["DBClusterIdentifier"]
    cluster["LatestRestorableTime"] = datetime.fromtimestamp(latest_restorable(), timezone.utc)
    said = dict(memory("cluster", name))
    exports = said.pop("EnabledCloudwatchLogsExports", None)
    cluster.update(said)
    if exports is not None:
        cluster["EnabledCloudwatchLogsExports"] = sorted(exports)
    cluster["Status"] = cluster_status(name)
    for member in cluster.get("DBClusterMembers") or []:
        if name in _writers:
            member["IsClusterWriter"] = member["DBInstanceIdentifier"] == _writers[name]
    cluster.setdefault("DatabaseInsightsMode", "standard")
    if cluster.get("EngineMode") != "serverless":
        cluster.pop("ScalingConfigurationInfo", None)
    secret = cluster.get("MasterUserSecret")
    if secret:
        secret["SecretStatus"] = "creating" if clock.busy("cluster", name) else "active"
    for tag in cluster.get("TagList") or []:
        tag.setdefault("Value", "")


def resource_id(name):
    """Of an instance, as Performance Insights knows it."""
    return "db-" + hashlib.sha256(name.encode()).hexdigest().upper()[:26]


def show_instance(instance):
    name = instance["DBInstanceIdentifier"]
    instance.update(memory("instance", name))
    instance["DBInstanceStatus"] = instance_status(name)
    instance["DbiResourceId"] = resource_id(name)
    if instance["DBInstanceStatus"] == "creating":
        instance.pop("Endpoint", None)


# Clusters


@before("rds", "CreateDBCluster")
def cluster_name_is_free(call):
    name = call.params["DBClusterIdentifier"]
    rds = backend("rds", call.region)
    if name in leaving_clusters.all() or name in rds.clusters:
        raise Refusal("DBClusterAlreadyExistsFault", f"DB Cluster already exists: {name}", 400)
    group = call.params.get("DBClusterParameterGroupName")
    if group and not group.startswith("default.") and group not in rds.db_cluster_parameter_groups:
        raise Refusal("DBClusterParameterGroupNotFound", f"DBClusterParameterGroup not found: {group}", 404)
    version = call.params.get("EngineVersion")
    if version and version not in [entry[0] for entry in POSTGRESQL] + [entry[0].split(".")[0] for entry in POSTGRESQL]:
        raise Refusal("InvalidParameterCombination", f"Cannot find version {version} for aurora-postgresql", 400)


@after("rds", "CreateDBCluster")
def cluster_begins(call, answer):
    if "Error" in answer:
        return
    name = answer["DBCluster"]["DBClusterIdentifier"]
    _said.pop(("cluster", name), None)
    remember("cluster", name, call.params, SHOWN_CLUSTER)
    if call.params.get("EnableCloudwatchLogsExports") is not None:
        memory("cluster", name)["EnabledCloudwatchLogsExports"] = call.params["EnableCloudwatchLogsExports"]
    clock.begin("cluster", name)
    show_cluster(answer["DBCluster"])


@before("rds", "ModifyDBCluster")
def cluster_can_change(call):
    name = call.params["DBClusterIdentifier"]
    if cluster_status(name) != "available":
        raise Refusal("InvalidDBClusterStateFault", f"DB cluster {name} is not currently in the available state.", 400)


def logs_change(name, exports):
    if exports:
        kept = set(memory("cluster", name).get("EnabledCloudwatchLogsExports", []))
        kept |= set(exports.get("EnableLogTypes") or [])
        kept -= set(exports.get("DisableLogTypes") or [])
        memory_of("cluster", name)["EnabledCloudwatchLogsExports"] = kept


@after("rds", "ModifyDBCluster")
def cluster_changes(call, answer):
    if "Error" in answer:
        return
    name = answer["DBCluster"]["DBClusterIdentifier"]
    # A modification switches the Data API of Serverless v1 only; here it is accepted and does nothing.
    remember("cluster", name, {**call.params, "EnableHttpEndpoint": None}, SHOWN_CLUSTER)
    logs_change(name, call.params.get("CloudwatchLogsExportConfiguration"))
    groups = call.params.get("VpcSecurityGroupIds")
    if groups:
        backend("rds", call.region).clusters[name].vpc_security_group_ids = groups
    show_cluster(answer["DBCluster"])


@instead("rds", "EnableHttpEndpoint", "DisableHttpEndpoint")
def data_api_switched(call):
    clusters = [c for c in backend("rds", call.region).clusters.values() if c.arn == call.params["ResourceArn"]]
    if not clusters:
        raise Refusal("ResourceNotFoundFault", f"The resource {call.params['ResourceArn']} was not found.", 404)
    name = clusters[0].db_cluster_identifier
    if clock.busy("cluster", name):
        raise Refusal("InvalidResourceStateFault", f"DB cluster {name} is not currently in the available state.", 400)
    memory_of("cluster", name)["HttpEndpointEnabled"] = call.operation == "EnableHttpEndpoint"
    return {"ResourceArn": clusters[0].arn, "HttpEndpointEnabled": call.operation == "EnableHttpEndpoint"}


@after("rds", "DescribeDBClusters")
def clusters_shown(call, answer):
    wanted = (call.params.get("DBClusterIdentifier") or "").split(":")[-1]
    for cluster in answer.get("DBClusters") or []:
        show_cluster(cluster)
    leaving = [shape for name, shape in leaving_clusters.all().items() if not wanted or wanted == name]
    if leaving:
        answer.pop("Error", None)
        answer["DBClusters"] = (answer.get("DBClusters") or []) + [{**shape, "Status": "deleting"} for shape in leaving]


@before("rds", "DeleteDBCluster")
def cluster_may_leave(call):
    call.kept = None
    name = call.params["DBClusterIdentifier"]
    rds = backend("rds", call.region)
    cluster = rds.clusters.get(name)
    if name in leaving_clusters.all():
        raise Refusal("InvalidDBClusterStateFault", f"DB cluster {name} is already being deleted.", 400)
    if cluster is None:
        return
    if cluster.deletion_protection or memory("cluster", name).get("DeletionProtection"):
        raise Refusal(
            "InvalidParameterCombination",
            "Cannot delete protected Cluster, please disable deletion protection and try again.", 400,
        )
    if clock.busy("cluster", name):
        raise Refusal("InvalidDBClusterStateFault", f"DB cluster {name} is not currently in the available state.", 400)
    skip, snapshot = call.params.get("SkipFinalSnapshot"), call.params.get("FinalDBSnapshotIdentifier")
    if not skip and not snapshot:
        raise Refusal(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.", 400,
        )
    if snapshot and snapshot in rds.cluster_snapshots:
        raise Refusal("DBClusterSnapshotAlreadyExistsFault", f"Cluster Snapshot already exists: {snapshot}", 400)
    call.kept = cluster


@after("rds", "DeleteDBCluster")
def cluster_leaves(call, answer):
    if "Error" not in answer:
        drop_server(call.kept)
        shape = answer["DBCluster"]
        show_cluster(shape)
        # Instances that are still being deleted keep the cluster in sight.
        leaving_clusters.add(shape["DBClusterIdentifier"], shape)
        shape["Status"] = "deleting"


# Instances


@before("rds", "CreateDBInstance")
def instance_name_is_free(call):
    name = call.params["DBInstanceIdentifier"]
    if name in leaving_instances.all():
        raise Refusal("DBInstanceAlreadyExists", f"DB instance already exists: {name}", 400)
    cluster = call.params.get("DBClusterIdentifier")
    if cluster and cluster in leaving_clusters.all():
        raise Refusal("InvalidDBClusterStateFault", f"DB cluster {cluster} is being deleted.", 400)


@after("rds", "CreateDBInstance")
def instance_begins(call, answer):
    if "Error" in answer:
        return
    instance = answer["DBInstance"]
    name = instance["DBInstanceIdentifier"]
    _said.pop(("instance", name), None)
    remember("instance", name, call.params, SHOWN_INSTANCE)
    clock.begin("instance", name)
    show_instance(instance)
    rds = backend("rds", call.region)
    cluster = rds.clusters.get(call.params.get("DBClusterIdentifier") or "")
    if cluster is not None:
        group = rds.subnet_groups.get(cluster.db_subnet_group_name)
        subnets = [subnet.id for subnet in group._subnets] if group is not None else []
        zone = call.params.get("AvailabilityZone")
        chosen = [s for s in group._subnets if s.availability_zone == zone] if group is not None and zone else []
        subnets = [chosen[0].id] if chosen else subnets[:1]
        interfaces.add(
            f"rds:{name}", "RDSNetworkInterface", "amazon-rds", subnets, cluster.vpc_security_group_ids or [], call.region
        )


@after("rds", "ModifyDBInstance")
def instance_changes(call, answer):
    if "Error" not in answer:
        remember("instance", answer["DBInstance"]["DBInstanceIdentifier"], call.params, SHOWN_INSTANCE)
        show_instance(answer["DBInstance"])


@after("rds", "DescribeDBInstances")
def instances_shown(call, answer):
    wanted = (call.params.get("DBInstanceIdentifier") or "").split(":")[-1]
    clusters = [value.split(":")[-1] for entry in call.params.get("Filters") or []
                if entry["Name"] == "db-cluster-id" for value in entry["Values"]]
    for instance in answer.get("DBInstances") or []:
        show_instance(instance)
    leaving = [
        shape for name, shape in leaving_instances.all().items()
        if (not wanted or wanted == name) and (not clusters or shape.get("DBClusterIdentifier") in clusters)
    ]
    if leaving:
        answer.pop("Error", None)
        answer["DBInstances"] = (answer.get("DBInstances") or []) + leaving


@before("rds", "FailoverDBCluster")
def cluster_fails_over(call):
    """moto has the old writer step down and nobody step up. Both servers restart."""
    name = call.params["DBClusterIdentifier"]
    cluster = backend("rds", call.region).clusters.get(name)
    if cluster is None:
        raise Refusal("DBClusterNotFoundFault", f"DBCluster {name} not found.", 404)
    members = [member.db_instance_identifier for member in cluster.members]
    if any(instance_status(member) != "available" for member in members):
        raise Refusal("InvalidDBClusterStateFault", f"DB cluster {name} is not currently in the available state.", 400)
    call.kept = [call.params.get("TargetDBInstanceIdentifier"), *members]


@after("rds", "FailoverDBCluster")
def writer_changes(call, answer):
    if "Error" in answer:
        return
    name = call.params["DBClusterIdentifier"]
    _writers[name] = call.kept[0]
    _headless[name] = STATEMENTS_WITHOUT_WRITER
    for member in call.kept[1:]:
        clock.begin("reboot", member)
    show_cluster(answer["DBCluster"])


@before("rds", "RebootDBInstance")
def instance_may_restart(call):
    name = call.params["DBInstanceIdentifier"]
    if name in backend("rds", call.region).databases and instance_status(name) != "available":
        raise Refusal("InvalidDBInstanceState", f"Instance {name} is not in available state.", 400)


@after("rds", "RebootDBInstance")
def instance_restarts(call, answer):
    if "Error" not in answer:
        clock.begin("reboot", call.params["DBInstanceIdentifier"])
        show_instance(answer["DBInstance"])


@before("rds", "DeleteDBInstance")
def instance_may_leave(call):
    name = call.params["DBInstanceIdentifier"]
    if name in leaving_instances.all():
        raise Refusal("InvalidDBInstanceState", f"Instance {name} is already being deleted.", 400)


@after("rds", "DeleteDBInstance")
def instance_leaves(call, answer):
    if "Error" not in answer:
        shape = answer["DBInstance"]
        shape["DBInstanceStatus"] = "deleting"
        leaving_instances.add(shape["DBInstanceIdentifier"], shape)
        interfaces.remove(f"rds:{shape['DBInstanceIdentifier']}", "instance")


@before("rds", "ModifyDBSubnetGroup")
def subnet_group_stays(call):
    """moto takes a group that is modified out of its list."""
    call.kept = backend("rds", call.region).subnet_groups.get(call.params["DBSubnetGroupName"])


@after("rds", "ModifyDBSubnetGroup")
def subnet_group_is_back(call, answer):
    if call.kept is not None:
        backend("rds", call.region).subnet_groups[call.kept.name] = call.kept


@before("rds", "DeleteDBSubnetGroup")
def subnet_group_in_use(call):
    name = call.params["DBSubnetGroupName"]
    rds = backend("rds", call.region)
    used = [c for c in rds.clusters.values() if c.db_subnet_group_name == name]
    leaving = [shape for shape in leaving_clusters.all().values() if shape.get("DBSubnetGroup") == name]
    if used or leaving:
        raise Refusal(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{name}' because at least one database cluster is still using it.", 400,
        )


@before("rds", "DeleteDBClusterParameterGroup")
def parameter_group_in_use(call):
    name = call.params["DBClusterParameterGroupName"]
    used = [c for c in backend("rds", call.region).clusters.values() if c.parameter_group == name]
    leaving = [shape for shape in leaving_clusters.all().values() if shape.get("DBClusterParameterGroup") == name]
    if used or leaving:
        raise Refusal("InvalidDBParameterGroupState", f"One or more database instances are still members of this parameter group {name}, so the group cannot be deleted", 400)


@instead("rds", "DescribeDBEngineVersions")
def engine_versions(call):
    engine = call.params.get("Engine") or "aurora-postgresql"
    version = call.params.get("EngineVersion") or ""
    family = call.params.get("DBParameterGroupFamily") or ""
    shown = [
        {
            "Engine": engine,
            "EngineVersion": number,
            "MajorEngineVersion": number.split(".")[0],
            "DBParameterGroupFamily": f"aurora-postgresql{number.split('.')[0]}",
            "DBEngineDescription": "Aurora PostgreSQL",
            "DBEngineVersionDescription": f"Aurora PostgreSQL (Compatible with PostgreSQL {number})" + (" LTS" if lts else ""),
            "Status": "available",
            "SupportedEngineModes": ["provisioned"],
            "ExportableLogTypes": ["postgresql", "instance", "iam-db-auth-error"],
            "SupportsLogExportsToCloudwatchLogs": True,
            "ServerlessV2FeaturesSupport": {"MinCapacity": 0.0, "MaxCapacity": 256.0},
        }
        for number, lts in POSTGRESQL
        if engine == "aurora-postgresql" and (not version or number == version or number.split(".")[0] == version)
    ]
    shown = [entry for entry in shown if not family or entry["DBParameterGroupFamily"] == family]
    if call.params.get("DefaultOnly"):
        shown = [entry for entry in shown if entry["EngineVersion"] == "17.7"]
    return {"DBEngineVersions": shown}


@instead("rds", "DescribeOrderableDBInstanceOptions")
def orderable_options(call):
    wanted = call.params.get("DBInstanceClass")
    classes = [wanted] if wanted else ["db.t4g.medium", "db.r6g.large", "db.r8g.large", "db.serverless"]
    if any(not name.startswith("db.") for name in classes):
        return {"OrderableDBInstanceOptions": []}
    return {
        "OrderableDBInstanceOptions": [
            {
                "Engine": call.params["Engine"],
                "EngineVersion": call.params.get("EngineVersion") or "17.7",
                "DBInstanceClass": name,
                "AvailabilityZones": [{"Name": f"{call.region}{letter}"} for letter in "abc"],
                "Vpc": True,
                "SupportsPerformanceInsights": True,
            }
            for name in classes
        ]
    }


@instead("rds", "ResetDBClusterParameterGroup")
def reset_parameters(call):
    name = call.params["DBClusterParameterGroupName"]
    group = backend("rds", call.region).db_cluster_parameter_groups.get(name)
    if group is None:
        raise Refusal("DBParameterGroupNotFound", f"DBClusterParameterGroup not found: {name}", 404)
    named = [entry["ParameterName"] for entry in call.params.get("Parameters") or []]
    for parameter in list(group.parameters) if call.params.get("ResetAllParameters") else named:
        group.parameters.pop(parameter, None)
    return {"DBClusterParameterGroupName": name}


@instead("rds", "ModifyEventSubscription")
def modify_subscription(call):
    name = call.params["SubscriptionName"]
    found = backend("rds", call.region).event_subscriptions.get(name)
    if found is None:
        raise Refusal("SubscriptionNotFound", f"Event Subscription {name} not found.", 404)
    for member, attribute in (("SnsTopicArn", "sns_topic_arn"), ("SourceType", "source_type"), ("Enabled", "enabled"), ("EventCategories", "event_categories")):
        if call.params.get(member) is not None:
            setattr(found, attribute, call.params[member])
    return {"EventSubscription": {"CustSubscriptionId": name, "Status": "active"}}


@instead("rds", "DescribePendingMaintenanceActions")
def nothing_pending(call):
    return {"PendingMaintenanceActions": []}


# The Data API: just enough of PostgreSQL for the statements that make a role, or a real one (postgres.py) where a test has
# said so. Who asks is who the secret says, and the password in it must be the one that the role was given.

#: The port of the real one, and its folder.
_server = {}
#: By the resource id of a restored cluster: the port of the copy of the real one that is behind it.
_copies = {}


def serve_from(port, folder):
    _server["port"], _server["folder"] = port, folder


def ask_server(**asked):
    """Says something to postgres.py; its answer."""
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(_server["folder"] + "/control")
        with control.makefile("rw") as line:
            line.write(json.dumps(asked) + "\n")
            line.flush()
            answer = json.loads(line.readline())
    if isinstance(answer, str):
        raise RuntimeError(answer)
    return answer


def copy_server(source, cluster, moment):
    """What is behind the source, as of then, is behind the cluster; nothing where no real one is behind either."""
    if not _server:
        return
    if source.db_cluster_resource_id in _copies:
        raise NotImplementedError("a copy of the real PostgreSQL keeps no log of its own, so there is no copy of it")
    name = cluster.db_cluster_resource_id
    _copies[name] = ask_server(copy=name, moment=moment)


def drop_server(cluster):
    if cluster.db_cluster_resource_id in _copies:
        del _copies[cluster.db_cluster_resource_id]
        ask_server(drop=cluster.db_cluster_resource_id)


def asked_of_server(port, user, password, database, sql, values):
    """By psql, which fills in `:'name'` as the Data API fills in `:name`."""
    words = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-h", "127.0.0.1", "-p", str(port)]
    for name, value in values.items():
        words += ["-v", f"{name}={value}"]
        sql = re.sub(rf"(?<!:):{name}\b", f":'{name}'", sql)
    login = {**os.environ, "PGPASSWORD": password or "", "PGSSLMODE": "require"}
    done = subprocess.run([*words, "-U", user, "-d", database], input=sql, env=login, capture_output=True, text=True)
    if done.returncode == 2 or "FATAL:" in done.stderr:
        raise Refusal("BadRequestException", f"{done.stderr.strip()}; SQLState: 28P01", 400)
    if done.returncode:
        state = re.search(r"ERROR: +([0-9A-Z]{5}): ", done.stderr)
        raise Refusal("DatabaseErrorException", f"{done.stderr.strip()}; SQLState: {state[1] if state else 'XX000'}", 400)
    rows = [line.split("|") for line in done.stdout.splitlines()]
    return {"records": [[{"stringValue": cell} for cell in row] for row in rows], "numberOfRecordsUpdated": 0}


class Database:
    def __init__(self, master):
        self.master, self.owner = master, None
        #: Role → its password or the verifier of one.
        self.roles = {}
        #: What both were from a moment on.
        self.past = [(0.0, None, {})]

    def remember(self):
        self.past.append((time.time(), self.owner, dict(self.roles)))

    def as_of(self, moment):
        """A copy. The last state of the second counts."""
        found = Database(self.master)
        _, found.owner, roles = [each for each in self.past if each[0] < moment + 1][-1]
        found.roles = dict(roles)
        found.remember()
        return found


_databases = {}


def database_of(cluster):
    return _databases.setdefault(cluster.db_cluster_resource_id, Database(cluster.master_username))


def logins(resource):
    """As whom somebody can sign in, beside the master."""
    roles = _databases[resource].roles if resource in _databases else {}
    return json.dumps(sorted(role for role, password in roles.items() if password)).encode()


def signed_in(database, call, cluster):
    secret = backend("secretsmanager", call.region).secrets.get(call.params["secretArn"])
    if secret is None:
        raise Refusal("BadRequestException", f"Error fetching secret {call.params['secretArn']}: Secrets Manager can't find the specified secret.", 400)
    managed = getattr(cluster, "master_user_secret", None)
    if managed is not None and managed.secret_arn == secret.arn:
        return database.master, None
    login = json.loads(secret.versions[secret.default_version_id]["secret_string"])
    user = login.get("username")
    if not _server and not matches(login.get("password") or "", database.roles.get(user)):
        raise Refusal("BadRequestException", f'FATAL: password authentication failed for user "{user}"; SQLState: 28P01', 400)
    return user, login.get("password")


def matches(password, verifier):
    """RFC 5802: the stored key is the hash of the client's key."""
    if not verifier or not verifier.startswith("SCRAM-SHA-256$"):
        return verifier is not None and verifier == password
    _, rounds_and_salt, keys = verifier.split("$")
    rounds, salt = rounds_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    client = hmac.digest(salted, b"Client Key", "sha256")
    return base64.b64encode(hashlib.sha256(client).digest()).decode() == keys.split(":")[0]


@instead("rds-data", "ExecuteStatement", "BatchExecuteStatement")
def statement(call):
    rds = backend("rds", call.region)
    clusters = [cluster for cluster in rds.clusters.values() if cluster.arn == call.params["resourceArn"]]
    if not clusters:
        raise Refusal("BadRequestException", "Cluster not found: " + call.params["resourceArn"], 400)
    name = clusters[0].db_cluster_identifier
    if not memory("cluster", name).get("HttpEndpointEnabled"):
        raise Refusal("BadRequestException", f"HttpEndpoint is not enabled for resource {call.params['resourceArn']}", 400)
    ready = [i for i in rds.databases.values()
             if getattr(i, "db_cluster_identifier", None) == name and instance_status(i.db_instance_identifier) == "available"]
    if not ready:
        raise Refusal("DatabaseUnavailableException", "The database is not available: the cluster has no instance", 504)
    if _headless.get(name, 0) > 0:
        _headless[name] -= 1
        raise Refusal("DatabaseUnavailableException", "The writer instance in the DB cluster isn't available", 504)
    database = database_of(clusters[0])
    user, password = signed_in(database, call, clusters[0])
    values = {entry["name"]: entry["value"].get("stringValue") for entry in call.params.get("parameters") or []}
    if _server:
        port = _copies.get(clusters[0].db_cluster_resource_id, _server["port"])
        return asked_of_server(port, user, password, call.params["database"], call.params["sql"], values)
    return carried_out(database, " ".join(call.params["sql"].split()), values)


def carried_out(database, sql, values):
    changed = re.match(r'(create|alter) role "?([^" ]+)"?(?: (?:with )?login)?(?: password \'([^\']*)\')?', sql, re.IGNORECASE)
    if changed:
        verb, role, password = changed[1].lower(), changed[2], changed[3]
        if verb == "create" and role in database.roles:
            raise Refusal("DatabaseErrorException", f'ERROR: role "{role}" already exists; SQLState: 42710', 400)
        if verb == "alter" and role not in database.roles:
            raise Refusal("DatabaseErrorException", f'ERROR: role "{role}" does not exist; SQLState: 42704', 400)
        database.roles[role] = password if password is not None else None if " nologin" in sql else database.roles.get(role)
        database.remember()
        return {"records": [], "numberOfRecordsUpdated": 0}
    owned = re.search(r'alter database "?([^" ]+)"? owner to "?([^" ]+)"?', sql, re.IGNORECASE)
    if owned:
        database.owner = owned[2]
        database.remember()
    rows = []
    if sql.lower().startswith("select"):
        there = [database.owner] if "pg_database" in sql else [*database.roles, database.master]
        sought = [*values.values(), *re.findall(r"= '([^']*)'", sql)]
        rows = [name for name in there if name and name in sought]
    return {"records": [[{"stringValue": name}] for name in rows], "numberOfRecordsUpdated": 0}


@instead("rds-data", "BeginTransaction")
def transaction(call):
    return {"transactionId": "t-" + secrets.token_hex(8)}


@instead("rds-data", "CommitTransaction", "RollbackTransaction")
def transaction_ends(call):
    return {"transactionStatus": "Transaction Committed"}


@instead("secretsmanager", "GetRandomPassword")
def random_password(call):
    asked = call.params
    letters = string.ascii_letters + string.digits
    if not asked.get("ExcludePunctuation"):
        letters += string.punctuation
    excluded = asked.get("ExcludeCharacters") or ""
    letters = [letter for letter in letters if letter not in excluded]
    return {"RandomPassword": "".join(secrets.choice(letters) for _ in range(asked.get("PasswordLength") or 32))}


@before("secretsmanager", "CreateSecret")
def name_waits_for_deletion(call):
    found = backend("secretsmanager", call.region).secrets.get(call.params["Name"])
    if found is not None and found.is_deleted():
        raise Refusal(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.", 400,
        )


@after("secretsmanager", "UpdateSecretVersionStage")
def label_moved(call, answer):
    """Which version is current follows from the labels, and moving one is a change."""
    secret = backend("secretsmanager", call.region).secrets.get(call.params["SecretId"])
    if secret is not None and "Error" not in answer:
        secret.last_changed_date = int(time.time())
        secret.default_version_id = next(key for key, version in secret.versions.items() if "AWSCURRENT" in version["version_stages"])
