extension AWSError.Kind {
    /// From the service's code first, from the status when the code says nothing. Codes end in `Exception` or `Fault` in some
    /// protocols and not in others; the table has them without.
    package init(code: String, status: Int?, message: String = "") {
        var word = code
        for ending in ["Exception", "Fault", "Error"] where word.hasSuffix(ending) && word.count > ending.count {
            word = String(word.dropLast(ending.count))
        }
        if let kind = Self.words[word] ?? Self.words[code] {
            self = kind
        } else if word.hasSuffix("NotFound") || word.hasPrefix("NoSuch") || word.hasSuffix("NotExist") {
            self = .notFound
        } else if word.hasSuffix("AlreadyExists") || word.hasPrefix("Duplicate") || word.hasSuffix(".Duplicate") {
            self = .alreadyExists
        } else if word.hasSuffix("LimitExceeded") || word.hasSuffix("QuotaExceeded") || word.hasPrefix("TooMany") {
            self = .quota
        } else if word.hasSuffix("InUse") || word.hasPrefix("InvalidDB") && word.hasSuffix("State") {
            self = .conflict
        } else if word == "Validation" && message.contains("does not exist") {
            self = .notFound
        } else {
            self = Self(status: status)
        }
    }

    private init(status: Int?) {
        switch status ?? 0 {
        case 403: self = .accessDenied
        case 404: self = .notFound
        case 409, 412: self = .conflict
        case 429: self = .throttling
        case 400..<500: self = .invalidRequest
        case 500...: self = .transient
        default: self = .other
        }
    }

    /// Source: the error lists of the services' references and the retry lists of the public SDKs, read 2026-11.
    private static let words: [String: AWSError.Kind] = [
        "Throttling": .throttling, "Throttled": .throttling, "RequestThrottled": .throttling,
        "TooManyRequests": .throttling, "RequestLimitExceeded": .throttling, "BandwidthLimitExceeded": .throttling,
        "LimitExceeded": .quota, "SlowDown": .throttling, "PriorRequestNotComplete": .throttling,
        "TransactionInProgress": .throttling, "EC2Throttled": .throttling, "ProvisionedThroughputExceeded": .throttling,
        "RequestTimeout": .transient, "InternalFailure": .transient, "Internal": .transient,
        "InternalServer": .transient,
        "ServiceUnavailable": .transient, "Unavailable": .transient, "IDPCommunication": .transient,
        "Server": .transient, "InternalService": .transient,
        "AccessDenied": .accessDenied, "UnauthorizedOperation": .accessDenied, "Authorization": .accessDenied,
        "NotAuthorized": .accessDenied, "OptInRequired": .accessDenied, "AuthFailure": .accessDenied,
        "ExpiredToken": .expiredCredentials, "RequestExpired": .clockSkew, "TokenRefreshRequired": .expiredCredentials,
        "InvalidClientTokenId": .invalidCredentials, "UnrecognizedClient": .invalidCredentials,
        "InvalidAccessKeyId": .invalidCredentials, "SignatureDoesNotMatch": .invalidCredentials,
        "InvalidSignature": .invalidCredentials, "IncompleteSignature": .invalidCredentials,
        "MissingAuthenticationToken": .invalidCredentials,
        "RequestTimeTooSkewed": .clockSkew, "RequestInTheFuture": .clockSkew,
        "DependencyViolation": .conflict, "ResourceInUse": .conflict, "OperationAborted": .conflict,
        "DeleteConflict": .conflict, "ConcurrentModification": .conflict, "Conflict": .conflict,
        "BucketNotEmpty": .conflict, "RepositoryNotEmpty": .conflict, "DistributionNotDisabled": .conflict,
        "PreconditionFailed": .conflict, "InvalidIfMatchVersion": .conflict, "WAFOptimisticLock": .conflict,
        "WAFAssociatedItem": .conflict, "ConcurrentUpdate": .conflict,
        "BucketAlreadyOwnedByYou": .alreadyExists, "EntityAlreadyExists": .alreadyExists,
        "WAFDuplicateItem": .alreadyExists, "ParameterAlreadyExists": .alreadyExists,
        "WAFNonexistentItem": .notFound, "NoSuchEntity": .notFound, "NoSuchBucket": .notFound,
        "Gateway.NotAttached": .notFound, "DBClusterNotFound": .notFound,
        "VpcLimitExceeded": .quota, "AddressLimitExceeded": .quota, "InsufficientDBInstanceCapacity": .transient,
        "Validation": .invalidRequest, "ValidationError": .invalidRequest, "InvalidParameterValue": .invalidRequest,
    ]
}
