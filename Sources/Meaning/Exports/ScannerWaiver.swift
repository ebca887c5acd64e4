import Resources

/// One of a scanner's checks that a resource does not pass on purpose, as it is written beside the resource. Checkov gives its
/// checks the same ids in both languages.
struct ScannerWaiver: Sendable, Equatable {
    /// `CKV_AWS_145`
    var check: String
    var reason: String

    /// Of the resource itself; what it consists of besides needs none.
    static func all(of resource: Resource) -> [ScannerWaiver] { Waiver.all(of: resource).flatMap(of) }

    static func of(_ waiver: Waiver) -> [ScannerWaiver] {
        waiver.checks.filter { $0.hasPrefix("CKV") }.map { ScannerWaiver(check: $0, reason: waiver.reason) }
    }

    /// `checkov:skip=CKV_AWS_145:reason`, a comment of Terraform's.
    var comment: String { "checkov:skip=\(check):\(reason)" }
}
