"""EC2: what takes time, and what may not be deleted while something uses it."""

import itertools

from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

from . import clock
from .wire import PASS, Refusal, after, backend, before, instead

nat_leaving = clock.Leaving("nat")
endpoint_leaving = clock.Leaving("endpoint")
_numbers = itertools.count(1)
# As DescribeTags calls them.
EC2_PREFIX_TO_RESOURCE.update({"eipalloc": "elastic-ip", "nat": "natgateway"})


class Interfaces:
    """Network interfaces of load balancers, tasks and databases: moto does not make them, but they are what holds up
    the deletion of groups and subnets."""

    def __init__(self):
        self.found = {}
        self.leave_at = {}

    def add(self, owner, description, requester, subnets, groups, region):
        for subnet in subnets:
            number = f"eni-{next(_numbers):017x}"
            self.found[number] = {
                "NetworkInterfaceId": number,
                "Description": description,
                "RequesterId": requester,
                "RequesterManaged": True,
                "InterfaceType": "interface",
                "Status": "in-use",
                "SubnetId": subnet,
                "VpcId": vpc_of(subnet, region),
                "Groups": [{"GroupId": group, "GroupName": group} for group in groups],
                "OwnerId": "123456789012",
                "TagSet": [],
                "owner": owner,
            }

    def remove(self, owner, kind=None):
        for number, shape in self.found.items():
            if shape["owner"] == owner:
                self.leave_at[number] = clock.now() + (clock.seconds(clock.DELETE[kind]) if kind else 0)

    def regroup(self, owner, groups):
        for shape in self.all():
            if shape["owner"] == owner:
                shape["Groups"] = [{"GroupId": group, "GroupName": group} for group in groups]

    def all(self):
        for number in [number for number, at in self.leave_at.items() if at <= clock.now()]:
            self.found.pop(number, None)
            del self.leave_at[number]
        return list(self.found.values())


interfaces = Interfaces()


def vpc_of(subnet, region):
    return backend("ec2", region).get_subnet(subnet).vpc_id


def real_interfaces(region):
    for interface in backend("ec2", region).enis.values():
        yield {
            "NetworkInterfaceId": interface.id,
            "SubnetId": interface.subnet.id,
            "VpcId": interface.subnet.vpc_id,
            "Groups": [{"GroupId": group.id} for group in interface.group_set],
        }


def all_interfaces(region):
    return interfaces.all() + list(real_interfaces(region))


def matches(shape, filters):
    values = {
        "group-id": [group["GroupId"] for group in shape["Groups"]],
        "subnet-id": [shape["SubnetId"]],
        "vpc-id": [shape["VpcId"]],
        "network-interface-id": [shape["NetworkInterfaceId"]],
        "description": [shape["Description"]],
        "requester-id": [shape["RequesterId"]],
        "status": [shape["Status"]],
    }
    return all(
        any(fits(value, pattern) for value in values.get(wanted["Name"], []) for pattern in wanted["Values"])
        for wanted in filters
    )


def fits(value, pattern):
    return value.startswith(pattern[:-1]) if pattern.endswith("*") else value == pattern


def of_gateways(shapes, region):
    """As EC2 describes the interfaces of NAT gateways: they have no groups, and say whose they are."""
    names = {gateway._eni.id: name for name, gateway in backend("ec2", region).nat_gateways.items() if gateway._eni}
    for shape in shapes:
        if name := names.get(shape["NetworkInterfaceId"]):
            shape.update(
                Description=f"Interface for NAT Gateway {name}", InterfaceType="nat_gateway", RequesterManaged=True, Groups=[])


@after("ec2", "DescribeNetworkInterfaces")
def with_interfaces_of_services(call, answer):
    answer.pop("Error", None)
    of_gateways(answer.get("NetworkInterfaces") or [], call.region)
    wanted = call.params.get("NetworkInterfaceIds") or []
    shown = [
        {key: value for key, value in shape.items() if key != "owner"}
        for shape in interfaces.all()
        if (not wanted or shape["NetworkInterfaceId"] in wanted) and matches(shape, call.params.get("Filters") or [])
    ]
    answer["NetworkInterfaces"] = (answer.get("NetworkInterfaces") or []) + shown


