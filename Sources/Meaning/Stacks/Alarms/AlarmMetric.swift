/// What an alarm looks at, by its meaning. Each target knows where its own figure of that meaning is, or says that it has none.
package enum AlarmMetric: Sendable, Hashable {
    /// Seconds from the request's way to a task until the answer's head; only of requests that were answered.
    case taskLatency
    /// Answers of 500 and above that tasks gave.
    case taskErrors
    /// Answers of 500 and above that the load balancer gave, because no task did.
    case balancerErrors
    /// Requests that found a task.
    case requests
    /// The same two of one service.
    case serviceErrors(service: String)
    case serviceRequests(service: String)
    /// What one of the two target groups saw that a service's versions take turns at on AWS.
    case versionErrors(service: String, VersionTurn)
    case versionRequests(service: String, VersionTurn)
    case versionLatency(service: String, VersionTurn)
    /// Tasks that fail their health check.
    case unhealthyTasks(service: String)
    /// Per cent of what a task may have.
    case taskProcessor(service: String)
    case taskMemory(service: String)
    /// Per cent of a database server's processors.
    case databaseProcessor
    /// Of one server.
    case databaseConnections
    /// Milliseconds.
    case databaseLag
    /// Per cent of the capacity units that a serverless database may have.
    case databaseCapacity
    /// Connections that a NAT gateway could not open.
    case refusedPorts(zone: Zone)
    /// Days until the load balancer's certificate ends.
    case certificateDays
    /// Runs of a job that failed, were ended at their timeout or could not be started.
    case failedRuns(job: String)
}

/// Which of two target groups; which of them has the new version changes from deployment to deployment.
package enum VersionTurn: String, Sendable, Hashable, CaseIterable { case first, second }

/// How the readings of a period become one figure.
package enum AlarmStatistic: Sendable, Hashable, CustomStringConvertible {
    case sum, average, maximum, minimum
    /// `percentile(99)`: the value that 99 in 100 are not above.
    case percentile(Int)

    /// As CloudWatch writes it: `Sum`, `p99`.
    package var description: String {
        switch self {
        case .sum: "Sum"
        case .average: "Average"
        case .maximum: "Maximum"
        case .minimum: "Minimum"
        case .percentile(let percent): "p\(percent)"
        }
    }
}
