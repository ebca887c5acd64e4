"""CloudFront, which moto knows in part only, as a store of documents; and what WAF refuses."""

import copy
import json
import re
import secrets
import string
import uuid
from datetime import datetime, timezone

from moto.wafv2.models import GLOBAL_REGION, FakeIPSet

from . import clock
from .wire import ACCOUNT, Refusal, backend, before, instead

distributions, origins, functions = {}, {}, {}
_tags = {}

CACHE_POLICIES = {
    "658327ea-f89d-4fab-a63d-7e88639e58f6": "Managed-CachingOptimized",
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": "Managed-CachingDisabled",
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65": "UseOriginCacheControlHeaders",
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe": "UseOriginCacheControlHeaders-QueryStrings",
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": "Managed-CachingOptimizedForUncompressedObjects",
    "2e54312d-136d-493c-8eb9-b001f22f67d2": "Managed-Amplify",
}
REQUEST_POLICIES = {
    "216adef6-5c7f-47e4-b989-5492eafa07d3": "Managed-AllViewer",
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": "Managed-AllViewerExceptHostHeader",
    "33f36d7e-f396-46d9-90e0-52428a34d9dc": "Managed-AllViewerAndCloudFrontHeaders-2022-06",
    "59781a5b-3903-41f3-afcb-af62929ccde1": "Managed-CORS-CustomOrigin",
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": "Managed-CORS-S3Origin",
}
RESPONSE_POLICIES = {
    "67f7725c-6f97-4210-82d7-5512b31e9d03": "Managed-SecurityHeadersPolicy",
    "60669652-455b-4ae9-85a4-c4c02393f86c": "Managed-SimpleCORS",
}
made_policies = {"cache": {}, "request": {}, "response": {}}


def number(length=13):
    return "E" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(length))


def stamp():
    return datetime.now(timezone.utc)


def filled(config):
    """A configuration as CloudFront gives it back: with every default said."""
    config = copy.deepcopy(config)
    listed = lambda: {"Quantity": 0, "Items": []}  # noqa: E731
    config.setdefault("Aliases", listed())
    config.setdefault("DefaultRootObject", "")
    config.setdefault("OriginGroups", listed())
    config.setdefault("CacheBehaviors", listed())
    config.setdefault("CustomErrorResponses", listed())
    config.setdefault("Comment", "")
    config.setdefault("Logging", {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""})
    config.setdefault("PriceClass", "PriceClass_All")
    config.setdefault("Restrictions", {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}})
    config.setdefault("WebACLId", "")
    config.setdefault("HttpVersion", "http2")
    config.setdefault("IsIPV6Enabled", False)
    config.setdefault("ContinuousDeploymentPolicyId", "")
    config.setdefault("Staging", False)
    viewer = config.setdefault("ViewerCertificate", {"CloudFrontDefaultCertificate": True})
    if viewer.get("CloudFrontDefaultCertificate"):
        viewer.update(SSLSupportMethod="vip", MinimumProtocolVersion="TLSv1", CertificateSource="cloudfront")
    else:
        viewer.setdefault("CloudFrontDefaultCertificate", False)
        viewer.setdefault("Certificate", viewer.get("ACMCertificateArn", ""))
        viewer.setdefault("CertificateSource", "acm")
    for origin in config["Origins"]["Items"]:
        origin.setdefault("OriginPath", "")
        origin.setdefault("CustomHeaders", listed())
        origin.setdefault("ConnectionAttempts", 3)
        origin.setdefault("ConnectionTimeout", 10)
        origin.setdefault("OriginShield", {"Enabled": False})
        origin.setdefault("OriginAccessControlId", "")
        for kind in ("CustomOriginConfig", "VpcOriginConfig"):
            if kind in origin:
                origin[kind].setdefault("OriginReadTimeout", 30)
                origin[kind].setdefault("OriginKeepaliveTimeout", 5)
    for behavior in [config["DefaultCacheBehavior"]] + (config["CacheBehaviors"].get("Items") or []):
        behavior.setdefault("TrustedSigners", {"Enabled": False, "Quantity": 0})
        behavior.setdefault("TrustedKeyGroups", {"Enabled": False, "Quantity": 0})
        methods = behavior.setdefault("AllowedMethods", {"Quantity": 2, "Items": ["HEAD", "GET"]})
        methods.setdefault("CachedMethods", {"Quantity": 2, "Items": ["HEAD", "GET"]})
        behavior.setdefault("SmoothStreaming", False)
        behavior.setdefault("Compress", False)
        behavior.setdefault("LambdaFunctionAssociations", {"Quantity": 0})
        behavior.setdefault("FunctionAssociations", {"Quantity": 0})
        behavior.setdefault("FieldLevelEncryptionId", "")
        behavior.setdefault("GrpcConfig", {"Enabled": False})
    return config


