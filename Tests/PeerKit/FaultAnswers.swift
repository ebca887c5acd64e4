import Foundation

/// Refusals in the shape in which each service words them.
enum FaultAnswers {
    /// Error codes of EC2 for ids that are not found.
    private static let notFound: [(prefix: String, code: String)] = [
        ("vpc-", "InvalidVpcID.NotFound"), ("subnet-", "InvalidSubnetID.NotFound"),
        ("igw-", "InvalidInternetGatewayID.NotFound"), ("rtb-", "InvalidRouteTableID.NotFound"),
        ("sg-", "InvalidGroup.NotFound"), ("nat-", "NatGatewayNotFound"),
        ("eipalloc-", "InvalidAllocationID.NotFound"), ("vpce-", "InvalidVpcEndpointId.NotFound"),
        ("acl-", "InvalidNetworkAclID.NotFound"), ("fl-", "InvalidFlowLogId.NotFound"),
    ]
    private static let held = ["DeleteSecurityGroup", "DeleteSubnet", "DeleteVpc", "DetachInternetGateway"]
    private static let xmlServices: Set<String> = [
        "rds", "elasticloadbalancing", "iam", "sns", "sts", "monitoring", "cloudfront", "route53",
    ]

    static func answer(_ fault: Fault, _ subject: String, to request: PeerRequest) -> PeerAnswer {
        switch fault {
        case .throttled: throttled(request)
        case .notYetFound:
            refusal(request, 400, code(of: subject), "The ID '\(subject)' does not exist")
        case .roleNotYetVisible:
            request.service == "ecs"
                ? refusal(request, 400, "ClientException", "Role is not valid")
                : refusal(request, 400, "InvalidParameter", "Unable to assume given IAM role")
        case .stillInUse:
            refusal(request, 400, "DependencyViolation", "The '\(subject)' has dependencies and cannot be deleted.")
        case .failedBefore, .failedAfter, .closedBefore, .closedAfter:
            refusal(request, 503, "ServiceUnavailable", "Service is unable to handle request.")
        }
    }

    private static func throttled(_ request: PeerRequest) -> PeerAnswer {
        switch request.service {
        case "ec2": refusal(request, 503, "RequestLimitExceeded", "Request limit exceeded.")
        case "s3": refusal(request, 503, "SlowDown", "Please reduce your request rate.")
        case "route53", "rds", "elasticloadbalancing", "iam", "sns", "sts", "monitoring", "cloudfront":
            refusal(request, 400, "Throttling", "Rate exceeded")
        default: refusal(request, 400, "ThrottlingException", "Rate exceeded")
        }
    }

    private static func code(of subject: String) -> String {
        notFound.first { subject.hasPrefix($0.prefix) }?.code ?? "InvalidParameterValue"
    }

    static func refusal(_ request: PeerRequest, _ status: Int, _ code: String, _ message: String) -> PeerAnswer {
        let id = requestId
        switch request.service {
        // Some services speak more than one protocol: an answer is in that of its request.
        case _ where request.header("x-amz-target") != nil: return json(request, status, code, message)
        case "ec2":
            return xml(
                status,
                "<Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>"
                    + "<RequestID>\(id)</RequestID></Response>")
        case "s3":
            return xml(
                status, "<Error><Code>\(code)</Code><Message>\(message)</Message><RequestId>\(id)</RequestId></Error>")
        case let service where xmlServices.contains(service):
            return xml(
                status,
                "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error>"
                    + "<RequestId>\(id)</RequestId></ErrorResponse>")
        default: return json(request, status, code, message)
        }
    }

    private static func json(_ request: PeerRequest, _ status: Int, _ code: String, _ message: String) -> PeerAnswer {
        let body = #"{"__type":"\#(code)","message":"\#(message)"}"#
        return PeerAnswer(
            status: status,
            headers: [
                ("Content-Type", request.header("content-type") ?? "application/json"), ("x-amzn-ErrorType", code),
                ("x-amzn-RequestId", requestId),
            ], body: Array(body.utf8))
    }

    private static let requestId = "00000000-0000-0000-0000-0000000fa017"

    private static func xml(_ status: Int, _ body: String) -> PeerAnswer {
        PeerAnswer(
            status: status, headers: [("Content-Type", "text/xml")],
            body: Array((#"<?xml version="1.0" encoding="UTF-8"?>"# + body).utf8))
    }

    /// The one thing whose deletion the request asks for, where AWS is known to hold it for a while.
    static func deletionSubject(of request: PeerRequest) -> String? {
        guard request.service == "ec2", held.contains(request.operation) else { return nil }
        return ids(in: request.text).first
    }

    /// What an answer shows that its request did not name: ids of EC2, and roles as `role/NAME`.
    static func created(by request: PeerRequest, _ answer: PeerAnswer) -> [String] {
        let operation = request.operation
        if request.service == "iam", operation == "CreateRole" {
            let name = request.text.split(separator: "&").first { $0.hasPrefix("RoleName=") }
            return name.map { ["role/" + $0.dropFirst("RoleName=".count)] } ?? []
        }
        guard request.service == "ec2", operation.hasPrefix("Create") || operation == "AllocateAddress" else {
            return []
        }
        let asked = Set(ids(in: request.text))
        return ids(in: String(decoding: answer.body, as: UTF8.self)).filter { !asked.contains($0) }
    }

    private static func ids(in text: String) -> [String] {
        // The prefixes of above, then 8 to 17 hexadecimal digits; `sgr-`, `eipassoc-` and their kin are not asked for.
        let pattern = /(?:vpc|subnet|igw|rtb|sg|nat|eipalloc|vpce|acl|fl)-[0-9a-f]{8,17}/
        return text.matches(of: pattern).map { String($0.output) }
    }
}
