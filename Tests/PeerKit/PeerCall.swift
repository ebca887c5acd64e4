/// One call of an AWS client as the proxy saw it.
package struct PeerCall: Sendable {
    /// As in the signature: `ec2`, `rds`, `elasticloadbalancing`.
    package var service: String
    /// `CreateVpc`; for S3, CloudFront and Route 53 the method and the path, `PUT /bucket?policy`.
    package var operation: String
    /// What a call that changes something says of what it changes: the beginning of its body.
    package var subject: String
    package var isMutating: Bool
    /// Seconds since the proxy started.
    package var began: Double
    package var ended: Double
    package var status: Int
    /// What the proxy did to it, if anything.
    package var fault: Fault?
    /// The peer carried it out, whatever the client was told.
    package var tookEffect: Bool

    package init(
        service: String, operation: String, subject: String = "", isMutating: Bool, began: Double, ended: Double,
        status: Int, fault: Fault?, tookEffect: Bool
    ) {
        self.service = service
        self.operation = operation
        self.subject = subject
        self.isMutating = isMutating
        self.began = began
        self.ended = ended
        self.status = status
        self.fault = fault
        self.tookEffect = tookEffect
    }
}

/// What a series of calls says about the program that made them.
package struct CallFigures: Sendable {
    package var calls: Int
    package var mutating: Int
    /// The most calls that were one after another: no plan of the same calls could have fewer round trips in a row.
    package var depth: Int
    package var mostAtOnce: Int

    package init(_ calls: [PeerCall]) {
        self.calls = calls.count
        mutating = calls.count { $0.isMutating }
        depth = CallFigures.longestSequence(calls)
        mostAtOnce = CallFigures.mostOverlapping(calls)
    }

    /// Interval scheduling: the call that ends first is next.
    private static func longestSequence(_ calls: [PeerCall]) -> Int {
        var (count, free) = (0, -1.0)
        for call in calls.sorted(by: { $0.ended < $1.ended }) where call.began >= free {
            count += 1
            free = call.ended
        }
        return count
    }

    private static func mostOverlapping(_ calls: [PeerCall]) -> Int {
        let changes = calls.flatMap { [($0.began, 1), ($0.ended, -1)] }.sorted { $0 < $1 }
        var (now, most) = (0, 0)
        for (_, change) in changes {
            now += change
            most = max(most, now)
        }
        return most
    }
}