def check(config, own=None):
    if config.get("WebACLId", "").startswith("arn:") and config["WebACLId"] not in web_acls():
        raise Refusal("InvalidWebACLId", f"The web ACL {config['WebACLId']} was not found", 400)
    for origin in config["Origins"]["Items"]:
        wanted = (origin.get("VpcOriginConfig") or {}).get("VpcOriginId")
        if wanted and wanted not in origins:
            raise Refusal("EntityNotFound", f"The VPC origin {wanted} does not exist", 404)
        if wanted and clock.busy("vpc-origin", wanted):
            raise Refusal("InvalidOrigin", f"The VPC origin {wanted} is not deployed", 400)
    known = {**CACHE_POLICIES, **{k: "" for k in made_policies["cache"]}}
    for behavior in [config["DefaultCacheBehavior"]] + ((config.get("CacheBehaviors") or {}).get("Items") or []):
        if behavior.get("CachePolicyId") and behavior["CachePolicyId"] not in known:
            raise Refusal("NoSuchCachePolicy", "The specified cache policy does not exist", 404)
        tied = (behavior.get("FunctionAssociations") or {}).get("Items") or []
        if (behavior.get("FunctionAssociations") or {}).get("Quantity", 0) != len(tied):
            raise Refusal("InconsistentQuantities", "The value of Quantity and the size of Items don't match.", 400)
        if len({each["EventType"] for each in tied}) != len(tied) or any(each["EventType"] not in ("viewer-request", "viewer-response") for each in tied):
            raise Refusal("InvalidFunctionAssociation", "A behavior takes one CloudFront function for each of viewer-request and viewer-response.", 400)
        for each in tied:
            found = next((f for f in functions.values() if f["arn"] == each["FunctionARN"]), None)
            if found is None or "LIVE" not in found["stages"]:
                raise Refusal("InvalidFunctionAssociation", f"The function {each['FunctionARN']} does not exist or was not published.", 400)
        if behavior["TargetOriginId"] not in [origin["Id"] for origin in config["Origins"]["Items"]]:
            raise Refusal("NoSuchOrigin", "One or more of your origins do not exist", 404)
    for alias in (config.get("Aliases") or {}).get("Items") or []:
        for name, other in distributions.items():
            if name != own and alias in ((other["config"].get("Aliases") or {}).get("Items") or []):
                raise Refusal("CNAMEAlreadyExists", f"One or more of the CNAMEs you provided are already associated with a different resource: {alias}", 409)


def web_acls():
    """Those of scope CLOUDFRONT."""
    return backend("wafv2", GLOBAL_REGION).wacls


def shape(name):
    found = distributions[name]
    return {
        "Id": name,
        "ARN": found["arn"],
        "Status": "InProgress" if clock.busy("distribution", name) else "Deployed",
        "LastModifiedTime": found["modified"],
        "InProgressInvalidationBatches": 0,
        "DomainName": found["domain"],
        "ActiveTrustedSigners": {"Enabled": False, "Quantity": 0},
        "ActiveTrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        "DistributionConfig": found["config"],
        "AliasICPRecordals": [],
    }


def distribution_of(call):
    name = call.params.get("Id")
    if name not in distributions:
        raise Refusal("NoSuchDistribution", "The specified distribution does not exist.", 404)
    return name, distributions[name]


