"""Log deliveries, tags across services, quotas and what else is small."""

import re

from moto.cloudwatch.models import Statistics
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.wafv2.models import GLOBAL_REGION

from .edge import tagged, web_acls
from .wire import PASS, Refusal, after, backend, before, instead

_page = ResourceGroupsTaggingAPIBackend.get_resources


def page_of_resources(self, tags_per_page=None, **asked):
    """AWS counts tags only when asked to (`TagsPerPage`), which nobody here does: moto would end a page after 16 resources."""
    return _page(self, tags_per_page=1_000_000, **asked)


ResourceGroupsTaggingAPIBackend.get_resources = page_of_resources


_statistic = Statistics.get_statistics_for_type


def statistic(self, stat):
    """moto knows no percentiles."""
    if not re.fullmatch(r"p\d+(\.\d+)?", stat):
        return _statistic(self, stat)
    values = sorted(self.metric_single_values_list)
    return values[min(len(values) - 1, int(len(values) * float(stat[1:]) / 100))] if values else None


Statistics.get_statistics_for_type = statistic


@before("cloudwatch", "GetMetricData")
def a_call_takes_so_many_figures(call):
    asked = [query.get("Id", "") for query in call.params.get("MetricDataQueries") or []]
    if len(asked) > 500:
        raise Refusal("ValidationError", "The collection MetricDataQueries must not have a size greater than 500.", 400)
    if len(set(asked)) < len(asked) or not all(re.fullmatch("[a-z][a-zA-Z0-9_]*", name) for name in asked):
        raise Refusal("ValidationError", "The values for parameter id in MetricDataQueries are not unique or invalid.", 400)


def tagged_elsewhere(region):
    """ARN and tags of everything that the tagging API knows and moto's does not."""
    from .application import _services, _target_tags

    yield from tagged().items()
    yield from ((s.arn, {t["key"]: t["value"] for t in s.tags}) for s in _services.values() if s.status == "ACTIVE")
    yield from _target_tags.items()
    elb, rds = (backend(name, region) for name in ("elbv2", "rds"))
    for balancer in elb.load_balancers.values():
        for listener in balancer.listeners.values():
            for part in (listener, *listener._non_default_rules.values()):
                yield part.arn, elb.tagging_service.get_tag_dict_for_resource(part.arn)
    for part in (*rds.subnet_groups.values(), *rds.db_cluster_parameter_groups.values(), *rds.event_subscriptions.values()):
        yield part.arn, {tag["Key"]: tag["Value"] for tag in part.get_tags()}
    scheduler = backend("scheduler", region)
    for group in scheduler.schedule_groups.values():
        yield group.arn, {tag["Key"]: tag["Value"] for tag in scheduler.tagger.list_tags_for_resource(group.arn)["Tags"]}
    for arn in web_acls():
        yield arn, backend("wafv2", GLOBAL_REGION).tagging_service.get_tag_dict_for_resource(arn)


@after("resourcegroupstaggingapi", "GetResources")
def tags_of_what_moto_does_not_know(call, answer):
    if call.params.get("PaginationToken"):
        return
    found = dict(tagged_elsewhere(call.region))
    there = {entry["ResourceARN"] for entry in answer.get("ResourceTagMappingList") or []}
    types = call.params.get("ResourceTypeFilters") or []
    for arn, tags in found.items():
        wanted = all(
            entry["Key"] in tags and (not entry.get("Values") or tags[entry["Key"]] in entry["Values"])
            for entry in call.params.get("TagFilters") or []
        )
        if arn in there or not wanted or (types and arn.split(":")[2] not in [name.split(":")[0] for name in types]):
            continue
        if arn.split(":")[3] not in ("", call.region) or (arn.split(":")[3] == "" and call.region != "us-east-1"):
            continue
        answer.setdefault("ResourceTagMappingList", []).append(
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        )


@instead("logs", "DescribeLogGroups")
def groups_by_a_word(call):
    """moto knows no search by a part of the name, which says less of each group than one by its beginning."""
    word = call.params.get("logGroupNamePattern")
    if not word:
        return PASS
    groups = [group.to_describe_dict() for name, group in sorted(backend("logs", call.region).groups.items()) if word in name]
    return {"logGroups": [{key: group[key] for key in ("logGroupName", "arn", "creationTime")} for group in groups]}


@before("logs", "PutDeliverySource")
def source_is_there(call):
    from .edge import distributions

    arn = call.params["resourceArn"]
    if ":distribution/" in arn and not any(found["arn"] == arn for found in distributions.values()):
        raise Refusal("ResourceNotFoundException", f"The resource {arn} does not exist.", 400)


