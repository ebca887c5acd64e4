import Resources

/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    /// AWS says "up to 70 % off"; the price moves with supply. In the data of AWS's pricing page of 2026-09 it was 1 to 6 % above that.
    private static let spot = "three tenths of the price on demand, which AWS names as the most one saves"

    static let application = [
        PriceRow(
            .taskCPUHour(.x86), PriceKey("AmazonECS", "Compute", "Fargate-vCPU-Hours:perCPU"), .vCPUHour,
            "0.04048 0.04048 0.04048 0.04656 0.05056 0.04856"),
        PriceRow(
            .taskMemoryHour(.x86), PriceKey("AmazonECS", "Compute", "Fargate-GB-Hours"), .gigabyteHour,
            "0.004445 0.004445 0.004445 0.00511 0.00553 0.00532"),
        PriceRow(
            .taskCPUHour(.arm), PriceKey("AmazonECS", "Compute", "Fargate-ARM-vCPU-Hours:perCPU"), .vCPUHour,
            "0.03238 0.03238 0.03238 0.03725 0.04045 0.03885"),
        PriceRow(
            .taskMemoryHour(.arm), PriceKey("AmazonECS", "Compute", "Fargate-ARM-GB-Hours"), .gigabyteHour,
            "0.00356 0.00356 0.00356 0.00409 0.00442 0.00426"),
        PriceRow(
            .spotCPUHour(.x86), PriceKey("AmazonECS", "Compute", "SpotUsage-Fargate-vCPU-Hours:perCPU"), .vCPUHour,
            "~0.012144 ~0.012144 ~0.012144 ~0.013968 ~0.015168 ~0.014568", derivation: spot),
        PriceRow(
            .spotMemoryHour(.x86), PriceKey("AmazonECS", "Compute", "SpotUsage-Fargate-GB-Hours"), .gigabyteHour,
            "~0.0013335 ~0.0013335 ~0.0013335 ~0.001533 ~0.001659 ~0.001596", derivation: spot),
        PriceRow(
            .spotCPUHour(.arm), PriceKey("AmazonECS", "Compute", "SpotUsage-Fargate-ARM-vCPU-Hours:perCPU"), .vCPUHour,
            "~0.009714 ~0.009714 ~0.009714 ~0.011175 ~0.012135 ~0.011655", derivation: spot),
        PriceRow(
            .spotMemoryHour(.arm), PriceKey("AmazonECS", "Compute", "SpotUsage-Fargate-ARM-GB-Hours"), .gigabyteHour,
            "~0.001068 ~0.001068 ~0.001068 ~0.001227 ~0.001326 ~0.001278", derivation: spot),
        PriceRow(
            .imageGigabyte, PriceKey("AmazonECR", "EC2 Container Registry", "TimedStorage-ByteHrs"), .gigabyteMonth,
            "0.1 0.1 0.1 0.1 0.1 0.1"),
        PriceRow(
            .balancerHour,
            PriceKey("AWSELB", "Load Balancer-Application", "LoadBalancerUsage", "LoadBalancing:Application"), .hour,
            "0.0225 0.0225 0.0252 0.027 0.0243 0.0252"),
        PriceRow(
            .balancerUnitHour,
            PriceKey("AWSELB", "Load Balancer-Application", "LCUUsage", "LoadBalancing:Application"), .unitHour,
            "0.008 0.008 0.008 0.008 0.008 0.008"),
        PriceRow(
            .stateTransition, PriceKey("AmazonStates", "AWS Step Functions", "StateTransition"), .transition,
            "0.000025 0.000025 0.000025 0.000025 0.000025 0.000025"),
    ]
}