def match(call, etag):
    if not call.params.get("IfMatch"):
        raise Refusal("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.", 400)
    if call.params["IfMatch"] != etag:
        raise Refusal("PreconditionFailed", "The request failed because it didn't meet the preconditions in one or more request-header fields.", 412)


@instead("cloudfront", "CreateDistribution", "CreateDistributionWithTags")
def create_distribution(call):
    if call.operation == "CreateDistribution":
        asked, tags = call.params["DistributionConfig"], []
    else:
        asked = call.params["DistributionConfigWithTags"]["DistributionConfig"]
        tags = (call.params["DistributionConfigWithTags"].get("Tags") or {}).get("Items") or []
    config = filled(asked)
    for name, other in distributions.items():
        if other["config"]["CallerReference"] == config["CallerReference"]:
            if other["first"] == config:
                return {"Distribution": shape(name), "ETag": other["etag"], "Location": f"https://cloudfront.amazonaws.com/2020-05-31/distribution/{name}"}
            raise Refusal("DistributionAlreadyExists", "The caller reference that you are using to create a distribution is associated with another distribution. Already exists: " + name, 409)
    check(config)
    name = number()
    distributions[name] = {
        "config": config, "first": copy.deepcopy(config), "etag": number(), "modified": stamp(),
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{name}",
        "domain": "d" + secrets.token_hex(7)[:13] + ".cloudfront.net",
    }
    _tags[distributions[name]["arn"]] = {tag["Key"]: tag.get("Value", "") for tag in tags}
    clock.begin("distribution", name)
    return {"Distribution": shape(name), "ETag": distributions[name]["etag"], "Location": f"https://cloudfront.amazonaws.com/2020-05-31/distribution/{name}"}


@instead("cloudfront", "GetDistribution")
def get_distribution(call):
    name, found = distribution_of(call)
    return {"Distribution": shape(name), "ETag": found["etag"]}


@instead("cloudfront", "GetDistributionConfig")
def get_distribution_config(call):
    _, found = distribution_of(call)
    return {"DistributionConfig": found["config"], "ETag": found["etag"]}


@instead("cloudfront", "UpdateDistribution")
def update_distribution(call):
    name, found = distribution_of(call)
    match(call, found["etag"])
    asked = call.params["DistributionConfig"]
    if asked.get("CallerReference") != found["config"]["CallerReference"]:
        raise Refusal("IllegalUpdate", "The update contains modifications that are not allowed.", 400)
    for key in ("Origins", "DefaultCacheBehavior", "CacheBehaviors", "CustomErrorResponses", "Logging", "PriceClass", "Aliases", "ViewerCertificate", "Restrictions", "DefaultRootObject"):
        if asked.get(key) is None:
            raise Refusal("IllegalUpdate", f"The parameter {key} is required in an update", 400)
    check(asked, own=name)
    found.update(config=filled(asked), etag=number(), modified=stamp())
    clock.begin("distribution", name)
    return {"Distribution": shape(name), "ETag": found["etag"]}


@instead("cloudfront", "CreateInvalidation")
def answers_forgotten(call):
    name, batch = call.params["DistributionId"], call.params["InvalidationBatch"]
    if name not in distributions:
        raise Refusal("NoSuchDistribution", "The specified distribution does not exist.", 404)
    if batch["Paths"]["Quantity"] != len(batch["Paths"].get("Items") or []):
        raise Refusal("InconsistentQuantities", "The value of Quantity and the size of Items don't match.", 400)
    made = {"Id": "I" + name[1:], "Status": "Completed", "CreateTime": datetime.now(timezone.utc), "InvalidationBatch": batch}
    return {"Invalidation": made, "Location": f"https://cloudfront.amazonaws.com/2020-05-31/distribution/{name}/invalidation/{made['Id']}"}


@instead("cloudfront", "DeleteDistribution")
def delete_distribution(call):
    name, found = distribution_of(call)
    match(call, found["etag"])
    if found["config"]["Enabled"] or clock.busy("distribution", name):
        raise Refusal("DistributionNotDisabled", "The specified CloudFront distribution is not disabled. You must disable the distribution before you can delete it.", 409)
    del distributions[name]
    _tags.pop(found["arn"], None)
    return {}


