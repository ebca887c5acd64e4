"""Performance Insights, which moto does not know: what each server was busy with, and what AWS refuses to tell."""

import math
from datetime import datetime, timedelta, timezone

from .data import memory, resource_id
from .wire import Refusal, backend, instead

#: How long it is kept for nothing.
KEPT = timedelta(days=7)
MOST = 25
#: Sessions in it on average, calls and rows a second, milliseconds a call, and its text; of a writer and of a reader.
STATEMENTS = [
    (0.42, 21.0, 21.0, 20.0, 'INSERT INTO "orders" ("shop", "total") VALUES (?, ?)', True),
    (0.105, 350.0, 7000.0, 0.3, "SELECT *\n  FROM orders\n WHERE shop = ?", False),
    (0.0175, 0.5, 0.5, 35.0, "SELECT count(*) FROM orders", False),
]


def invalid(message):
    return Refusal("InvalidArgumentException", message, 400)


def instance_of(call):
    for instance in backend("rds", call.region).databases.values():
        if resource_id(instance.db_instance_identifier) == call.params["Identifier"]:
            return instance
    raise Refusal("NotAuthorizedException", f"You are not authorized to access {call.params['Identifier']}.", 400)


def figures(load, calls, rows, latency):
    return {
        "db.sql_tokenized.stats.calls_per_sec.avg": calls,
        "db.sql_tokenized.stats.rows_per_sec.avg": rows,
        "db.sql_tokenized.stats.avg_latency_per_call.avg": latency,
    }


@instead("pi", "DescribeDimensionKeys")
def dimension_keys(call):
    asked = call.params
    instance = instance_of(call)
    name = instance.db_instance_identifier
    if not memory("instance", name).get("PerformanceInsightsEnabled"):
        raise Refusal("NotAuthorizedException", f"Performance Insights is not enabled for {asked['Identifier']}.", 400)
    start, end, now = asked["StartTime"], asked["EndTime"], datetime.now(timezone.utc)
    start, end = (moment.replace(tzinfo=moment.tzinfo or timezone.utc) for moment in (start, end))
    if not now - KEPT - timedelta(minutes=1) <= start < end:
        raise invalid("StartTime must be within the past 7 days and before EndTime.")
    group = asked["GroupBy"]
    if asked["Metric"] not in ("db.load.avg", "db.sampledload.avg") or group["Group"] != "db.sql_tokenized":
        raise invalid(f"{asked['Metric']} is not known by {group['Group']}.")
    if not 1 <= group.get("Limit", MOST) <= MOST or not 0 <= asked.get("MaxResults", MOST) <= MOST:
        raise invalid("a limit must be between 1 and 25")
    wanted = asked.get("AdditionalMetrics") or []
    unknown = set(wanted) - set(figures(0, 0, 0, 0))
    if unknown:
        raise invalid(f"no such metric: {sorted(unknown)}")
    writer = (instance.db_cluster_identifier or "") and name.endswith("-1")
    shown = [entry for entry in STATEMENTS if writer or not entry[-1]]
    keys = [
        {
            "Dimensions": {"db.sql_tokenized.id": f"{number:016X}", "db.sql_tokenized.statement": text},
            "Total": load,
            "AdditionalMetrics": {key: figures(load, calls, rows, latency)[key] for key in wanted},
        }
        for number, (load, calls, rows, latency, text, _) in enumerate(shown)
    ]
    period = asked.get("PeriodInSeconds") or 60
    aligned = [datetime.fromtimestamp(math.floor(m.timestamp() / period) * period, timezone.utc) for m in (start, end)]
    return {"AlignedStartTime": aligned[0], "AlignedEndTime": aligned[1], "Keys": keys[: group.get("Limit", MOST)]}
