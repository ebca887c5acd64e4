/// What AWS publishes about its regions and no call answers.
package enum AccountFacts {
    /// Minor versions of Aurora PostgreSQL with long-term support, newest first. Source: Aurora PostgreSQL's release calendar, read
    /// 2026-11.
    package static let longTermSupport = ["17.7", "16.8", "15.10"]
    /// Zones that CloudFront cannot reach by a VPC origin. Source: CloudFront's developer guide on VPC origins, read 2026-11.
    package static let zonesWithoutVPCOrigins: Set<String> = ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"]
}