def summary(name):
    full = shape(name)
    config = full.pop("DistributionConfig")
    full.pop("ActiveTrustedSigners")
    full.pop("ActiveTrustedKeyGroups")
    full.pop("InProgressInvalidationBatches")
    keys = ("Aliases", "Origins", "OriginGroups", "DefaultCacheBehavior", "CacheBehaviors", "CustomErrorResponses", "Comment", "PriceClass", "Enabled", "ViewerCertificate", "Restrictions", "WebACLId", "HttpVersion", "IsIPV6Enabled", "Staging")
    return {**full, **{key: config[key] for key in keys}}


def page(items, **more):
    return {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(items), "Items": items, **more}


@instead("cloudfront", "ListDistributions")
def list_distributions(call):
    return {"DistributionList": page([summary(name) for name in distributions])}


@instead("cloudfront", "ListDistributionsByWebACLId")
def list_by_web_acl(call):
    return {"DistributionList": page([summary(n) for n, d in distributions.items() if d["config"]["WebACLId"] == call.params["WebACLId"]])}


# VPC origins


def origin_shape(name):
    found = origins[name]
    return {
        "Id": name, "Arn": found["arn"], "AccountId": ACCOUNT,
        "Status": "Deploying" if clock.busy("vpc-origin", name) else "Deployed",
        "CreatedTime": found["created"], "LastModifiedTime": found["created"], "VpcOriginEndpointConfig": found["config"],
    }


_origins_leaving = clock.Leaving("vpc-origin")


def origin_of(call):
    name = call.params["Id"]
    if name not in origins:
        raise Refusal("EntityNotFound", "The entity was not found.", 404)
    return name, origins[name]


@instead("cloudfront", "CreateVpcOrigin")
def create_vpc_origin(call):
    config = copy.deepcopy(call.params["VpcOriginEndpointConfig"])
    if any(other["config"]["Name"] == config["Name"] for other in origins.values()):
        raise Refusal("EntityAlreadyExists", "The entity already exists.", 409)
    region = config["Arn"].split(":")[3]
    balancer = backend("elbv2", region).load_balancers.get(config["Arn"]) if ":loadbalancer/" in config["Arn"] else None
    if balancer is None:
        raise Refusal("InvalidArgument", f"The origin {config['Arn']} does not exist.", 400)
    if clock.busy("load-balancer", config["Arn"]):
        raise Refusal("InvalidArgument", f"The load balancer {config['Arn']} is not active.", 400)
    if not any(g.vpc and g.vpc.id == balancer.vpc_id for g in backend("ec2", region).internet_gateways.values()):
        raise Refusal("InvalidArgument", "The VPC must have an internet gateway.", 400)
    config.setdefault("OriginSslProtocols", {"Quantity": 1, "Items": ["TLSv1.2"]})
    name = "vo_" + secrets.token_urlsafe(16)[:22].replace("-", "x").replace("_", "y")
    origins[name] = {"config": config, "created": stamp(), "etag": number(), "arn": f"arn:aws:cloudfront::{ACCOUNT}:vpcorigin/{name}"}
    _tags[origins[name]["arn"]] = {tag["Key"]: tag.get("Value", "") for tag in (call.params.get("Tags") or {}).get("Items") or []}
    clock.begin("vpc-origin", name)
    return {"VpcOrigin": origin_shape(name), "ETag": origins[name]["etag"], "Location": name}


@instead("cloudfront", "GetVpcOrigin")
def get_vpc_origin(call):
    name, found = origin_of(call)
    return {"VpcOrigin": origin_shape(name), "ETag": found["etag"]}


@instead("cloudfront", "ListVpcOrigins")
def list_vpc_origins(call):
    items = []
    for name in origins:
        full = origin_shape(name)
        config = full.pop("VpcOriginEndpointConfig")
        items.append({**full, "Name": config["Name"], "OriginEndpointArn": config["Arn"]})
    return {"VpcOriginList": page(items)}


