"""Writes what AWS's services would about two requests of the last minutes: CloudFront and the load balancer into the stack's bucket, a
task into its log group. What CloudFront's function does with the ids is done by that function's own text, which the account has.

    weblogs.py ID OTHER-ID

Prints the `Root` of the first. The bucket's policy goes: it refuses what does not come over TLS, and the peer has none.
"""

import gzip
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone

from account import REGION, Account, client

ACCOUNT = "123456789012"
account = Account()
now = datetime.now(timezone.utc).replace(microsecond=0)
bucket = next(found["Name"] for found in account.buckets if "-logs-" in found["Name"])
distribution = account.distributions[0]
balancer = account.balancers[0]


def header(request, moment):
    """What reaches the load balancer: the script of the account's function is run."""
    script = next(found["Code"] for found in account.functions if found["FunctionMetadata"]["Stage"] == "LIVE")
    event = {"context": {"requestId": request}, "request": {"headers": {"x-amzn-trace-id": {"value": "Root=mine"}}}}
    text = f"Date.now = () => {int(moment.timestamp() * 1000)};\n{script}\nconsole.log(JSON.stringify(handler({json.dumps(event)})))"
    done = subprocess.run(["node", "-"], input=text, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["headers"]["x-amzn-trace-id"]["value"]


def edge_line(request, moment):
    return json.dumps({
        "date": f"{moment:%Y-%m-%d}", "time": f"{moment:%H:%M:%S}", "x-edge-location": "IAD55-P7", "sc-bytes": "1045", "c-ip": "192.0.2.7",
        "cs-method": "GET", "cs(Host)": distribution["DomainName"], "cs-uri-stem": "/page", "sc-status": "200",
        "x-edge-result-type": "Miss", "x-edge-request-id": request, "time-taken": "0.021",
    })


def balancer_line(trace, moment):
    name = balancer["LoadBalancerArn"].split(":loadbalancer/")[1]
    return (f"http {moment:%Y-%m-%dT%H:%M:%S}.123456Z {name} 10.0.1.9:41234 10.0.11.7:3000 0.000 0.018 0.000 200 200 812 1045 "
            f'"GET http://{distribution["DomainName"]}:80/page HTTP/1.1" "Mozilla/5.0" - - {account.target_groups[0]["TargetGroupArn"]} '
            f'"{trace}" "-" "-" 0 {moment:%Y-%m-%dT%H:%M:%S}.104000Z "forward" "-" "-" "10.0.11.7:3000" "200" "-" "-"')


def put(key, lines):
    # Two codings, one behind the other: gzip allows it, and AWS appends so.
    body = gzip.compress("".join(line + "\n" for line in lines[:1]).encode()) + gzip.compress("".join(line + "\n" for line in lines[1:]).encode())
    client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def main(*ids):
    moments = [now - timedelta(minutes=7), now - timedelta(minutes=6)]
    traces = [header(request, moment) for request, moment in zip(ids, moments)]
    client("s3").delete_bucket_policy(Bucket=bucket)
    for request, moment in zip(ids, moments):
        put(f"edge/AWSLogs/{ACCOUNT}/CloudFront/{distribution['Id']}.{moment:%Y-%m-%d-%H}.{request[:8]}.gz",
            [edge_line("another==", moment), edge_line(request, moment)])
    ended = now - timedelta(minutes=2)
    own = [f"Self=1-{int(m.timestamp()):08x}-{'0' * 24};{trace}" for m, trace in zip(moments, traces)]
    put(f"alb/AWSLogs/{ACCOUNT}/elasticloadbalancing/{REGION}/{ended:%Y/%m/%d}/{ACCOUNT}_elasticloadbalancing_{REGION}_"
        f"app.guestbook.0123456789abcdef_{ended:%Y%m%dT%H%M}Z_10.0.1.9_5abcdef0.log.gz",
        [balancer_line(trace, moment) for trace, moment in zip(own, moments)])
    group = next(found["logGroupName"] for found in account.log_groups if found["logGroupName"].endswith("/guestbook/web"))
    logs = client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="web/web/0f3c6a1b9d2e4c57a8b0")
    roots = [trace.split(";")[0].removeprefix("Root=") for trace in traces]
    logs.put_log_events(
        logGroupName=group, logStreamName="web/web/0f3c6a1b9d2e4c57a8b0",
        logEvents=[{"timestamp": int(moment.timestamp() * 1000), "message": f"request={root} GET /page"} for root, moment in zip(roots, moments)])
    print(roots[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
