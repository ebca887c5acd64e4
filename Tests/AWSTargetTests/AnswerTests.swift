import AWSWire
import Provisioning
import TestKit
import Testing

@testable import AWSTarget

struct AnswerTests {
    private static func error(_ call: String, _ code: String, _ message: String = "", status: Int? = 400) -> AWSError {
        let parts = call.split(separator: ".").map(String.init)
        return AWSError(
            service: parts[0], operation: parts[1], region: "eu-central-1",
            kind: AWSError.Kind(code: code, status: status),
            code: code, message: message, status: status, requestId: "5f1c")
    }

    @Test(arguments: [
        ("EC2.CreateRoute", "InvalidRouteTableID.NotFound", ""),
        ("EC2.CreateNatGateway", "InvalidElasticIpID.NotFound", ""),
        ("EC2.AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound", ""),
        ("EC2.CreateFlowLogs", "InvalidParameter", "Unable to assume given IAM role"),
        ("RDS.CreateDBInstance", "InvalidDBClusterStateFault", "DB cluster is not currently in the available state."),
        ("RDS.CreateDBCluster", "InvalidParameterValue", "IAM role ARN value is invalid or does not include"),
        ("RDSData.ExecuteStatement", "DatabaseResumingException", ""),
        ("RDSData.ExecuteStatement", "BadRequestException", "Communications link failure"),
        ("ECS.CreateService", "InvalidParameterException", "Unable to assume the service linked role."),
        ("ECS.CreateService", "InvalidParameterException", "Unable to Start a service that is still Draining."),
        (
            "ECS.CreateService", "InvalidParameterException",
            "The target group does not have an associated load balancer."
        ),
        (
            "ApplicationAutoScaling.RegisterScalableTarget", "ValidationException",
            "ECS service doesn't exist: service/x"
        ),
        ("IAM.CreateRole", "MalformedPolicyDocument", "Invalid principal in policy: AWS"),
        ("S3.CreateBucket", "OperationAborted", ""),
        ("WAFv2.CreateWebACL", "WAFUnavailableEntityException", ""),
        ("CloudFront.CreateDistributionWithTags", "InvalidViewerCertificate", ""),
    ])
    func anAnswerThatMeansNotYetIsAskedAgain(call: String, code: String, message: String) {
        #expect(RetryableAnswer.row(for: Self.error(call, code, message)) != nil)
    }

    @Test(arguments: [
        ("DatabaseUnavailableException", "", 504 as Int?, CloudWrite.refused("DatabaseUnavailableException")),
        (
            "DatabaseErrorException",
            "ERROR: cannot execute pg_current_xact_id() during recovery; SQLState: 25006", 400,
            .refused("DatabaseErrorException")
        ),
        ("InternalServerErrorException", "", 500, .refused("InternalServerErrorException")),
        ("StatementTimeoutException", "", 400, .refused("StatementTimeoutException")),
        ("Timeout", "", nil, .refused("no answer in time")),
        ("ConnectionLost", "", nil, .astray("the Data API cannot be reached")),
        ("ThrottlingException", "", 400, .astray("the Data API is throttled")),
        ("DatabaseResumingException", "", 400, .astray("the database is waking up")),
    ])
    func aWriteThatFailedIsTheDatabasesOrNot(code: String, message: String, status: Int?, write: CloudWrite) {
        var error = Self.error("RDSData.ExecuteStatement", code, message, status: status)
        if code == "Timeout" { error.kind = .timeout }
        #expect(CloudWrite(error) == write)
    }

    @Test(arguments: [
        ("AccessDeniedException", "User: anna is not authorized to perform: rds-data:ExecuteStatement", 400),
        ("BadRequestException", "HttpEndpoint is not enabled for resource arn:aws:rds:x", 400),
        ("HttpEndpointNotEnabledException", "", 400), ("SecretsErrorException", "", 400),
        ("BadRequestException", "FATAL: password authentication failed for user \"shop\"; SQLState: 28P01", 400),
        ("ExpiredTokenException", "", 403),
    ])
    func aWriteForWhichThereIsNoWaySaysWhy(code: String, message: String, status: Int) {
        guard case .barred(let why) = CloudWrite(Self.error("RDSData.ExecuteStatement", code, message, status: status))
        else {
            Issue.record("\(code) bars nothing")
            return
        }
        #expect(why.contains("RDSData ExecuteStatement in eu-central-1 answered \(code)") && why.contains(message))
        #expect(why.contains("`terrace policy`") == (code == "AccessDeniedException"))
    }