# NAT gateways


#: What moto calls them in DescribeTags, and what EC2 calls them there.
TYPES_OF_TAGS = {"vpc-elastic-ip": "elastic-ip", "nat-gateway": "natgateway", "flow-logs": "vpc-flow-log"}


@after("ec2", "DescribeTags")
def tags_of_what_is_there(call, answer):
    """moto keeps the tags of what is gone."""
    there = ids_of_all(backend("ec2", call.region))
    answer["Tags"] = [tag for tag in answer.get("Tags") or [] if tag["ResourceId"] in there]
    for tag in answer["Tags"]:
        tag["ResourceType"] = TYPES_OF_TAGS.get(tag["ResourceType"], tag["ResourceType"])


def ids_of_all(ec2):
    flat = (ec2.vpcs, ec2.internet_gateways, ec2.nat_gateways, ec2.route_tables, ec2.network_acls, ec2.vpc_end_points, ec2.flow_logs)
    nested = (*ec2.subnets.values(), *ec2.groups.values())
    return {name for names in flat + nested for name in names} | {address.allocation_id for address in ec2.addresses}


@after("ec2", "CreateNatGateway")
def nat_begins(call, answer):
    gateway = answer.get("NatGateway")
    if gateway:
        clock.begin("nat", gateway["NatGatewayId"])
        gateway["State"] = "pending" if clock.busy("nat", gateway["NatGatewayId"]) else gateway["State"]


@after("ec2", "DescribeNatGateways")
def nat_states(call, answer):
    leaving = nat_leaving.all()
    for gateway in answer.get("NatGateways") or []:
        name = gateway["NatGatewayId"]
        if name in leaving:
            gateway["State"] = "deleting"
        elif gateway["State"] == "available" and clock.busy("nat", name):
            gateway["State"] = "pending"
    wanted = [value for entry in call.params.get("Filters") or call.params.get("Filter") or []
              if entry["Name"] == "state" for value in entry["Values"]]
    if wanted:
        answer["NatGateways"] = [gateway for gateway in answer["NatGateways"] if gateway["State"] in wanted]


@before("ec2", "DeleteNatGateway")
def nat_leaves(call):
    name = call.params["NatGatewayId"]
    gateway = backend("ec2", call.region).nat_gateways.get(name)
    if gateway is None:
        raise Refusal("NatGatewayNotFound", f"NAT gateway {name} was not found", 400)
    if gateway.state != "deleted":
        nat_leaving.add(name, {})


def release_interfaces_of_nats(region):
    """moto keeps the interface of a deleted gateway, and its address in use."""
    ec2 = backend("ec2", region)
    leaving = nat_leaving.all()
    for name, gateway in ec2.nat_gateways.items():
        if gateway.state == "deleted" and name not in leaving and gateway._eni and gateway._eni.id in ec2.enis:
            for address in ec2.addresses:
                if address.eni is gateway._eni:
                    address.eni, address.association_id = None, None
            ec2.enis.pop(gateway._eni.id)


@before("ec2", "ReleaseAddress", "DescribeAddresses")
def addresses_in_use(call):
    release_interfaces_of_nats(call.region)
    if call.operation == "DescribeAddresses":
        return
    for address in backend("ec2", call.region).addresses:
        if address.allocation_id == call.params.get("AllocationId") and address.eni is not None:
            raise Refusal("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.", 400)


# Endpoints


@after("ec2", "CreateVpcEndpoint")
def endpoint_begins(call, answer):
    endpoint = answer.get("VpcEndpoint")
    if endpoint and endpoint.get("VpcEndpointType") == "Interface":
        name = endpoint["VpcEndpointId"]
        clock.begin("endpoint", name)
        endpoint["State"] = "pending" if clock.busy("endpoint", name) else "available"


@after("ec2", "DescribeVpcEndpoints")
def endpoint_states(call, answer):
    leaving = endpoint_leaving.all()
    shown = []
    for endpoint in answer.get("VpcEndpoints") or []:
        name = endpoint["VpcEndpointId"]
        if name in leaving:
            endpoint["State"] = "deleting"
        elif endpoint["State"] == "deleted":
            continue
        elif clock.busy("endpoint", name):
            endpoint["State"] = "pending"
        shown.append(endpoint)
    if "Error" not in answer:
        answer["VpcEndpoints"] = shown


