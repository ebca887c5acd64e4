package import AWSWire
package import Stacks

extension CredentialFault {
    /// Every place that was looked at has its own row.
    ///
    /// - Parameter trying: completes "cannot …"; nil where nothing was tried yet.
    package func report(trying: String? = nil) -> Report {
        Report(
            trying.map { "cannot \($0): \(what)" } ?? what,
            details: looks.map { Report.Detail($0.place, $0.outcome) } + [Report.Detail("next", next)])
    }
}