@after("logs", "PutDeliverySource", "PutDeliveryDestination")
def a_change_keeps_the_tags(call, answer):
    """moto makes the part anew then, without those that it was made with."""
    logs = backend("logs", call.region)
    parts = logs.delivery_sources if call.operation == "PutDeliverySource" else logs.delivery_destinations
    part = parts.get(call.params["name"])
    if part and not part.tags:
        part.tags = logs.list_tags_for_resource(part.arn)


@before("logs", "DeleteDeliverySource")
def source_in_use(call):
    if any(delivery.delivery_source_name == call.params["name"] for delivery in backend("logs", call.region).deliveries.values()):
        raise Refusal("ConflictException", "Cannot delete delivery source with existing deliveries.", 400)


@before("logs", "DeleteDeliveryDestination")
def destination_in_use(call):
    logs = backend("logs", call.region)
    found = logs.delivery_destinations.get(call.params["name"])
    if found and any(delivery.destination_arn == found.arn for delivery in logs.deliveries.values()):
        raise Refusal("ConflictException", "Cannot delete delivery destination with existing deliveries.", 400)


@before("application-autoscaling", "DeleteScalingPolicy")
def only_a_policy_that_is_there_is_deleted(call):
    """AWS's own word for it; moto says ValidationException."""
    scaling = backend("application-autoscaling", call.region)
    if not any(policy.policy_name == call.params["PolicyName"] for policy in scaling.policies.values()):
        raise Refusal("ObjectNotFoundException", f"No scaling policy found: {call.params['PolicyName']}", 400)


@instead("service-quotas", "ListServiceQuotas", "GetServiceQuota", "GetAWSDefaultServiceQuota")
def quotas(call):
    known = {
        "ec2": [("L-0263D0A3", "EC2-VPC Elastic IPs", 5.0)],
        "vpc": [("L-F678F1CE", "VPCs per Region", 5.0), ("L-FE5A380F", "NAT gateways per Availability Zone", 5.0),
                ("L-0EA8095F", "Inbound or outbound rules per security group", 60.0)],
        "fargate": [("L-3032A538", "Fargate On-Demand vCPU resource count", 6.0)],
        "elasticloadbalancing": [("L-53DA6B97", "Application Load Balancers per Region", 50.0)],
        "rds": [("L-952B80B8", "DB clusters", 40.0)],
    }
    listed = [
        {"ServiceCode": call.params["ServiceCode"], "QuotaCode": code, "QuotaName": name, "Value": value, "Adjustable": True}
        for code, name, value in known.get(call.params["ServiceCode"], [])
    ]
    if call.operation == "ListServiceQuotas":
        return {"Quotas": listed}
    for quota in listed:
        if quota["QuotaCode"] == call.params["QuotaCode"]:
            return {"Quota": quota}
    raise Refusal("NoSuchResourceException", "The quota does not exist.", 400)


@after("s3", "CreateBucket")
def bucket_is_born_with_its_tags(call, answer):
    tags = (call.params.get("CreateBucketConfiguration") or {}).get("Tags") or []
    if tags and "Error" not in answer:
        backend("s3").put_bucket_tagging(call.params["Bucket"], {tag["Key"]: tag["Value"] for tag in tags})


@before("s3", "GetBucketEncryption")
def encrypted_by_default(call):
    """Since 2023 S3 encrypts every bucket, and says so of one for which nobody has asked for it."""
    bucket = backend("s3").buckets.get(call.params["Bucket"])
    if bucket and bucket.encryption is None:
        bucket.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}


@after("kms", "DescribeKey")
def a_key_encrypts(call, answer):
    """What a key is for of which nobody said it."""
    if "KeyMetadata" in answer:
        answer["KeyMetadata"]["KeyUsage"] = answer["KeyMetadata"].get("KeyUsage") or "ENCRYPT_DECRYPT"


@instead("iam", "SimulatePrincipalPolicy")
def everything_is_allowed(call):
    resources = call.params.get("ResourceArns") or ["*"]
    return {"IsTruncated": False, "EvaluationResults": [
        {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": "allowed"}
        for action in call.params["ActionNames"] for resource in resources
    ]}


@before("iam", "CreateServiceLinkedRole")
def role_is_there(call):
    path = f"/aws-service-role/{call.params['AWSServiceName']}/"
    for role in backend("iam").roles.values():
        if role.path == path:
            raise Refusal("InvalidInput", f"Service role name {role.name} has been taken in this account, please try a different suffix.", 400)
