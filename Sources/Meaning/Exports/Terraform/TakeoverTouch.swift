/// Attributes that Terraform's first plan after an import shows as changed although nothing of the stack changes by them: no answer
/// of AWS holds them, so an import cannot know them. Everything else that a plan would show is a mistake of the export.
/// `TakeoverTests` holds this list against a plan. Source: the provider's schema, version 5.100.
struct TakeoverTouch: Sendable, Equatable {
    /// `aws_rds_cluster`
    var type: String
    var attributes: [String]
    var reason: String

    static let all = [
        TakeoverTouch(
            type: "aws_cloudfront_function", attributes: ["publish"],
            reason: "that Terraform publishes what it writes; what runs stays the same script"),
        TakeoverTouch(
            type: "aws_rds_cluster", attributes: ["final_snapshot_identifier", "skip_final_snapshot"],
            reason: "what a destroy leaves behind; known to Terraform only, and an import assumes nothing"),
        TakeoverTouch(
            type: "aws_rds_cluster", attributes: ["manage_master_user_password"],
            reason: "RDS manages the password already; the provider does not read that back, and says it once more"),
        TakeoverTouch(
            type: "aws_rds_cluster", attributes: ["enable_global_write_forwarding", "enable_local_write_forwarding"],
            reason: "off, as it is; where RDS does not say so, the provider says it"),
        TakeoverTouch(
            type: "aws_secretsmanager_secret",
            attributes: ["force_overwrite_replica_secret", "recovery_window_in_days"],
            reason: "how Terraform makes copies and deletes; Secrets Manager keeps no such setting"),
        TakeoverTouch(
            type: "aws_sns_topic_subscription",
            attributes: ["confirmation_timeout_in_minutes", "endpoint_auto_confirms"],
            reason: "how Terraform waits for a confirmation; SNS keeps no such setting"),
    ]

    /// For the head of a file, of the types that occur in it.
    static func lines(about types: Set<String>) -> [String] {
        all.filter { types.contains($0.type) }.flatMap { touch in
            ["  \(touch.type): \(touch.attributes.joined(separator: ", "))", "    \(touch.reason)"]
        }
    }

    /// Of state machines that an older Terrace may have made, by their names in Terraform. Read back they say the same, so `up` leaves
    /// them as they are, and no answer that Terrace keeps tells which of the two texts stands there.
    static func lines(aboutOlder machines: [String]) -> [String] {
        guard !machines.isEmpty else { return [] }
        return ["Where an older Terrace made them, it shows the definition of these as changed, too: it says the same,"]
            + ["with the marks &, < and > as they are instead of by their numbers, as Terraform writes them:"]
            + machines.map { "  \($0)" }
    }
}
