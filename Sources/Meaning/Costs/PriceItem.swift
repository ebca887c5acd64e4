package import Resources

/// What AWS has a price for and a stack can use.
package enum PriceItem: Sendable, Hashable {
    // network
    case natHour, natGigabyte
    case publicAddressHour
    case endpointHour, endpointGigabyte
    /// Between zones, on one side of the border.
    case zoneGigabyte
    // application
    case taskCPUHour(TaskDefinitionSettings.Architecture)
    case taskMemoryHour(TaskDefinitionSettings.Architecture)
    case spotCPUHour(TaskDefinitionSettings.Architecture)
    case spotMemoryHour(TaskDefinitionSettings.Architecture)
    case imageGigabyte
    case balancerHour, balancerUnitHour
    /// Of a state machine.
    case stateTransition
    // data
    /// By instance class: `db.t4g.medium`.
    case serverHour(String)
    case capacityUnitHour
    case databaseGigabyte, databaseIO, backupGigabyte
    /// By the family of T classes: `db.t4g`.
    case cpuCreditHour(String)
    case ioOptimizedGigabyte
    // edge
    case edgeGigabyte, edgeRequest, edgeUploadGigabyte
    /// A run of a function of CloudFront's.
    case edgeFunction
    case webACL, webACLRule, webACLRequest
    // operations
    case logGigabyte, logStorageGigabyte
    /// Logs that AWS's own services deliver: into CloudWatch, into a bucket, and made into Parquet on the way.
    case vendedLogGigabyte, bucketLogGigabyte, parquetGigabyte
    case bucketGigabyte
    case alarmFigure, metric, dashboard
    case secret, encryptionKey
}

/// Where a price stands in AWS's price list. In a region the usage type has the region's letters in front (`EUC1-NatGateway-Hours`),
/// in us-east-1 for most services none.
package struct PriceKey: Sendable, Hashable {
    /// `AmazonEC2`
    package var service: String
    /// `NAT Gateway`; empty where the list has none.
    package var family: String
    /// `NatGateway-Hours`, without the region's letters.
    package var usageType: String
    /// Empty where the list has none.
    package var operation: String

    package init(_ service: String, _ family: String, _ usageType: String, _ operation: String = "") {
        (self.service, self.family, self.usageType, self.operation) = (service, family, usageType, operation)
    }
}

/// What one price is for.
package enum PriceUnit: String, Sendable, Hashable {
    case hour, vCPUHour, gigabyteHour, unitHour, capacityUnitHour, gigabyte, gigabyteMonth, request, month, creditHour
    case transition

    /// `hours`, as they stand behind a quantity.
    package var plural: String {
        switch self {
        case .hour: "hours"
        case .vCPUHour: "vCPU hours"
        case .gigabyteHour: "GB hours"
        case .unitHour: "LCU hours"
        case .capacityUnitHour: "ACU hours"
        case .gigabyte: "GB"
        case .gigabyteMonth: "GB months"
        case .request: "million requests"
        case .transition: "thousand transitions"
        case .month: "a month"
        case .creditHour: "vCPU hours of credit"
        }
    }

    /// `hour`, as it stands behind a price.
    package var singular: String {
        switch self {
        case .hour: "hour"
        case .vCPUHour: "vCPU hour"
        case .gigabyteHour: "GB hour"
        case .unitHour: "LCU hour"
        case .capacityUnitHour: "ACU hour"
        case .gigabyte: "GB"
        case .gigabyteMonth: "GB month"
        case .request: "million requests"
        case .transition: "thousand transitions"
        case .month: "month"
        case .creditHour: "vCPU hour of credit"
        }
    }

    /// How many of them people speak of at once.
    package var shownScale: Int {
        switch self {
        case .request: 1_000_000
        case .transition: 1000
        default: 1
        }
    }
}
