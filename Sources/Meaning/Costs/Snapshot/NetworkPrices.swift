/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    static let network = [
        PriceRow(
            .natHour, PriceKey("AmazonEC2", "NAT Gateway", "NatGateway-Hours", "NatGateway"), .hour,
            "0.045 0.045 0.048 0.052 0.062 0.059"),
        PriceRow(
            .natGigabyte, PriceKey("AmazonEC2", "NAT Gateway", "NatGateway-Bytes", "NatGateway"), .gigabyte,
            "0.045 0.045 0.048 0.052 0.062 0.059"),
        // The same everywhere since 2024-02.
        PriceRow(
            .publicAddressHour, PriceKey("AmazonVPC", "", "PublicIPv4:InUseAddress"), .hour,
            "0.005 0.005 0.005 0.005 0.005 0.005"),
        PriceRow(
            .endpointHour, PriceKey("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Hours", "VpcEndpoint"), .hour,
            "0.01 0.01 0.011 0.012 0.014 0.013"),
        // A petabyte, four more, and the rest: one table for all regions on AWS's pricing page of 2026.
        PriceRow(
            .endpointGigabyte, PriceKey("AmazonVPC", "VpcEndpoint", "VpcEndpoint-Bytes", "VpcEndpoint"), .gigabyte,
            """
            0.01/0.006/0.004 0.01/0.006/0.004 0.01/0.006/0.004 0.01/0.006/0.004 0.01/0.006/0.004 \
            0.01/0.006/0.004
            """, steps: [1_048_576, 5_242_880]),
        // Once on each side of the zones' border.
        PriceRow(
            .zoneGigabyte, PriceKey("AmazonEC2", "Data Transfer", "DataTransfer-Regional-Bytes"), .gigabyte,
            "0.01 0.01 0.01 0.01 0.01 0.01"),
    ]

    static let edge = [
        // By where the browsers are: taken to be where the stack is.
        PriceRow(
            .edgeGigabyte, PriceKey("AmazonCloudFront", "Data Transfer", "DataTransfer-Out-Bytes"), .gigabyte,
            """
            0.085/0.08/0.06/0.04/0.03 0.085/0.08/0.06/0.04/0.03 0.085/0.08/0.06/0.04/0.03 \
            0.085/0.08/0.06/0.04/0.03 0.114/0.089/0.086/0.084/0.08 0.114/0.098/0.094/0.092/0.09
            """, steps: [10_240, 51_200, 153_600, 512_000]),
        PriceRow(
            .edgeRequest, PriceKey("AmazonCloudFront", "Request", "Requests-Tier2-HTTPS"), .request,
            "0.000001 0.000001 0.0000012 0.0000012 0.0000012 0.00000125"),
        PriceRow(
            .edgeUploadGigabyte, PriceKey("AmazonCloudFront", "Data Transfer", "DataTransfer-Out-OBytes"), .gigabyte,
            "0.02 0.02 0.02 0.02 0.06 0.08"),
        // The same wherever the browsers are. Two million a month are free, whatever the account (`Allowance`).
        PriceRow(
            .edgeFunction, PriceKey("AmazonCloudFront", "Request", "Executions-CloudFrontFunctions"), .request,
            "0.0000001 0.0000001 0.0000001 0.0000001 0.0000001 0.0000001"),
        PriceRow(
            .webACL, PriceKey("awswaf", "Web Application Firewall", "WebACLV2"), .month, "5 ~5 ~5 ~5 ~5 ~5",
            derivation: firewall),
        PriceRow(
            .webACLRule, PriceKey("awswaf", "Web Application Firewall", "RuleV2"), .month, "1 ~1 ~1 ~1 ~1 ~1",
            derivation: firewall),
        PriceRow(
            .webACLRequest, PriceKey("awswaf", "Web Application Firewall", "RequestV2-Tier1"), .request,
            "0.0000006 ~0.0000006 ~0.0000006 ~0.0000006 ~0.0000006 ~0.0000006", derivation: firewall),
    ]

    private static let firewall = "the price in us-east-1, where the firewall before CloudFront is"
}