def users(name):
    return [d for d in distributions.values() for origin in d["config"]["Origins"]["Items"]
            if (origin.get("VpcOriginConfig") or {}).get("VpcOriginId") == name]


@instead("cloudfront", "UpdateVpcOrigin")
def update_vpc_origin(call):
    name, found = origin_of(call)
    match(call, found["etag"])
    if users(name):
        raise Refusal("CannotUpdateEntityWhileInUse", "The entity cannot be updated while it is in use.", 409)
    found.update(config=call.params["VpcOriginEndpointConfig"], etag=number())
    clock.begin("vpc-origin", name)
    return {"VpcOrigin": origin_shape(name), "ETag": found["etag"]}


@instead("cloudfront", "DeleteVpcOrigin")
def delete_vpc_origin(call):
    name, found = origin_of(call)
    match(call, found["etag"])
    if users(name):
        raise Refusal("CannotDeleteEntityWhileInUse", "The entity cannot be deleted while it is in use.", 409)
    if clock.busy("vpc-origin", name):
        raise Refusal("IllegalDelete", "The entity cannot be deleted while it is deploying.", 409)
    answer = {"VpcOrigin": origin_shape(name), "ETag": found["etag"]}
    del origins[name]
    _tags.pop(found["arn"], None)
    return answer


# Functions: what is written stands in DEVELOPMENT, what runs in LIVE. Each has a version of its own; a write names DEVELOPMENT's.


def function_summary(name, stage):
    found, copied = functions[name], functions[name]["stages"][stage]
    status = "UNPUBLISHED" if stage == "DEVELOPMENT" else "DEPLOYED" if function_users(name) else "UNASSOCIATED"
    return {
        "Name": name, "Status": status, "FunctionConfig": copied["config"],
        "FunctionMetadata": {"FunctionARN": found["arn"], "Stage": stage, "CreatedTime": found["created"], "LastModifiedTime": copied["modified"]},
    }


def function_users(name):
    return [d for d in distributions.values()
            for behavior in [d["config"]["DefaultCacheBehavior"]] + (d["config"]["CacheBehaviors"].get("Items") or [])
            for each in (behavior.get("FunctionAssociations") or {}).get("Items") or [] if each["FunctionARN"] == functions[name]["arn"]]


def function_of(call, stage="DEVELOPMENT"):
    name = call.params["Name"]
    if name not in functions or stage not in functions[name]["stages"]:
        raise Refusal("NoSuchFunctionExists", "The specified function does not exist.", 404)
    return name, functions[name]["stages"]


def function_stage(call):
    code, config = call.params["FunctionCode"], call.params["FunctionConfig"]
    if config["Runtime"] not in ("cloudfront-js-1.0", "cloudfront-js-2.0"):
        raise Refusal("InvalidArgument", "The runtime is not valid.", 400)
    if len(code) > 10 * 1024:
        raise Refusal("FunctionSizeLimitExceeded", "The function exceeds the maximum size of 10 KB.", 413)
    return {"code": code, "config": config, "etag": number(), "modified": stamp()}


@instead("cloudfront", "CreateFunction")
def create_function(call):
    name = call.params["Name"]
    if not re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", name):
        raise Refusal("InvalidArgument", "The name of the function is not valid.", 400)
    if name in functions:
        raise Refusal("FunctionAlreadyExists", "A function with the same name already exists in this AWS account.", 409)
    made = function_stage(call)
    functions[name] = {"arn": f"arn:aws:cloudfront::{ACCOUNT}:function/{name}", "created": stamp(), "stages": {"DEVELOPMENT": made}}
    _tags[functions[name]["arn"]] = {tag["Key"]: tag.get("Value", "") for tag in (call.params.get("Tags") or {}).get("Items") or []}
    return {"FunctionSummary": function_summary(name, "DEVELOPMENT"), "ETag": made["etag"], "Location": f"https://cloudfront.amazonaws.com/2020-05-31/function/{functions[name]['arn']}"}


