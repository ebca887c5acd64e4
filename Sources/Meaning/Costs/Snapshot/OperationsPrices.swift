/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    /// The first ten terabytes, twenty, twenty more, and the rest.
    private static let vendedSteps = [10_240, 30_720, 51_200]
    /// Ohio's, which were found, are 1, 1/2, 1/5, 1/10 and 1, 3/5, 3/10, 1/5 of the first; of Sydney the last one was found, and is so.
    private static let vended = "in proportion to Ohio's"
    /// 50 terabytes, 450 more, and the rest. Source of the later prices: the data of AWS's pricing page of 2024-09, six regions.
    private static let bucketSteps = [51_200, 512_000]
    /// Source: AWS's pricing page of 2026, which has them for regions in the US.
    private static let metricSteps = [10_000, 250_000, 1_000_000]

    static let operations = [
        PriceRow(
            .logGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "DataProcessing-Bytes", "PutLogEvents"),
            .gigabyte,
            "0.5 0.5 0.57 0.63 0.76 0.67"),
        PriceRow(
            .logStorageGigabyte, PriceKey("AmazonCloudWatch", "Storage Snapshot", "TimedStorage-ByteHrs"),
            .gigabyteMonth, "0.03 0.03 0.03 0.0324 0.033 0.033"),
        PriceRow(
            .vendedLogGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "VendedLog-Bytes"), .gigabyte,
            """
            0.5/0.25/0.1/0.05 0.5/0.25/0.1/0.05 0.57/0.285/0.114/0.057 0.63/0.315/0.126/0.063 0.76/0.38/0.152/0.076 \
            0.67/0.335/0.134/0.067
            """, steps: vendedSteps, laterSteps: vended),
        PriceRow(
            .bucketLogGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "S3-Egress-Bytes"), .gigabyte,
            """
            0.25/0.15/0.075/0.05 0.25/0.15/0.075/0.05 0.285/0.171/0.0855/0.057 0.285/0.171/0.0855/0.057 \
            0.38/0.228/0.114/0.076 0.335/0.201/0.1005/0.067
            """, steps: vendedSteps, laterSteps: vended),
        PriceRow(
            .parquetGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "S3-Egress-InputBytes", "ParquetConversion"),
            .gigabyte,
            "0.03 0.03 0.034 0.047 0.056 0.047"),
        // Bills name an operation, the list none.
        PriceRow(
            .bucketGigabyte, PriceKey("AmazonS3", "Storage", "TimedStorage-ByteHrs"), .gigabyteMonth,
            """
            0.023/0.022/0.021 0.023/0.022/0.021 0.023/0.022/0.021 0.0245/0.0235/0.0225 0.025/0.024/0.023 \
            0.025/0.024/0.023
            """, steps: bucketSteps),
        PriceRow(
            .alarmFigure, PriceKey("AmazonCloudWatch", "Alarm", "CW:AlarmMonitorUsage"), .month,
            "0.1 0.1 0.1 0.1 0.1 0.1"),
        PriceRow(
            .metric, PriceKey("AmazonCloudWatch", "Metric", "CW:MetricMonitorUsage"), .month,
            """
            0.3/0.1/0.05/0.02 0.3/0.1/0.05/0.02 0.3/0.1/0.05/0.02 0.3/0.1/0.05/0.02 0.3/0.1/0.05/0.02 \
            0.3/0.1/0.05/0.02
            """, steps: metricSteps, laterSteps: "as in the US, where the first price is the same"),
        PriceRow(
            .dashboard, PriceKey("AmazonCloudWatch", "Dashboard", "DashboardsUsageHour"), .month, "3 ~3 ~3 ~3 ~3 ~3",
            derivation: "the price in us-east-1: AWS's list has it in no region"),
        PriceRow(
            .secret, PriceKey("AWSSecretsManager", "Secret", "AWSSecretsManager-Secrets"), .month,
            "0.4 0.4 0.4 0.4 0.4 0.4"),
        PriceRow(
            .encryptionKey, PriceKey("awskms", "Encryption Key", "KMS-Keys"), .month, "1 1 1 1 1 1"),
    ]
}
