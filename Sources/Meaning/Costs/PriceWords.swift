import Resources

extension PriceItem {
    /// As a report names it: `an hour of a NAT gateway`.
    var words: String {
        switch self {
        case .natHour: "an hour of a NAT gateway"
        case .natGigabyte: "a GB through a NAT gateway"
        case .publicAddressHour: "an hour of a public IPv4 address"
        case .endpointHour: "an hour of an interface endpoint"
        case .endpointGigabyte: "a GB through an interface endpoint"
        case .zoneGigabyte: "a GB between zones"
        case .taskCPUHour(let architecture): "a vCPU hour of tasks on \(architecture.short)"
        case .taskMemoryHour(let architecture): "a GB hour of tasks on \(architecture.short)"
        case .spotCPUHour(let architecture): "a vCPU hour of tasks on \(architecture.short) and Spot"
        case .spotMemoryHour(let architecture): "a GB hour of tasks on \(architecture.short) and Spot"
        case .imageGigabyte: "a GB month of images"
        case .balancerHour: "an hour of a load balancer"
        case .balancerUnitHour: "an hour of a load balancer's capacity unit"
        case .stateTransition: "a state transition"
        case .serverHour(let name): "the instance class \(name)"
        case .capacityUnitHour: "an ACU hour"
        case .databaseGigabyte: "a GB month of the database's storage"
        case .databaseIO: "a read or write of the database's storage"
        case .backupGigabyte: "a GB month of the database's backups"
        case .cpuCreditHour(let family): "a vCPU hour of credit for \(family)"
        case .ioOptimizedGigabyte: "a GB month of I/O-Optimized storage"
        case .edgeGigabyte: "a GB from CloudFront to browsers"
        case .edgeRequest: "a request to CloudFront"
        case .edgeUploadGigabyte: "a GB from CloudFront to the application"
        case .edgeFunction: "a run of a CloudFront Function"
        case .webACL: "a month of a web ACL"
        case .webACLRule: "a month of a web ACL's rule"
        case .webACLRequest: "a request that a web ACL inspects"
        case .logGigabyte: "a GB of log lines taken in"
        case .logStorageGigabyte: "a GB month of log lines kept"
        case .vendedLogGigabyte: "a GB of AWS's own log lines taken in"
        case .bucketLogGigabyte: "a GB of AWS's own log lines put into a bucket"
        case .parquetGigabyte: "a GB written as Parquet"
        case .bucketGigabyte: "a GB month in a bucket"
        case .alarmFigure: "a month of an alarm's figure"
        case .metric: "a month of a metric"
        case .dashboard: "a month of a dashboard"
        case .secret: "a month of a secret"
        case .encryptionKey: "a month of an encryption key"
        }
    }
}

extension TaskDefinitionSettings.Architecture {
    fileprivate var short: String { self == .arm ? "ARM" : "x86" }
}
