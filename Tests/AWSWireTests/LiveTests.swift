import AWSServices
import AWSWire
import Testing

/// Every protocol against a server that others wrote.
struct LiveTests {
    @Test func everyProtocolIsUnderstoodByAServer() async throws {
        try await LiveServer.run { aws, _ in
            let identity = try await aws.send(STS.GetCallerIdentityRequest())
            #expect(identity.account == "123456789012")

            let made = try await aws.send(
                EC2.CreateVpcRequest(
                    cidrBlock: "10.1.0.0/16",
                    tagSpecifications: [
                        EC2.TagSpecification(resourceType: .vpc, tags: [EC2.Tag(key: "Name", value: "a & b")])
                    ]))
            let id = try #require(made.vpc?.vpcId)
            let found = try await aws.send(EC2.DescribeVpcsRequest(vpcIds: [id]))
            #expect(found.vpcs.first?.tags.first?.value == "a & b")
            #expect(found.vpcs.first?.cidrBlock == "10.1.0.0/16")

            _ = try await aws.send(ECS.CreateClusterRequest(clusterName: "shop"))
            let clusters = try await aws.send(ECS.DescribeClustersRequest(clusters: ["shop"]))
            #expect(clusters.clusters.first?.status == "ACTIVE")

            _ = try await aws.send(S3.CreateBucketRequest(bucket: "logs-of-shop"))
            let buckets = try await aws.send(S3.ListBucketsRequest())
            #expect(buckets.buckets.map(\.name) == ["logs-of-shop"])

            _ = try await aws.send(
                CloudWatch.PutMetricAlarmRequest(
                    alarmName: "high", metricName: "CPUUtilization", namespace: "AWS/ECS", statistic: .average,
                    period: 60,
                    evaluationPeriods: 1, threshold: 80, comparisonOperator: .greaterThanThreshold))
            let alarms = try await aws.send(CloudWatch.DescribeAlarmsRequest())
            #expect(alarms.metricAlarms.first?.threshold == 80)
        }
    }

    @Test func anErrorSaysWhatKindItIs() async throws {
        try await LiveServer.run { aws, _ in
            let error = await #expect(throws: AWSError.self) {
                _ = try await aws.send(EC2.DescribeVpcsRequest(vpcIds: ["vpc-0123456789abcdef0"]))
            }
            #expect(error?.kind == .notFound)
            #expect(error?.code == "InvalidVpcID.NotFound")
        }
    }
}