@before("ec2", "DeleteVpcEndpoints")
def endpoints_leave(call):
    ec2 = backend("ec2", call.region)
    for name in call.params["VpcEndpointIds"]:
        endpoint = ec2.vpc_end_points.get(name)
        if endpoint and endpoint.state != "deleted" and (endpoint.vpc_endpoint_type or "").lower() == "interface":
            endpoint_leaving.add(name, {})
            interfaces.add(
                name, f"VPC Endpoint Interface {name}", "amazon-vpce", endpoint.subnet_ids or [],
                endpoint.security_group_ids, call.region,
            )
            interfaces.remove(name, "endpoint")


@after("ec2", "ModifyVpcEndpoint")
def routes_of_endpoint(call, answer):
    """moto leaves the routes of a gateway endpoint in the tables that it had at first, and then cannot delete it."""
    ec2 = backend("ec2", call.region)
    endpoint = ec2.vpc_end_points.get(call.params["VpcEndpointId"])
    prefixes = getattr(endpoint, "destination_prefix_list_id", None)
    if "Error" in answer or not prefixes:
        return
    for name, table in ec2.route_tables.items():
        own = [key for key, route in table._routes.items() if route.destination_prefix_list_id == prefixes]
        if name in endpoint.route_table_ids and not own:
            ec2.create_route(name, None, gateway_id=endpoint.id, destination_prefix_list_id=prefixes)
        if name in (call.params.get("RemoveRouteTableIds") or []):
            for key in own:
                del table._routes[key]


@before("ec2", "ReplaceNetworkAclAssociation")
def association_is_there(call):
    name = call.params["AssociationId"]
    if not any(name in acl._associations for acl in backend("ec2", call.region).network_acls.values()):
        raise Refusal("InvalidAssociationID.NotFound", f"The association ID '{name}' does not exist", 400)


@before("ec2", "DeleteNetworkAclEntry")
def entry_is_there(call):
    acl = backend("ec2", call.region).network_acls.get(call.params["NetworkAclId"])
    number, egress = str(call.params["RuleNumber"]), bool(call.params["Egress"])
    if acl is not None and not any(str(e.rule_number) == number and str(e.egress).lower() == str(egress).lower() for e in acl.network_acl_entries):
        raise Refusal("InvalidNetworkAclEntry.NotFound", "The specified network acl entry does not exist.", 400)


# What may not be deleted yet


def violation(what, name):
    return Refusal("DependencyViolation", f"The {what} '{name}' has dependencies and cannot be deleted.", 400)


@before("ec2", "DeleteSubnet")
def subnet_in_use(call):
    release_interfaces_of_nats(call.region)
    name = call.params["SubnetId"]
    if any(interface["SubnetId"] == name for interface in all_interfaces(call.region)):
        raise violation("subnet", name)


@after("ec2", "DeleteSubnet")
def subnet_lets_go(call, answer):
    """moto leaves what a subnet followed tied to it."""
    if "Error" in answer:
        return
    ec2 = backend("ec2", call.region)
    name = call.params["SubnetId"]
    for table in ec2.route_tables.values():
        for key in [key for key, subnet in table._associations.items() if subnet == name]:
            del table._associations[key]
    for acl in ec2.network_acls.values():
        for key in [key for key, tie in acl._associations.items() if tie.subnet_id == name]:
            del acl._associations[key]


@before("ec2", "DeleteSecurityGroup")
def group_in_use(call):
    name = call.params.get("GroupId")
    ec2 = backend("ec2", call.region)
    if any(group["GroupId"] == name for interface in all_interfaces(call.region) for group in interface["Groups"]):
        raise Refusal("DependencyViolation", f"resource {name} has a dependent object", 400)
    for groups in ec2.groups.values():
        for other in groups.values():
            if other.id == name:
                if other.name == "default":
                    raise Refusal("CannotDelete", f"the specified group: \"{name}\" name: \"default\" cannot be deleted by a user", 400)
                continue
            for rule in list(other.ingress_rules) + list(other.egress_rules):
                if rule.source_group.get("GroupId") == name:
                    raise Refusal("DependencyViolation", f"resource {name} has a dependent object", 400)


