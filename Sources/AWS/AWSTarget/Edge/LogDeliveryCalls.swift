import AWSServices
import AWSWire
import Resources

/// The three parts of a delivery; a crash may leave the first ones alone.
struct LogDeliveryAnswers {
    var source: Logs.DeliverySource?
    var destination: Logs.DeliveryDestination?
    var delivery: Logs.Delivery?
}

extension LogDeliverySettings {
    /// As CloudWatch Logs tells it, under the name that its source and its destination share.
    init(_ answers: LogDeliveryAnswers, name: String) {
        let (bucket, prefix) = LogDeliveryCalls.parts(
            answers.destination?.deliveryDestinationConfiguration?.destinationResourceArn ?? "")
        self.init(
            name: Value(name), distribution: Value(answers.source?.resourceArns.first ?? ""), bucket: Value(bucket),
            prefix: prefix, format: answers.destination?.outputFormat?.rawValue ?? "")
    }
}

/// What is said to CloudWatch Logs about CloudFront's logs.
enum LogDeliveryCalls {
    /// - Parameter tags: nil for a source that is there: CloudWatch Logs takes tags with a creation only.
    static func source(_ delivery: LogDeliverySettings, tags: [String: String]?) -> Logs.PutDeliverySourceRequest {
        Logs.PutDeliverySourceRequest(
            name: delivery.name.text, resourceArn: delivery.distribution.text, logType: "ACCESS_LOGS", tags: tags)
    }

    static func destination(_ delivery: LogDeliverySettings, tags: [String: String]?)
        -> Logs.PutDeliveryDestinationRequest
    {
        Logs.PutDeliveryDestinationRequest(
            name: delivery.name.text, outputFormat: Logs.OutputFormat(rawValue: delivery.format),
            deliveryDestinationConfiguration: Logs.DeliveryDestinationConfiguration(
                destinationResourceArn: place(delivery)),
            tags: tags)
    }

    /// The folder is part of the destination's ARN: what a delivery calls its suffix begins with AWS's own folders when it is
    /// made and without them when it is changed.
    private static func place(_ delivery: LogDeliverySettings) -> String {
        delivery.prefix.isEmpty ? delivery.bucket.text : "\(delivery.bucket.text)/\(delivery.prefix)"
    }

    static func parts(_ place: String) -> (bucket: String, prefix: String) {
        guard let slash = place.firstIndex(of: "/") else { return (place, "") }
        return (String(place[..<slash]), String(place[place.index(after: slash)...]))
    }
}