    @Test(arguments: [
        ("EC2.CreateVpc", "VpcLimitExceeded", ""), ("EC2.DeleteVpc", "InvalidVpcID.NotFound", ""),
        ("EC2.DescribeVpcs", "InvalidVpcID.NotFound", ""), ("EC2.CreateVpc", "UnauthorizedOperation", ""),
        ("ECS.CreateService", "InvalidParameterException", "Invalid cpu value"),
        ("RDS.CreateDBCluster", "InvalidParameterCombination", "Cannot find version 11.1"),
        ("IAM.CreateRole", "MalformedPolicyDocument", "Syntax errors in policy."),
    ])
    func aFinalAnswerIsNotAskedAgain(call: String, code: String, message: String) {
        #expect(RetryableAnswer.row(for: Self.error(call, code, message)) == nil)
    }

    @Test(arguments: [
        ("EC2.DeleteVpc", "DependencyViolation", ""), ("EC2.DeleteSecurityGroup", "InvalidGroup.InUse", ""),
        ("EC2.DetachInternetGateway", "DependencyViolation", "mapped public address(es)"),
        ("EC2.ReleaseAddress", "AuthFailure", ""), ("RDS.DeleteDBSubnetGroup", "InvalidDBSubnetGroupStateFault", ""),
        (
            "ECS.DeleteService", "InvalidParameterException",
            "The service cannot be stopped while deployments are active."
        ),
        ("ELBv2.DeleteTargetGroup", "ResourceInUse", ""), ("ACM.DeleteCertificate", "ResourceInUseException", ""),
        ("CloudFront.DeleteVpcOrigin", "CannotDeleteEntityWhileInUse", ""),
    ])
    func aDeletionThatIsHeldCountsAsAskedFor(call: String, code: String, message: String) {
        #expect(HeldAnswer.matches(Self.error(call, code, message)))
    }

    @Test(arguments: [
        ("EC2.DeleteVpc", "UnauthorizedOperation"), ("RDS.DeleteDBCluster", "InvalidParameterCombination"),
        ("S3.DeleteBucket", "AccessDenied"),
    ])
    func aDeletionThatIsRefusedIsNot(call: String, code: String) {
        #expect(!HeldAnswer.matches(Self.error(call, code)))
    }

    private static let refusals: [(String, AWSError)] = [
        (
            "access denied",
            error(
                "EC2.CreateVpc", "UnauthorizedOperation",
                "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/anna is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:eu-central-1:123456789012:vpc/* because no identity-based policy allows the ec2:CreateVpc action",
                status: 403)
        ),
        ("access denied without words", error("RDS.CreateDBCluster", "AccessDenied", "", status: 403)),
        (
            "expired",
            error(
                "STS.GetCallerIdentity", "ExpiredToken", "The security token included in the request is expired",
                status: 403)
        ),
        (
            "wrong keys",
            error("STS.GetCallerIdentity", "InvalidClientTokenId", "The security token is invalid.", status: 403)
        ),
        ("clock", error("STS.GetCallerIdentity", "RequestTimeTooSkewed", "", status: 403)),
        ("quota", error("EC2.CreateVpc", "VpcLimitExceeded", "The maximum number of VPCs has been reached.")),
        ("name taken", error("RDS.CreateDBCluster", "DBClusterAlreadyExistsFault", "DB Cluster already exists")),
        ("throttled", error("EC2.DescribeVpcs", "RequestLimitExceeded", "Request limit exceeded.", status: 503)),
        (
            "no such host",
            AWSError(
                service: "CloudFront", operation: "ListDistributions", region: "cn-north-1", kind: .transient,
                code: "NotConnected", message: "no such host")
        ),
        ("other", error("EC2.CreateSubnet", "InvalidSubnet.Conflict", "The CIDR conflicts with another subnet")),
    ]

    @Test func refusalsSayWhatToDoNext() {
        let texts = Self.refusals.map { name, error in
            "# \(name)\n\(Refusal(error).report(trying: "create network.vpc"))"
        }
        expectGolden(texts.joined(separator: "\n\n"), "refusals")
    }
}
