/// Where alarms and events go.
package struct TopicSettings: ResourceSettings {
    package static let kind = ResourceKind.topic
    package var name: Value
    /// Id of the key that encrypts what waits to be delivered.
    package var key: Value?
    package var policy: PolicyDocument

    package init(name: Value, key: Value? = nil, policy: PolicyDocument) {
        self.name = name
        self.key = key
        self.policy = policy
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        key.visitValues(visit)
        policy.visitValues(visit)
    }

    package var fields: [Field] {
        [Field("name", name, .replace("its name is its identity")), Field("key", key), Field("policy", policy)]
    }
}

/// Somebody who is told. A mail address must confirm before it counts.
package struct TopicSubscriptionSettings: ResourceSettings {
    package enum Channel: String, Sendable, Hashable { case email, https }

    package static let kind = ResourceKind.topicSubscription
    package var topic: Value
    package var channel: Channel
    package var endpoint: String

    package init(topic: Value, channel: Channel, endpoint: String) {
        self.topic = topic
        self.channel = channel
        self.endpoint = endpoint
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) { visit(&topic) }

    package var fields: [Field] {
        let fixed = Field.OnChange.replace("a subscription is one address of one topic")
        return [
            Field("topic", topic, fixed), Field("channel", channel.rawValue, fixed), Field("endpoint", endpoint, fixed),
        ]
    }
}

/// Watches one figure and tells a topic.
package struct AlarmSettings: ResourceSettings {
    package enum Comparison: String, Sendable, Hashable {
        case above = "GreaterThanThreshold"
        case atLeast = "GreaterThanOrEqualToThreshold"
        case below = "LessThanThreshold"
        case atMost = "LessThanOrEqualToThreshold"
    }
    /// What an interval without data means.
    package enum Missing: String, Sendable, Hashable { case breaching, notBreaching, ignore, missing }

    package static let kind = ResourceKind.alarm
    package var name: Value
    package var description: String
    /// One metric, or several and an expression over them, which comes last.
    package var figures: [AlarmFigure]
    package var comparison: Comparison
    package var threshold: Double
    /// How many of the last `periods` intervals must be over the threshold.
    package var breaches: Int
    package var periods: Int
    package var missing: Missing
    /// ARNs of topics, told when the alarm begins and when it ends.
    package var actions: [Value]

    package init(
        name: Value, description: String, figures: [AlarmFigure], comparison: Comparison, threshold: Double,
        breaches: Int, periods: Int, missing: Missing, actions: [Value]
    ) {
        self.name = name
        self.description = description
        self.figures = figures
        self.comparison = comparison
        self.threshold = threshold
        self.breaches = breaches
        self.periods = periods
        self.missing = missing
        self.actions = actions
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        figures.visitValues(visit)
        actions.visitValues(visit)
    }

    package var fields: [Field] {
        [
            Field("name", name, .replace("its name is its identity")), Field("description", description),
            Field("figures", figures), Field("comparison", comparison.rawValue), Field("threshold", threshold),
            Field("breaches", breaches), Field("periods", periods), Field("missing", missing.rawValue),
            Field("actions", set: actions),
        ]
    }
}

/// A metric, or an expression over metrics by their ids.
package struct AlarmFigure: Sendable, Hashable, ValueHolding, FieldConvertible {
    package enum Source: Sendable, Hashable {
        case metric(Metric)
        case expression(String)
    }

    package struct Metric: Sendable, Hashable {
        /// `AWS/ApplicationELB`
        package var namespace: String
        package var name: String
        package var dimensions: [String: Value]
        /// `Sum`, `Average`, `Maximum`, `p99`
        package var statistic: String
        /// Seconds of one interval; a multiple of 60.
        package var period: Int

        package init(
            _ namespace: String, _ name: String, _ dimensions: [String: Value], _ statistic: String, period: Int = 60
        ) {
            self.namespace = namespace
            self.name = name
            self.dimensions = dimensions
            self.statistic = statistic
            self.period = period
        }
    }

    /// Begins with a small letter: `m1`.
    package var id: String
    package var source: Source

    package init(id: String, source: Source) {
        self.id = id
        self.source = source
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        guard case .metric(var metric) = source else { return }
        metric.dimensions.visitValues(visit)
        source = .metric(metric)
    }

    package var fieldValue: FieldValue {
        switch source {
        case .expression(let text): .map(["id": id.fieldValue, "expression": text.fieldValue])
        case .metric(let metric):
            .map([
                "id": id.fieldValue, "metric": "\(metric.namespace) \(metric.name)".fieldValue,
                "dimensions": metric.dimensions.fieldValue, "statistic": metric.statistic.fieldValue,
                "period": metric.period.fieldValue,
            ])
        }
    }
}

/// A page of graphs.
package struct DashboardSettings: ResourceSettings {
    package static let kind = ResourceKind.dashboard
    package var name: Value
    /// CloudWatch's own JSON.
    package var body: Value

    package init(name: Value, body: Value) {
        self.name = name
        self.body = body
    }

    package mutating func visitValues(_ visit: (inout Value) -> Void) {
        visit(&name)
        visit(&body)
    }

    package var fields: [Field] {
        [Field("name", name, .replace("its name is its identity")), Field("body", body)]
    }
}