@instead("cloudfront", "DescribeFunction")
def describe_function(call):
    stage = call.params.get("Stage") or "DEVELOPMENT"
    name, stages = function_of(call, stage)
    return {"FunctionSummary": function_summary(name, stage), "ETag": stages[stage]["etag"]}


@instead("cloudfront", "GetFunction")
def get_function(call):
    stage = call.params.get("Stage") or "DEVELOPMENT"
    _, stages = function_of(call, stage)
    return {"FunctionCode": stages[stage]["code"], "ETag": stages[stage]["etag"], "ContentType": "application/octet-stream"}


@instead("cloudfront", "ListFunctions")
def list_functions(call):
    wanted = call.params.get("Stage")
    items = [function_summary(name, stage) for name, found in functions.items() for stage in found["stages"] if wanted in (None, stage)]
    return {"FunctionList": {"MaxItems": 100, "Quantity": len(items), "Items": items}}


@instead("cloudfront", "UpdateFunction")
def update_function(call):
    name, stages = function_of(call)
    match(call, stages["DEVELOPMENT"]["etag"])
    stages["DEVELOPMENT"] = function_stage(call)
    return {"FunctionSummary": function_summary(name, "DEVELOPMENT"), "ETag": stages["DEVELOPMENT"]["etag"]}


@instead("cloudfront", "PublishFunction")
def publish_function(call):
    name, stages = function_of(call)
    match(call, stages["DEVELOPMENT"]["etag"])
    stages["LIVE"] = {**copy.deepcopy(stages["DEVELOPMENT"]), "etag": number(), "modified": stamp()}
    return {"FunctionSummary": function_summary(name, "LIVE")}


@instead("cloudfront", "DeleteFunction")
def delete_function(call):
    name, stages = function_of(call)
    match(call, stages["DEVELOPMENT"]["etag"])
    if function_users(name):
        raise Refusal("FunctionInUse", "Cannot delete the function because it's attached to one or more cache behaviors.", 409)
    _tags.pop(functions[name]["arn"], None)
    del functions[name]
    return {}


# Policies


def policy_list(kind, managed, member, config_member):
    made = made_policies[kind]

    def items(wanted):
        shown = []
        if wanted in (None, "managed"):
            shown += [{"Type": "managed", member: {"Id": name, "LastModifiedTime": stamp(), config_member: {"Name": title, "MinTTL": 0}}} for name, title in managed.items()]
        if wanted in (None, "custom"):
            shown += [{"Type": "custom", member: {"Id": name, "LastModifiedTime": stamp(), config_member: found["config"]}} for name, found in made.items()]
        return shown

    @instead("cloudfront", {"cache": "ListCachePolicies", "request": "ListOriginRequestPolicies", "response": "ListResponseHeadersPolicies"}[kind])
    def list_policies(call):
        found = items(call.params.get("Type"))
        return {f"{member}List": {"MaxItems": 100, "Quantity": len(found), "Items": found}}

    @instead("cloudfront", f"Create{member}")
    def create_policy(call):
        config = call.params[config_member]
        if any(other["config"]["Name"] == config["Name"] for other in made.values()):
            raise Refusal(f"{member}AlreadyExists", "A policy with this name already exists.", 409)
        name = "-".join(secrets.token_hex(size) for size in (4, 2, 2, 2, 6))
        made[name] = {"config": config, "etag": number()}
        return {member: {"Id": name, "LastModifiedTime": stamp(), config_member: config}, "ETag": made[name]["etag"]}

    @instead("cloudfront", f"Get{member}", f"Update{member}", f"Delete{member}")
    def one_policy(call):
        name = call.params["Id"]
        if call.operation.startswith("Get") and name in managed:
            return {member: {"Id": name, "LastModifiedTime": stamp(), config_member: {"Name": managed[name], "MinTTL": 0}}, "ETag": "E23ZP02F085DFQ"}
        if name not in made:
            raise Refusal(f"NoSuch{member}", "The policy does not exist.", 404)
        if not call.operation.startswith("Get"):
            match(call, made[name]["etag"])
        if call.operation.startswith("Update"):
            made[name] = {"config": call.params[config_member], "etag": number()}
        answer = {member: {"Id": name, "LastModifiedTime": stamp(), config_member: made[name]["config"]}, "ETag": made[name]["etag"]}
        if call.operation.startswith("Delete"):
            if any(behavior.get(f"{member}Id") == name for d in distributions.values() for behavior in [d["config"]["DefaultCacheBehavior"]] + (d["config"]["CacheBehaviors"].get("Items") or [])):
                raise Refusal(f"{member}InUse", "The policy is in use.", 409)
            del made[name]
            return {}
        return answer


