"""Creates CloudFormation templates on moto, in the given order, as far as moto knows their types.

    templates.py ENDPOINT TEMPLATE@REGION ...

What moto does not know is left out, with what names it: an output goes, a property's value becomes a text, a certificate is one that
ACM is asked for. Parameters come from the
outputs of the templates before, else a value of their kind is made up. Prints a line of JSON for each template: how it ended, which
resources were made, and which types moto does not know.
"""

import json
import sys

import boto3
import yaml
from moto.cloudformation.parsing import get_model_map

SUFFIXES = {"PrefixList": "pl-0123456789abcdef0"}


# What moto lists among its types and fails on all the same: a flow log into a folder of a bucket, and a server of a cluster.
FAILING = {"AWS::EC2::FlowLog", "AWS::RDS::DBInstance"}
# Properties on which moto's own code fails.
UNREADABLE = {"AWS::KMS::Key": ["Tags"]}


class Loader(yaml.SafeLoader):
    """CloudFormation's short forms as their long ones."""


def long_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", long_form)


def named(value, missing):
    """Whether a value refers to something that is left out."""
    if isinstance(value, dict):
        if value.get("Ref") in missing or (value.get("Fn::GetAtt") or [None])[0] in missing:
            return True
        if "Fn::Sub" in value:
            return any(f"${{{name}}}" in value["Fn::Sub"] or f"${{{name}." in value["Fn::Sub"] for name in missing)
        return any(named(member, missing) for member in value.values())
    return isinstance(value, list) and any(named(element, missing) for element in value)


def without(value, missing, stand_ins):
    """The value with a text in the place of each reference to what is left out."""
    if isinstance(value, dict):
        if set(value) & {"Ref", "Fn::GetAtt", "Fn::Sub"}:
            return stand_ins.get(value.get("Ref"), "left-out") if named(value, missing) else value
        return {key: without(member, missing, stand_ins) for key, member in value.items()}
    return [without(element, missing, stand_ins) for element in value] if isinstance(value, list) else value


def is_known(item):
    # A rule for a prefix list is one that moto's CloudFormation has no field for.
    return item["Type"] in set(get_model_map()) - FAILING and "SourcePrefixListId" not in item.get("Properties", {})


def certificate(item, endpoint, region):
    """What moto's CloudFormation does not know and its listeners look for all the same."""
    acm = boto3.client(
        "acm", region_name=region, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")
    return acm.request_certificate(DomainName=item["Properties"]["DomainName"], ValidationMethod="DNS")["CertificateArn"]


def known(template, endpoint, region):
    missing = {name for name, item in template["Resources"].items() if not is_known(item)}
    unknown = sorted({template["Resources"][name]["Type"] for name in missing})
    stand_ins = {
        name: certificate(template["Resources"][name], endpoint, region) for name in missing
        if template["Resources"][name]["Type"] == "AWS::CertificateManager::Certificate"
    }
    kept = {}
    for name, item in template["Resources"].items():
        if name in missing:
            continue
        item = without(item, missing, stand_ins)
        for name_of_property in UNREADABLE.get(item["Type"], []):
            item["Properties"].pop(name_of_property, None)
        item["DependsOn"] = [other for other in item.get("DependsOn", []) if other not in missing]
        kept[name] = item
    template["Resources"] = kept
    outputs = {name: item for name, item in template.get("Outputs", {}).items() if not named(item, missing)}
    template["Outputs"] = outputs
    return template, unknown


def zone(endpoint):
    """What the owner of a domain has before there is a stack."""
    route53 = boto3.client(
        "route53", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test")
    made = route53.create_hosted_zone(Name="example.com", CallerReference="templates")
    return made["HostedZone"]["Id"].split("/")[-1]


def value(name, told, endpoint):
    if name == "HostedZoneId" and name not in told:
        told[name] = zone(endpoint)
    if name in told:
        return told[name]
    if name.startswith("Image"):
        return "123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:" + "a" * 64
    return next((made for suffix, made in SUFFIXES.items() if name.endswith(suffix)), "told-by-the-user")


def create(endpoint, path, region, told):
    with open(path) as file:
        template, unknown = known(yaml.load(file, Loader=Loader), endpoint, region)
    client = boto3.client(
        "cloudformation", region_name=region, endpoint_url=endpoint, aws_access_key_id="test",
        aws_secret_access_key="test")
    parameters = [
        {"ParameterKey": name, "ParameterValue": value(name, told, endpoint)}
        for name, item in template.get("Parameters", {}).items() if "Default" not in item
    ]
    client.create_stack(
        StackName=f"export-{region}", TemplateBody=json.dumps(template), Parameters=parameters,
        Capabilities=["CAPABILITY_NAMED_IAM"])
    stack = client.describe_stacks(StackName=f"export-{region}")["Stacks"][0]
    told.update({item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])})
    pages = client.get_paginator("list_stack_resources").paginate(StackName=f"export-{region}")
    made = [item["LogicalResourceId"] for page in pages for item in page["StackResourceSummaries"]]
    return {
        "status": stack["StackStatus"], "asked": sorted(template["Resources"]), "made": sorted(made),
        "unknown": unknown,
    }


def main():
    told = {}
    for argument in sys.argv[2:]:
        path, _, region = argument.rpartition("@")
        print(json.dumps(create(sys.argv[1], path, region, told)))


if __name__ == "__main__":
    main()
