import Foundation

/// Which files of the stack's bucket have lines of a stretch of time, by the names that AWS gives them.
///
/// Sources: CloudFront, "Access logs (standard logs)": a file has the hour in which its requests came; ELB, "Access logs for your
/// Application Load Balancer": a file has the end of its five minutes. Read 2026-11.
enum LogFileNames {
    /// What CloudFront's names begin with, up to the hour: `edge/AWSLogs/123456789012/CloudFront/E2EXAMPLE1.`; nil for another name.
    static func edgeHead(_ name: String) -> String? {
        name.firstMatch(of: /^(.*\/[A-Z0-9]+\.)\d{4}-\d\d-\d\d-\d\d\./).map { String($0.1) }
    }

    /// Every name of a later distribution, and none of this one's, comes behind it.
    static func end(ofHead head: String) -> String { head + "~" }

    /// One for each hour that the time has a part in.
    static func edge(_ head: String, _ span: ClosedRange<Date>) -> [String] {
        steps(of: 3600, span).map { "\(head)\(stamp($0).prefix(13).replacing("T", with: "-"))." }
    }

    /// One for each day.
    static func balancer(_ prefix: String, account: String, region: String, _ span: ClosedRange<Date>) -> [String] {
        // A file may end in the day behind that of its lines.
        let span = span.lowerBound...span.upperBound.addingTimeInterval(interval)
        return steps(of: 86_400, span).map { day in
            let folder = stamp(day).prefix(10).replacing("-", with: "/")
            return "\(prefix)/AWSLogs/\(account)/elasticloadbalancing/\(region)/\(folder)/"
        }
    }

    /// Whether a load balancer's file may have lines of the time.
    static func isBalancers(_ name: String, in span: ClosedRange<Date>) -> Bool {
        guard let end = name.firstMatch(of: /_(\d{8}T\d{4})Z_[^\/]*\.log\.gz$/)?.1 else { return false }
        let last = span.upperBound.addingTimeInterval(interval)
        return minute(span.lowerBound) <= end && end <= minute(last)
    }

    /// Of a load balancer's file. Seconds.
    private static let interval = 300.0

    private static func steps(of seconds: Double, _ span: ClosedRange<Date>) -> [Date] {
        let first = (span.lowerBound.timeIntervalSince1970 / seconds).rounded(.down) * seconds
        return stride(from: first, through: span.upperBound.timeIntervalSince1970, by: seconds)
            .map { Date(timeIntervalSince1970: $0) }
    }

    /// `2026-11-30T02:00:00Z`
    private static func stamp(_ date: Date) -> String { date.formatted(.iso8601) }

    /// `20261130T0200`
    private static func minute(_ date: Date) -> String {
        String(stamp(date).filter { $0 != "-" && $0 != ":" }.prefix(13))
    }
}