@before("ec2", "DeleteVpc")
def vpc_in_use(call):
    name = call.params["VpcId"]
    ec2 = backend("ec2", call.region)
    if name not in ec2.vpcs:
        return
    release_interfaces_of_nats(call.region)
    used = (
        any(gateway.vpc and gateway.vpc.id == name for gateway in ec2.internet_gateways.values())
        or any(group.name != "default" for group in ec2.groups.get(name, {}).values())
        or any(interface["VpcId"] == name for interface in all_interfaces(call.region))
        or any(e.vpc_id == name and (e.state != "deleted" or e.id in endpoint_leaving.all()) for e in ec2.vpc_end_points.values())
        or any(acl.vpc_id == name and not acl.default for acl in ec2.network_acls.values())
    )
    if used:
        raise violation("vpc", name)


@before("ec2", "DetachInternetGateway")
def gateway_in_use(call):
    release_interfaces_of_nats(call.region)
    ec2 = backend("ec2", call.region)
    vpc = call.params["VpcId"]
    mapped = any(address.eni is not None and address.eni.subnet.vpc_id == vpc for address in ec2.addresses)
    public = any(
        shape["VpcId"] == vpc and shape["owner"].startswith("public:") for shape in interfaces.all()
    )
    if mapped or public:
        raise Refusal(
            "DependencyViolation", f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", 400
        )


@before("ec2", "AssociateRouteTable")
def subnet_has_a_table(call):
    """moto answers with the other table's association, as if all were well."""
    for table in backend("ec2", call.region).route_tables.values():
        if table.id != call.params["RouteTableId"] and call.params.get("SubnetId") in table._associations.values():
            raise Refusal(
                "Resource.AlreadyAssociated", f"the specified association for route table {call.params['RouteTableId']} conflicts with an existing association", 400
            )


@before("ec2", "DeleteRouteTable")
def table_in_use(call):
    table = backend("ec2", call.region).route_tables.get(call.params["RouteTableId"])
    if table is not None and table.associations:
        raise violation("routeTable", table.id)


# The same client token, the same answer


_answers = {}


def keeps_token(operation):
    @instead("ec2", operation)
    def again(call):
        token = call.params.get("ClientToken")
        return _answers.get((call.region, operation, token), PASS) if token else PASS

    @after("ec2", operation)
    def first(call, answer):
        token = call.params.get("ClientToken")
        if token and "Error" not in answer:
            _answers[call.region, operation, token] = answer


# Registered after the hooks above, so that an answer is kept as the first caller saw it.
keeps_token("CreateNatGateway")
keeps_token("CreateVpcEndpoint")


def forget_answers_about(name):
    """What was deleted is made anew, whatever the token."""
    for key in [key for key, answer in _answers.items() if name in str(answer)]:
        del _answers[key]


@after("ec2", "DeleteNatGateway")
def nat_is_gone(call, answer):
    forget_answers_about(call.params["NatGatewayId"])


@after("ec2", "DeleteVpcEndpoints")
def endpoints_are_gone(call, answer):
    for name in call.params["VpcEndpointIds"]:
        forget_answers_about(name)


# Flow logs below a folder of a bucket

_flow_options = {}


@instead("ec2", "CreateFlowLogs")
def flow_log_in_a_folder(call):
    asked = call.params
    if asked.get("LogDestinationType") != "s3":
        return PASS
    destination = asked["LogDestination"]
    bucket = destination.split(":::")[1].split("/")[0]
    if bucket not in backend("s3").buckets:
        failed = {"Code": "InvalidParameter", "Message": f"LogDestination: {bucket} does not exist."}
        return {"FlowLogIds": [], "Unsuccessful": [{"ResourceId": name, "Error": failed} for name in asked["ResourceIds"]]}
    ec2 = backend("ec2", call.region)
    token = asked.get("ClientToken")
    if token and (call.region, "CreateFlowLogs", token) in _answers:
        return _answers[call.region, "CreateFlowLogs", token]
    if any(log.resource_id in asked["ResourceIds"] and log.log_destination == destination for log in ec2.flow_logs.values()):
        raise Refusal("FlowLogAlreadyExists", "Error. There is an existing Flow Log with the same configuration and log destination.", 400)
    made, _ = ec2.create_flow_logs(
        resource_type=asked["ResourceType"], resource_ids=asked["ResourceIds"], traffic_type=asked["TrafficType"],
        deliver_logs_permission_arn=None, log_destination_type="s3", log_destination=f"arn:aws:s3:::{bucket}",
        log_group_name=None, log_format=asked.get("LogFormat"), max_aggregation_interval=asked.get("MaxAggregationInterval"),
    )
    for log in made:
        log.log_destination = destination
        log.add_tags({tag["Key"]: tag.get("Value", "") for entry in asked.get("TagSpecifications") or [] for tag in entry["Tags"]})
        _flow_options[log.id] = asked.get("DestinationOptions")
    answer = {"FlowLogIds": [log.id for log in made], "Unsuccessful": []}
    if token:
        _answers[call.region, "CreateFlowLogs", token] = answer
    return answer