policy_list("cache", CACHE_POLICIES, "CachePolicy", "CachePolicyConfig")
policy_list("request", REQUEST_POLICIES, "OriginRequestPolicy", "OriginRequestPolicyConfig")
policy_list("response", RESPONSE_POLICIES, "ResponseHeadersPolicy", "ResponseHeadersPolicyConfig")


# Tags


@instead("cloudfront", "ListTagsForResource")
def tags_of(call):
    return {"Tags": {"Items": [{"Key": key, "Value": value} for key, value in known(call).items()]}}


@instead("cloudfront", "TagResource")
def tag(call):
    tags = known(call)
    frozen = next((name for name, found in origins.items() if found["arn"] == call.params["Resource"]), None)
    if frozen and users(frozen):
        raise Refusal("CannotUpdateEntityWhileInUse", "The entity cannot be updated while it is in use.", 409)
    tags.update({entry["Key"]: entry.get("Value", "") for entry in call.params["Tags"].get("Items") or []})
    return {}


@instead("cloudfront", "UntagResource")
def untag(call):
    tags = known(call)
    for key in call.params["TagKeys"].get("Items") or []:
        tags.pop(key, None)
    return {}


def known(call):
    arn = call.params["Resource"]
    if arn not in _tags:
        raise Refusal("NoSuchResource", f"The resource {arn} was not found.", 404)
    return _tags[arn]


def tagged():
    """For the tagging API: every ARN of CloudFront with its tags."""
    return dict(_tags)


# WAF


@before("wafv2", "CreateWebACL")
def acl_of_the_edge_is_made_in_us_east_1(call):
    if call.params.get("Scope") == "CLOUDFRONT" and call.region != "us-east-1":
        raise Refusal("WAFInvalidParameterException", "The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT", 400)


@before("wafv2", "DeleteWebACL")
def acl_in_use(call):
    for arn in web_acls():
        if arn.endswith(f"/{call.params['Name']}/{call.params['Id']}") and any(d["config"]["WebACLId"] == arn for d in distributions.values()):
            raise Refusal("WAFAssociatedItemException", "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.", 400)


# Sets of addresses


class LockToken:
    """moto's is no UUID, which WAF's model asks for."""

    def __get__(self, owner, _):
        return owner.__dict__["token"]

    def __set__(self, owner, _):
        owner.__dict__["token"] = str(uuid.uuid4())


FakeIPSet.lock_token = LockToken()


@before("wafv2", "CreateIPSet")
def set_of_that_name(call):
    acl_of_the_edge_is_made_in_us_east_1(call)
    if any(found.name == call.params["Name"] for found in backend("wafv2", GLOBAL_REGION).ip_sets.values()):
        raise Refusal("WAFDuplicateItemException", "AWS WAF could not perform the operation because some resource in your request is a duplicate of an existing one.", 400)
    for block in call.params["Addresses"]:
        if block.endswith("/0"):
            raise Refusal("WAFInvalidParameterException", f"Error reason: The parameter contains formatting that is not valid., field: IP_ADDRESS, parameter: {block}", 400)


@before("wafv2", "DeleteIPSet")
def set_in_use(call):
    arns = [found.arn for found in backend("wafv2", GLOBAL_REGION).ip_sets.values() if found.ip_set_id == call.params["Id"]]
    if any(arn in json.dumps([rule.to_dict() for rule in acl.rules]) for arn in arns for acl in web_acls().values()):
        raise Refusal("WAFAssociatedItemException", "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.", 400)
