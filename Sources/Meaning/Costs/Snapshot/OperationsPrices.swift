/// Columns: us-east-1, us-west-2, eu-west-1, eu-central-1, ap-northeast-1, ap-southeast-2.
extension PriceSnapshot {
    static let operations = [
        PriceRow(
            .logGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "DataProcessing-Bytes", "PutLogEvents"),
            .gigabyte,
            "0.5 0.5 0.57 0.63 0.76 0.67"),
        PriceRow(
            .logStorageGigabyte, PriceKey("AmazonCloudWatch", "Storage Snapshot", "TimedStorage-ByteHrs"),
            .gigabyteMonth, "0.03 0.03 0.03 0.0324 0.033 0.033"),
        // The first ten terabytes of both.
        PriceRow(
            .vendedLogGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "VendedLog-Bytes"), .gigabyte,
            "0.5 0.5 0.57 0.63 0.76 0.67"),
        PriceRow(
            .bucketLogGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "S3-Egress-Bytes"), .gigabyte,
            "0.25 0.25 0.285 0.285 0.38 0.335"),
        PriceRow(
            .parquetGigabyte, PriceKey("AmazonCloudWatch", "Data Payload", "S3-Egress-InputBytes", "ParquetConversion"),
            .gigabyte,
            "0.03 0.03 0.034 0.047 0.056 0.047"),
        // The first fifty terabytes. Bills name an operation, the list none.
        PriceRow(
            .bucketGigabyte, PriceKey("AmazonS3", "Storage", "TimedStorage-ByteHrs"), .gigabyteMonth,
            "0.023 0.023 0.023 0.0245 0.025 0.025"),
        PriceRow(
            .alarmFigure, PriceKey("AmazonCloudWatch", "Alarm", "CW:AlarmMonitorUsage"), .month,
            "0.1 0.1 0.1 0.1 0.1 0.1"),
        // The first ten thousand.
        PriceRow(
            .metric, PriceKey("AmazonCloudWatch", "Metric", "CW:MetricMonitorUsage"), .month, "0.3 0.3 0.3 0.3 0.3 0.3"),
        PriceRow(
            .dashboard, PriceKey("AmazonCloudWatch", "Dashboard", "DashboardsUsageHour"), .month, "3 3 3 3 3 3"),
        PriceRow(
            .secret, PriceKey("AWSSecretsManager", "Secret", "AWSSecretsManager-Secrets"), .month,
            "0.4 0.4 0.4 0.4 0.4 0.4"),
        PriceRow(
            .encryptionKey, PriceKey("awskms", "Encryption Key", "KMS-Keys"), .month, "1 1 1 1 1 1"),
    ]
}