@after("ec2", "DeleteFlowLogs")
def flow_logs_are_gone(call, answer):
    for name in call.params["FlowLogIds"]:
        forget_answers_about(name)


@after("ec2", "DescribeFlowLogs")
def flow_options(call, answer):
    for log in answer.get("FlowLogs") or []:
        if _flow_options.get(log["FlowLogId"]):
            log["DestinationOptions"] = _flow_options[log["FlowLogId"]]


# Descriptions of rules, of which moto keeps only those of addresses

_descriptions = {}


def peers(permission):
    """Each peer of a permission with the member that describes it."""
    for member, name in (("UserIdGroupPairs", "GroupId"), ("PrefixListIds", "PrefixListId"), ("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
        for entry in permission.get(member) or []:
            yield entry.get(name), entry


def rule_key(group, egress, protocol, ports, peer):
    everything = protocol in ("-1", -1)
    return group, egress, str(protocol), None if everything else ports, peer


def said_keys(call):
    """Each rule that a call names, with the member that describes it."""
    egress = call.operation.endswith("Egress")
    for permission in call.params.get("IpPermissions") or []:
        ports = permission.get("FromPort"), permission.get("ToPort")
        for peer, entry in peers(permission):
            yield rule_key(call.params["GroupId"], egress, permission["IpProtocol"], ports, peer), entry


@after("ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
def descriptions_kept(call, answer):
    if "Error" in answer:
        return
    for key, entry in said_keys(call):
        _descriptions[key] = entry.get("Description")
    describe_rules(answer.get("SecurityGroupRules"))


@after("ec2", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
def descriptions_forgotten(call, answer):
    if "Error" not in answer:
        for key, _ in said_keys(call):
            _descriptions.pop(key, None)


@instead("ec2", "UpdateSecurityGroupRuleDescriptionsIngress", "UpdateSecurityGroupRuleDescriptionsEgress")
def descriptions_changed(call):
    """moto knows these for addresses only. A rule that is not there is refused, as EC2 does."""
    for key, entry in said_keys(call):
        if key not in _descriptions:
            raise Refusal("InvalidPermission.NotFound", "The specified rule does not exist in this security group.", 400)
        _descriptions[key] = entry.get("Description")
    return {"Return": True}


@after("ec2", "DescribeSecurityGroupRules")
def descriptions_of_rules(call, answer):
    describe_rules(answer.get("SecurityGroupRules"))


def describe_rules(rules):
    for rule in rules or []:
        peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
        key = rule_key(rule["GroupId"], rule["IsEgress"], rule["IpProtocol"], (rule.get("FromPort"), rule.get("ToPort")), peer)
        if _descriptions.get(key):
            rule["Description"] = _descriptions[key]


@after("ec2", "DescribeSecurityGroups")
def descriptions_in_groups(call, answer):
    for group in answer.get("SecurityGroups") or []:
        for member, egress in (("IpPermissions", False), ("IpPermissionsEgress", True)):
            for permission in group.get(member) or []:
                ports = permission.get("FromPort"), permission.get("ToPort")
                for peer, entry in peers(permission):
                    found = _descriptions.get(rule_key(group["GroupId"], egress, permission["IpProtocol"], ports, peer))
                    if found:
                        entry["Description"] = found
